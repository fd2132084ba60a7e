import { expect, test } from 'vitest';
import { tapeId } from '../../../shared/units.ts';
import { inventoryOfChanger, toLookAt } from './changer-inventory.ts';
import { settleInChanger } from './changer-library.ts';
import type { LibraryState } from './library-state.ts';
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

test('an inventory of a changer goes by barcodes, and leaves alone what a job has or somebody moved meanwhile', () => {
  const tapes = ['CF0001', 'CF0002', 'CF0003', 'CF0004', 'CF0005'].map((volume, index) => ({
    ...blankTape(tapeId(volume), `${volume}L8`),
    ...(index < 4 ? { state: 'full' as const, sequence: index + 1, chunks: 3 } : {}),
  }));
  const before = {
    tapes,
    slots: tapes.map(({ volume }, index) => ({ number: index + 1, tape: volume })),
  } as unknown as LibraryState;
  const there = [
    { ...element('drive', 256, 'CF0001L8'), source: 1 },
    element('importExport', 900, 'CF0003L8'),
    element('storage', 1, null),
    element('storage', 2, 'CF0005L8'),
    element('storage', 3, 'CF0009L8'),
    element('storage', 4, 'CF0004XX'),
    { ...element('storage', 5, null), full: true },
    element('storage', 6, 'CLN001L8'),
  ];
  const { state, findings } = inventoryOfChanger(before, there, new Set(['CF0001']));
  expect(findings.map(({ kind, barcode }) => `${kind} ${barcode}`)).toEqual([
    'missing CF0002L8',
    'missing CF0003L8',
    'missing CF0004L8',
    'foreign CF0009L8',
    'foreign CF0004XX',
    'foreign element 5',
  ]);
  expect(state.tapes.map((tape) => [tape.state, tape.takenOut?.slot ?? null])).toEqual([
    ['full', null],
    ['missing', 0],
    ['missing', 1],
    ['missing', 0],
    ['blank', null],
  ]);
  expect(state.slots.slice(0, 6).map(({ tape }) => tape)).toEqual(['CF0001', 'CF0005', 'CF0003', 'CF0004', null, null]);
  // Found again they are what they were; one of which the robot was told meanwhile is not looked at.
  const back = ['CF0002L8', 'CF0003L8', 'CF0004L8'].map((barcode, index) => element('storage', 10 + index, barcode));
  const moved = { ...state, tapes: state.tapes.map((tape) => ({ ...tape, takenOut: null })) };
  const again = inventoryOfChanger(state, [...there.slice(0, 1), ...there.slice(2), ...back], new Set());
  expect(again.state.tapes.map((tape) => tape.state)).toEqual(['full', 'full', 'full', 'full', 'blank']);
  expect(again.findings.filter(({ kind }) => kind === 'returned')).toHaveLength(3);
  expect(inventoryOfChanger(state, back, new Set(['CF0001', 'CF0005']), moved).state.tapes).toEqual(state.tapes);
  // Under whose barcode another one was found, what lies there by now its label has to tell.
  const mistaken = {
    ...before,
    tapes: tapes.map((tape) =>
      tape.volume === 'CF0002'
        ? {
            ...tape,
            state: 'missing' as const,
            note: 'no',
            takenOut: { slot: 0, state: 'full' as const, note: '', unread: true },
          }
        : tape,
    ),
  };
  const seen = inventoryOfChanger(mistaken, [...there, ...back], new Set());
  expect(seen.state.tapes[1]).toEqual(mistaken.tapes[1]);
  expect(seen.findings.filter(({ barcode }) => barcode === 'CF0002L8').map(({ kind }) => kind)).toEqual(['unread']);
  expect(toLookAt(seen.state, back).map(({ volume }) => volume)).toEqual(['CF0002']);
  expect(toLookAt(seen.state, there)).toEqual([]);
  const gone = inventoryOfChanger(mistaken, there, new Set()).state;
  expect(gone.tapes[1]?.takenOut).toMatchObject({ slot: 0, unread: true });
  const twice = inventoryOfChanger(before, [...there, element('storage', 9, 'CF0005L8')], new Set());
  expect(twice.findings.map(({ kind }) => kind)).toContain('duplicate');
});
