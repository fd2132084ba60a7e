import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VolumeDesk } from './desk.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const signal = new AbortController().signal;
let folder: string;
let desk: VolumeDesk;

const reopened = async (): Promise<void> => {
  await desk.close();
  desk = new VolumeDesk(folder, () => new Date());
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-measure-'));
  desk = new VolumeDesk(folder, () => new Date());
  const { path } = desk.create({ name: 'disk', size: 4 * MIB });
  desk.create({ name: 'other', size: MIB, segmentBytes: 4 * KIB });
  await reopened();
  writeFileSync(path, '');
  truncateSync(path, MIB);
  writeFileSync(path, Buffer.alloc(MIB, 7), { flag: 'a' });
  truncateSync(path, 4 * MIB);
});
afterEach(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

test('holes, what is unprotected and what is read come to the size, and nothing is taken up for it', async () => {
  await desk.protect({ volume: 'disk', unprotected: [[0, 272]] });
  await reopened();
  const before = statSync(desk.show('disk').path).mtimeMs;
  const [disk, other] = await desk.measure(['disk', 'other'], signal);
  expect(disk).toEqual({
    volume: 'disk',
    size: 4 * MIB,
    segmentBytes: 64 * KIB,
    bytes: MIB - 64 * KIB,
    holeBytes: 2 * MIB,
    leftOutBytes: MIB + 64 * KIB,
    unprotected: { segments: 17, runs: [[0, 17]], more: false },
  });
  expect(other).toMatchObject({ bytes: 0, holeBytes: MIB, leftOutBytes: 0 });
  expect(desk.list().map(({ state }) => state)).toEqual(['idle', 'idle']);
  expect(statSync(desk.show('disk').path).mtimeMs).toBe(before);
});

test('of smaller segments each is left out by itself, as a backup does', async () => {
  await desk.protect({ volume: 'other', unprotected: [[8, 24]] });
  const [other] = await desk.measure(['other'], signal);
  expect(other).toMatchObject({ leftOutBytes: 96 * KIB, unprotected: { segments: 24, runs: [[8, 24]] } });
});

test('a disk that is not there is named', async () => {
  rmSync(desk.show('disk').path);
  await expect(desk.measure(['disk'], signal)).rejects.toMatchObject({ code: 'NO_SUCH_VOLUME' });
});
