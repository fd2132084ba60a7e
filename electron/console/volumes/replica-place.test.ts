import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VolumeRow } from '../../engine/snapshot/space-state.ts';
import { canMountLoopFileSystems, withLoopFileSystem } from '../../platform/testing/loop-file-system.ts';
import { demandReplicaPlace } from './replica-place.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-replica-place-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const place = (path: string, disk = join(folder, 'disk.img'), others: readonly VolumeRow[] = []): string =>
  demandReplicaPlace(path, { name: 'disk', path: disk } as VolumeRow, others);
const refused = expect.objectContaining({ code: 'REPLICA_PLACE' });

test('a new file in a folder is a place for a replica, by its real path', () => {
  mkdirSync(join(folder, 'real'));
  symlinkSync('real', join(folder, 'other'));
  expect(place(join(folder, 'other', 'spare.img'))).toBe(join(folder, 'real', 'spare.img'));
});

test.each(['spare.img', 'spare.img.updating', 'spare.img.journal'])(
  'what is there already is left alone: %s',
  (name) => {
    writeFileSync(join(folder, name), 'precious');
    expect(() => place(join(folder, 'spare.img'))).toThrow(refused);
  },
);

test.each(['spare.img', 'spare.img.updating', 'spare.img.journal'])(
  'none of its files is the disk of a volume, also of one that is away: %s',
  (name) => {
    const other = { name: 'other', path: join(folder, name) } as VolumeRow;
    expect(() => place(join(folder, 'spare.img'), undefined, [other])).toThrow(refused);
  },
);

test('there has to be a folder, and it is not the disk of the volume', () => {
  expect(() => place(join(folder, 'nowhere', 'spare.img'))).toThrow(refused);
  expect(() => place(join(folder, 'disk.img'))).toThrow(refused);
});

test.runIf(canMountLoopFileSystems())('a replica does not lie on a file system that is on its volume', async () => {
  await withLoopFileSystem('ext4', 16 * 1024 * 1024, (mounted) => {
    const disk = join(mounted, '..', 'image');
    expect(() => place(join(mounted, 'spare.img'), disk)).toThrow(refused);
    expect(place(join(mounted, 'spare.img'))).toBe(join(mounted, 'spare.img'));
  });
});
