import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canMountLoopFileSystems, FILE_SYSTEMS, withLoopFileSystem } from '../../platform/testing/loop-file-system.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { coalesce, type Extent } from './extent-algebra.ts';
import { type FileMap, mapFile } from './file-map.ts';

const BLOCK = 4096;

const map = (path: string): FileMap => {
  const fd = openSync(path, 'r');
  try {
    return mapFile(fd, statSync(path).size);
  } finally {
    closeSync(fd);
  }
};

/** Written extents with a place, as `filefrag -v` prints them, in bytes. */
function filefrag(path: string): Extent[] {
  const text = execFileSync('filefrag', ['-v', '-b4096', path], { encoding: 'utf8' });
  const size = statSync(path).size;
  const found: Extent[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*\d+:\s*(\d+)\.\.\s*(\d+):\s*(\d+)\.\.\s*\d+:\s*\d+:(.*)$/.exec(line);
    if (match === null || /unwritten|inline|delalloc|encoded|unknown/.test(match[4] ?? '')) continue;
    const [first, last, physical] = [Number(match[1]), Number(match[2]), Number(match[3])];
    const offset = first * BLOCK;
    found.push({ offset, length: Math.min(size, (last + 1) * BLOCK) - offset, address: physical * BLOCK });
  }
  return coalesce(found);
}

/** Whether every byte outside the map is zero, and so a restore from the map alone is right. */
function readsZeroOutside(path: string, { extents }: FileMap): boolean {
  const content = Buffer.alloc(statSync(path).size);
  const fd = openSync(path, 'r');
  readSync(fd, content);
  closeSync(fd);
  for (const { offset, length } of extents) content.fill(0, offset, offset + length);
  return content.every((byte) => byte === 0);
}

const put = (path: string, writes: readonly [offset: number, length: number][], size: number, sync = true): void => {
  const fd = openSync(path, 'w');
  for (const [offset, length] of writes) writeSync(fd, Buffer.alloc(length, 0xa5), 0, length, offset);
  ftruncateSync(fd, size);
  if (sync) fsyncSync(fd);
  closeSync(fd);
};

describeWithPeers('a file map', ['filefrag', 'xfs_io', 'mkfs.ext4', 'mkfs.xfs', 'mkfs.btrfs', 'mount'], () => {
  describe.runIf(canMountLoopFileSystems()).each(FILE_SYSTEMS)('on %s', (kind) => {
    test('says what filefrag says, and nothing but zeros lies outside', async () => {
      await withLoopFileSystem(kind, 512 << 20, (folder) => {
        const path = (name: string) => join(folder, name);
        put(path('plain'), [[0, 1_000_000]], 1_000_000);
        put(
          path('sparse'),
          [
            [1 << 20, 8192],
            [5 << 20, 100_000],
            [30 << 20, 1],
          ],
          40 << 20,
        );
        put(
          path('many'),
          Array.from({ length: 1500 }, (_, index) => [index * 16384, 4096]),
          1500 * 16384,
        );
        put(path('odd'), [[0, 10_001]], 10_001);
        expect(map(path('many')).extents.length).toBe(1500);
        for (const name of ['plain', 'sparse', 'many', 'odd']) {
          const found = map(path(name));
          expect(found.source).toBe('fiemap');
          expect(found.extents.filter(({ address }) => address !== null)).toEqual(filefrag(path(name)));
          expect(readsZeroOutside(path(name), found)).toBe(true);
        }
      });
    });

    test('keeps what was just written and still waits in memory', async () => {
      await withLoopFileSystem(kind, 512 << 20, (folder) => {
        const path = join(folder, 'fresh');
        put(
          path,
          [
            [0, 65536],
            [1 << 20, 65536],
          ],
          2 << 20,
          false,
        );
        const found = map(path);
        expect(found.extents.map(({ offset, length }) => [offset, length])).toEqual([
          [0, 65536],
          [1 << 20, 65536],
        ]);
        expect(readsZeroOutside(path, found)).toBe(true);
      });
    });

    test('tells reserved room from what was written into it, also before it is on disk', {}, async () => {
      await withLoopFileSystem(kind, 512 << 20, (folder) => {
        const path = join(folder, 'reserved');
        const io = (...commands: string[]) =>
          execFileSync('xfs_io', ['-f', ...commands.flatMap((command) => ['-c', command]), path]);
        io('falloc 0 4m');
        const empty = map(path);
        expect(empty.extents).toEqual([]);
        expect(empty.unwritten.reduce((sum, { length }) => sum + length, 0)).toBe(4 << 20);
        io('pwrite 1m 64k');
        const waiting = map(path);
        expect(waiting.extents.map(({ offset, length }) => [offset, length])).toEqual([[1 << 20, 65536]]);
        io('fsync');
        const written = map(path);
        expect(written.extents.map(({ offset, length }) => [offset, length])).toEqual([[1 << 20, 65536]]);
        expect(written.extents[0]?.address).not.toBeNull();
        expect(readsZeroOutside(path, written)).toBe(true);
      });
    });

    // The addresses of btrfs are those of its own address space, which its chunk tree maps to devices.
    test.skipIf(kind === 'btrfs')('gives addresses at which the device has the content', async () => {
      await withLoopFileSystem(kind, 512 << 20, (folder) => {
        const path = join(folder, 'content');
        put(
          path,
          [
            [0, 303_104],
            [1 << 20, 4096],
          ],
          2 << 20,
        );
        const device = execFileSync('findmnt', ['-no', 'SOURCE', folder], { encoding: 'utf8' }).trim();
        execFileSync('blockdev', ['--flushbufs', device]);
        const fd = openSync(device, 'r');
        for (const { length, address } of map(path).extents) {
          const content = Buffer.alloc(length);
          readSync(fd, content, 0, length, address);
          expect(content.every((byte) => byte === 0xa5)).toBe(true);
        }
        closeSync(fd);
      });
    });
  });

  test.runIf(canMountLoopFileSystems())('has no places for what btrfs compresses or packs into its tree', async () => {
    await withLoopFileSystem('btrfs', 512 << 20, (folder) => {
      execFileSync('mount', ['-o', 'remount,compress-force=zstd', folder]);
      put(join(folder, 'compressed'), [[0, 1 << 20]], 1 << 20);
      put(join(folder, 'small'), [[0, 100]], 100);
      for (const name of ['compressed', 'small']) {
        const found = map(join(folder, name));
        expect(found.extents.every(({ address }) => address === null)).toBe(true);
        expect(readsZeroOutside(join(folder, name), found)).toBe(true);
      }
    });
  });

  test.runIf(canMountLoopFileSystems())('falls back to seeking where FIEMAP is not answered', () => {
    const path = `/dev/shm/coldframe-map-${process.pid}`;
    try {
      put(path, [[1 << 20, 4096]], 4 << 20, false);
      expect(map(path)).toEqual({
        extents: [{ offset: 1 << 20, length: 4096, address: null }],
        unwritten: [],
        source: 'seek',
      });
    } finally {
      execFileSync('rm', ['-f', path]);
    }
  });
});
