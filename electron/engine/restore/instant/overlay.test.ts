import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ByteString } from '../../../../shared/byte-string.ts';
import { ColdframeError } from '../../../../shared/errors.ts';
import { ioError } from '../../../platform/errno.ts';
import { type OpenPositional, openPositional } from '../../../platform/positional-file.ts';
import type { BlockDevice } from '../../snapshot/block-device.ts';
import { FileDevice } from '../../snapshot/file-device.ts';
import { SegmentMap } from '../../snapshot/segment-map.ts';
import { OverlayDevice } from './overlay-device.ts';
import { dropOverlay, keptOverlay, privateOverlay, settleOverlay } from './overlay-files.ts';
import { type OverlaySpec, pieceBytesFor } from './overlay-volume.ts';
import type { SetVolumeSpec } from './set-volume.ts';
import { unitCacheMemory } from './unit-cache.ts';

const BLOCK = 4096;
const SIZE = 24 * BLOCK;

let folder: string;
let base: Buffer;

const spec = (set = 'ab'.repeat(16)): SetVolumeSpec => ({
  kind: 'set',
  catalog: '',
  set,
  path: '/disk' as ByteString,
  size: SIZE,
  tapes: [],
  keys: { vault: '00'.repeat(16), vaultKey: null },
  cache: unitCacheMemory(1, BLOCK),
});
const at = (name: string): string => join(folder, name);
const below = (): BlockDevice => new FileDevice(at('base'), { readOnly: true });
const over = (overlay: OverlaySpec, open?: OpenPositional): OverlayDevice => new OverlayDevice(overlay, below(), open);
const contentOf = (device: BlockDevice): Buffer => {
  const all = Buffer.alloc(SIZE);
  device.read(all, 0);
  return all;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-overlay-'));
  base = Buffer.alloc(SIZE);
  for (let block = 0; block < 24; block += 1)
    if (block % 5 !== 0) base.fill(block + 1, block * BLOCK, (block + 1) * BLOCK);
  writeFileSync(at('base'), base);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const change = fc.record({
  call: fc.constantFrom('write', 'trim', 'zero', 'flush'),
  offset: fc.nat(SIZE - 1),
  length: fc.integer({ min: 1, max: 6 * BLOCK }),
  aligned: fc.boolean(),
  value: fc.integer({ min: 100, max: 255 }),
  thread: fc.nat(1),
});

test('reads give what was written over what is below, whichever thread wrote it', () => {
  let run = 0;
  fc.assert(
    fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
      run += 1;
      const overlay = privateOverlay(spec(), at(`private-${run}`));
      const threads = [over(overlay), over(overlay)] as const;
      const model = Buffer.from(base);
      for (const { call, offset, length, aligned, value, thread } of changes) {
        const device = threads[thread as 0 | 1];
        const start = aligned ? offset - (offset % BLOCK) : offset;
        const end = Math.min(SIZE, start + (aligned ? Math.ceil(length / BLOCK) * BLOCK : length));
        if (call === 'write') device.write(new Uint8Array(end - start).fill(value), start, value % 2 === 0);
        if (call === 'zero')
          device.zero(start, end - start, { durable: false, mayPunch: value % 2 === 0, onlyFast: false });
        if (call === 'trim') device.trim(start, end - start, false);
        if (call === 'flush') device.flush();
        if (call === 'write' || call === 'zero') model.fill(call === 'write' ? value : 0, start, end);
        if (call === 'trim') {
          const whole = [Math.ceil(start / BLOCK) * BLOCK, Math.floor(end / BLOCK) * BLOCK] as const;
          if (whole[1] > whole[0]) model.fill(0, ...whole);
        }
        expect(contentOf(threads[(1 - thread) as 0 | 1]).equals(model)).toBe(true);
      }
      const runs = threads[0].allocation(0, SIZE, 100);
      expect(runs.reduce((sum, { length }) => sum + length, 0)).toBe(SIZE);
      for (const { offset, length, zero } of runs)
        if (zero) expect(model.subarray(offset, offset + length).every((byte) => byte === 0)).toBe(true);
      for (const device of threads) device.close();
      dropOverlay(overlay);
      expect(readFileSync(at('base')).equals(base)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

describe('an overlay that is kept', () => {
  test('holds after a kill what was flushed, and below it what was there', () => {
    const first = over(keptOverlay(spec(), at('kept')));
    first.write(Buffer.alloc(BLOCK, 0x81), BLOCK, false);
    first.write(Buffer.alloc(100, 0x82), 2 * BLOCK + 50, true);
    first.write(Buffer.alloc(BLOCK, 0x83), 6 * BLOCK, false);
    // Killed: its memory is gone.
    first.close();
    const again = contentOf(over(keptOverlay(spec(), at('kept'))));
    const model = Buffer.from(base)
      .fill(0x81, BLOCK, 2 * BLOCK)
      .fill(0x82, 2 * BLOCK + 50, 2 * BLOCK + 150);
    expect(again.equals(model)).toBe(true);
  });

  test('holds everything when it was settled', async () => {
    const overlay = keptOverlay(spec(), at('kept'));
    const first = over(overlay);
    first.write(Buffer.alloc(BLOCK, 0x83), 6 * BLOCK, false);
    first.close();
    await settleOverlay(overlay);
    const model = Buffer.from(base).fill(0x83, 6 * BLOCK, 7 * BLOCK);
    expect(contentOf(over(keptOverlay(spec(), at('kept')))).equals(model)).toBe(true);
  });

  test('is used with its own set alone, and no other file is taken for one', () => {
    over(keptOverlay(spec(), at('kept'))).close();
    const foreign = expect.objectContaining({ code: 'OVERLAY_FOREIGN' });
    expect(() => keptOverlay(spec('cd'.repeat(16)), at('kept'))).toThrow(foreign);
    writeFileSync(at('precious'), 'precious');
    expect(() => keptOverlay(spec(), at('precious'))).toThrow(foreign);
    rmSync(at('kept'));
    expect(() => keptOverlay(spec(), at('kept'))).toThrow(foreign);
    expect(readFileSync(at('precious'), 'utf8')).toBe('precious');
  });

  test('says for good that it is not durable once its map could not be written', () => {
    let broken = true;
    const open: OpenPositional = (path, mode) => {
      const file = openPositional(path, mode);
      return {
        ...file,
        write: (from, offset) => {
          if (broken) throw ioError('write', 'EIO', path);
          file.write(from, offset);
        },
      };
    };
    const overlay = keptOverlay(spec(), at('kept'));
    const device = over(overlay, open);
    device.write(Buffer.alloc(BLOCK, 1), 0, false);
    expect(() => device.flush()).toThrow(ColdframeError);
    broken = false;
    expect(() => device.flush()).toThrow(ColdframeError);
    expect(() => over(overlay).flush()).toThrow(ColdframeError);
  });
});

test('what cannot be read below costs partial writes alone', () => {
  const lower = below();
  const damaged: BlockDevice = {
    size: lower.size,
    readOnly: true,
    contexts: [],
    read: (into, offset) => {
      if (offset < 3 * BLOCK && offset + into.length > 2 * BLOCK) throw ioError('read', 'EIO', 'below');
      lower.read(into, offset);
    },
    write: () => undefined,
    trim: () => undefined,
    zero: () => undefined,
    flush: () => undefined,
    allocation: (...run) => lower.allocation(...run),
    close: () => lower.close(),
  };
  const device = new OverlayDevice(privateOverlay(spec(), at('private')), damaged);
  expect(() => device.write(Buffer.alloc(10, 9), 2 * BLOCK + 5, false)).toThrow(ColdframeError);
  device.write(Buffer.alloc(2 * BLOCK, 9), BLOCK, false);
  const got = Buffer.alloc(BLOCK);
  device.read(got, 2 * BLOCK);
  expect(got.equals(Buffer.alloc(BLOCK, 9))).toBe(true);
});

test('a piece that another thread writes for the first time while it is read gives its old or its new content', () => {
  const device = over(privateOverlay(spec(), at('changes')));
  const looked = vi.spyOn(SegmentMap.prototype, 'has');
  looked.mockImplementationOnce(function (this: SegmentMap, piece: number) {
    looked.mockRestore();
    const before = this.has(piece);
    device.write(Buffer.alloc(BLOCK, 0xaa), piece * BLOCK, false);
    return before;
  });
  const part = Buffer.alloc(512);
  device.read(part, BLOCK + 512);
  expect(part).toEqual(base.subarray(BLOCK + 512, BLOCK + 1024));
  device.read(part, BLOCK + 512);
  expect(part).toEqual(Buffer.alloc(512, 0xaa));
  device.close();
});

test('the map of the largest volume stays below 32 MiB', () => {
  expect(pieceBytesFor(2 ** 30)).toBe(BLOCK);
  expect(2 ** 48 / pieceBytesFor(2 ** 48) / 8).toBeLessThanOrEqual(32 * 1024 * 1024);
});
