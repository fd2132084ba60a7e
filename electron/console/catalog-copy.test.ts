import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type CopyPlace, copyFile, marksIn, refreshCopy } from './catalog-copy.ts';

const base = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-copy-'));
afterAll(() => fs.rmSync(base, { recursive: true }));

let place: CopyPlace;
let copies: number;
const grow = (bytes: number): void => fs.truncateSync(place.catalogFile, bytes);
const refresh = (expiry: string | null = null): Promise<void> =>
  refreshCopy(place, { lastSet: 'ab'.repeat(16), expiry }, async (target) => {
    copies += 1;
    await fs.promises.writeFile(target, 'copy');
  });

beforeEach(() => {
  const folder = fs.mkdtempSync(path.join(base, 'case-'));
  place = { folder: path.join(folder, 'catalog'), catalogFile: path.join(folder, 'db') };
  fs.writeFileSync(place.catalogFile, '');
  copies = 0;
});

describe('the copy of a catalog in its vault', () => {
  test('is made after every job while the catalog is small', async () => {
    grow(1000);
    for (let job = 0; job < 3; job += 1) await refresh();
    expect(copies).toBe(3);
  });

  test('of a large catalog is made when it has grown, and not for a job that changed little', async () => {
    grow(100_000_000);
    await refresh();
    grow(104_000_000);
    await refresh();
    expect(copies).toBe(1);
    grow(106_000_000);
    await refresh();
    expect(copies).toBe(2);
  });

  test('says which set was written last, however small the job was', async () => {
    expect(marksIn(place)).toEqual({ lastSet: null, expiry: null });
    grow(100_000_000);
    await refresh();
    await refresh();
    expect(marksIn(place).lastSet).toBe('ab'.repeat(16));
  });

  test('is made anew when sets expired that it still has, once', async () => {
    grow(100_000_000);
    await refresh();
    await refresh('first');
    await refresh('first');
    expect(copies).toBe(2);
    expect(marksIn(place).expiry).toBe('first');
  });

  test('is made anew after many small jobs, and when it or its note is gone', async () => {
    grow(100_000_000);
    for (let job = 0; job < 34; job += 1) await refresh();
    expect(copies).toBe(2);
    fs.rmSync(copyFile(place));
    await refresh();
    fs.writeFileSync(path.join(place.folder, 'copy.json'), 'no note');
    await refresh();
    expect(copies).toBe(4);
  });
});
