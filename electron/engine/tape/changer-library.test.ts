import { expect, test } from 'vitest';
import { tapeId } from '../../../shared/units.ts';
import { settleInChanger } from './changer-library.ts';
import type { Element } from './scsi/element-status.ts';
import { blankTape } from './tape-record.ts';
import { writableTapes } from './writable-tapes.ts';

const choice = { changer: 'iscsi://vtl/x/0', drives: ['iscsi://vtl/x/1'] };
const element = (type: Element['type'], address: number, barcode: string | null) =>
  ({ type, address, barcode, full: barcode !== null }) as Element;

test('a cleaning tape in a changer is not taken in, so that nothing loads it or writes to it', () => {
  const { slots, tapes } = settleInChanger(choice, [
    element('drive', 256, null),
    element('storage', 1, 'CLN001L8'),
    element('storage', 2, 'CF0001L8'),
    element('storage', 3, null),
  ]);
  expect(slots.map(({ tape }) => tape)).toEqual([null, 'CF0001', null]);
  expect(tapes.map(({ barcode }) => barcode)).toEqual(['CF0001L8']);
  const onlyCleaning = [element('drive', 256, null), element('storage', 1, 'CLNU01L1')];
  expect(() => settleInChanger(choice, onlyCleaning)).toThrow(expect.objectContaining({ code: 'USAGE' }));
});

test('one that an older version took in is never the next tape to write to', () => {
  const tapes = ['CLN001', 'CF0001'].map((volume) => blankTape(tapeId(volume), `${volume}L8`));
  const settings = { tapeBytes: 1 << 30, codec: 'zstd', sealed: false } as const;
  expect(writableTapes({ tapes, settings }, 'data', () => false).map(({ volume }) => volume)).toEqual(['CF0001']);
});
