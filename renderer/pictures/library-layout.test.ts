import { describe, expect, test } from 'vitest';
import type { TapeView } from '../../shared/contract/tapes.ts';
import { type Box, layLibrary, placeBeside } from './library-layout.ts';

const care = (tape: string | null) => ({ wanted: null, bytesSince: 0, lastAt: null, tape });
const tape = (id: string): TapeView => ({ id, barcode: `${id}L8` }) as TapeView;

test('a tape is drawn in one place alone: in its drive or an import/export slot, else in its slot, else outside', () => {
  const { drives, slots, importExport, outside } = layLibrary({
    drives: [
      { number: 1, tape: 'CF0002', barcode: null, inUse: true, mounts: 1, cleaning: care(null) },
      { number: 2, tape: null, barcode: null, inUse: false, mounts: 0, cleaning: care('CLN001CU') },
    ],
    slots: [
      { number: 1, tape: 'CF0001', barcode: null },
      { number: 2, tape: 'CF0002', barcode: null },
      { number: 3, tape: null, barcode: null },
      { number: 4, tape: 'CF0004', barcode: null },
    ],
    importExport: [
      { number: 1, tape: 'CF0004', barcode: 'CF0004L8' },
      { number: 2, tape: null, barcode: 'XX0001L8' },
      { number: 3, tape: null, barcode: null },
    ],
    tapes: ['CF0001', 'CF0002', 'CF0003', 'CF0004'].map(tape),
  });
  expect(drives.map((place) => [place.tape?.id, place.inUse, place.stranger])).toEqual([
    ['CF0002', true, null],
    [undefined, false, 'CLN001CU'],
  ]);
  expect(slots.map((place) => [place.tape?.id, place.lent?.to, place.lent?.number])).toEqual([
    ['CF0001', undefined, undefined],
    [undefined, 'drive', 1],
    [undefined, undefined, undefined],
    [undefined, 'importExport', 1],
  ]);
  expect(importExport.map((place) => [place.tape?.id, place.stranger])).toEqual([
    ['CF0004', null],
    [undefined, 'XX0001L8'],
    [undefined, null],
  ]);
  expect(outside.map((place) => place.tape?.id)).toEqual(['CF0003']);
});

describe('an arrow key', () => {
  const box = (column: number, row: number): Box => ({ left: column * 120, top: row * 70, width: 110, height: 60 });
  const grid = [box(0, 0), box(1, 0), box(2, 0), box(0, 1), box(1, 1)];
  const from = (index: number, key: string) => placeBeside(key, grid[index] as Box, grid);

  test('goes to the place beside, above or below, and no farther than the edge', () => {
    expect(from(0, 'ArrowRight')).toBe(1);
    expect(from(4, 'ArrowLeft')).toBe(3);
    expect(from(1, 'ArrowDown')).toBe(4);
    expect(from(2, 'ArrowDown')).toBe(4);
    expect(from(3, 'ArrowUp')).toBe(0);
    expect(from(2, 'ArrowRight')).toBeNull();
    expect(from(0, 'ArrowUp')).toBeNull();
    expect(from(0, 'Enter')).toBeNull();
  });
});
