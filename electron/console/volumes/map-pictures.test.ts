import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VolumeDesk } from './desk.ts';

const MIB = 1024 * 1024;
const signal = new AbortController().signal;
let folder: string;
let desk: VolumeDesk;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-pictures-'));
  desk = new VolumeDesk(folder, () => new Date());
  desk.create({ name: 'disk', size: 4 * MIB });
});
afterEach(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

const held = async (since?: string): Promise<Record<string, number>> => {
  const { layers } = await desk.picture({ volume: 'disk', cells: 16, ...(since === undefined ? {} : { since }) });
  return Object.fromEntries(Object.entries(layers ?? {}).map(([name, { segments }]) => [name, segments]));
};

test('before the first snapshot a backup considers everything, and nothing was written', async () => {
  expect(await held()).toEqual({ snapshot: 0, backup: 64, unprotected: 0 });
});

test('what is unprotected is neither written nor considered, from when it is said', async () => {
  await desk.snapshot({ volumes: ['disk'] }, signal);
  expect(await held()).toEqual({ snapshot: 0, backup: 64, unprotected: 0 });
  await desk.protect({ volume: 'disk', unprotected: [[0, 160]] });
  expect(await held()).toEqual({ snapshot: 0, backup: 54, unprotected: 10 });
  await desk.snapshot({ volumes: ['disk'] }, signal);
  expect(await held()).toEqual({ snapshot: 0, backup: 0, unprotected: 10 });
  const [first] = desk.show('disk').checkpoints;
  expect(await held(first?.id)).toEqual({ snapshot: 0, backup: 0, unprotected: 10 });
});

test('looking takes no volume up: it stays idle, and has no picture', async () => {
  await desk.close();
  desk = new VolumeDesk(folder, () => new Date());
  expect(await desk.picture({ volume: 'disk', cells: 16 })).toMatchObject({ segments: 64, layers: null });
  expect(desk.show('disk').state).toBe('idle');
  desk.maps({ volume: 'disk' });
  expect(await held()).toMatchObject({ backup: 64 });
});
