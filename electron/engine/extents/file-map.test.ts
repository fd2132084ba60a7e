import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mapFile } from './file-map.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-map-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the map of a file', () => {
  it('is empty for an empty file', () => {
    const fd = openSync(join(folder, 'x'), 'w+');
    expect(mapFile(fd, 0).extents).toEqual([]);
    closeSync(fd);
  });

  it('covers all data, written a moment ago or not', () => {
    const fd = openSync(join(folder, 'x'), 'w+');
    writeSync(fd, Buffer.alloc(100_001, 1));
    const { extents } = mapFile(fd, 100_001);
    expect(extents.reduce((sum, { length }) => sum + length, 0)).toBe(100_001);
    closeSync(fd);
  });

  it.runIf(process.platform === 'linux')('leaves out holes', () => {
    const fd = openSync(join(folder, 'x'), 'w+');
    writeSync(fd, Buffer.alloc(4096, 1), 0, 4096, 1 << 20);
    ftruncateSync(fd, 1 << 30);
    const { extents } = mapFile(fd, 1 << 30);
    expect(extents.map(({ offset, length }) => [offset, length])).toEqual([[1 << 20, 4096]]);
    closeSync(fd);
  });

  it('is one extent without a place where the system says nothing', () => {
    const fd = openSync(join(folder, 'x'), 'w+');
    writeSync(fd, 'content');
    expect(mapFile(fd, 7, 'darwin')).toEqual({
      extents: [{ offset: 0, length: 7, address: null }],
      unwritten: [],
      source: 'none',
    });
    closeSync(fd);
  });
});
