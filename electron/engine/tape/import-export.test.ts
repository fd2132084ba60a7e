import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColdframeError } from '../../../shared/errors.ts';
import { blankTape } from './tape-record.ts';
import { element, libraryOfChanger, VOLUME } from './testing/library-of-changer.ts';

test('a tape of a changer that is retired stays so, whatever is found of it and wherever it is carried', () => {
  const library = libraryOfChanger();
  const { importExport } = library;
  const acts: Readonly<Record<string, () => unknown>> = {
    out: () => importExport.noteTakenOut(VOLUME, 1, 1),
    arrived: () => importExport.noteArrived('CF0001L8', 1),
    another: () => library.noteAnother(VOLUME, 'It is another one.'),
    damaged: () => library.noteDamaged(VOLUME, 'It is damaged.'),
    itself: () => library.noteItself(VOLUME),
    kept: () => importExport.noteKeptIn(VOLUME, 1),
    gone: () => library.takeElements([element('storage', null)], library.state),
    there: () => library.takeElements([element('storage', 'CF0001L8')], library.state),
  };
  const states = (...names: string[]) =>
    names.map((name) => {
      acts[name]?.();
      return library.tape(VOLUME).state;
    });
  expect(states('out', 'arrived', 'itself', 'gone', 'there', 'another', 'itself', 'out')).toEqual([
    'missing',
    'missing',
    'filling',
    'missing',
    'filling',
    'missing',
    'filling',
    'missing',
  ]);
  library.retire(VOLUME);
  const all = fc.array(fc.constantFrom(...Object.keys(acts)), { maxLength: 12 });
  fc.assert(
    fc.property(all, (names) => {
      expect(new Set(states(...names))).toEqual(new Set(names.length > 0 ? ['retired'] : []));
      expect(() => library.nextWritableTape()).toThrow(expect.objectContaining({ code: 'OUT_OF_TAPES' }));
    }),
    { numRuns: 12, seed: 8 },
  );
  // It can be read again once it is there.
  acts.out?.();
  expect(library.tape(VOLUME).note).not.toBe('');
  acts.there?.();
  acts.itself?.();
  expect(library.mount(1, VOLUME)).toMatchObject({ state: 'retired', takenOut: null });
});

test('a tape that the robot is carrying out goes to no job that was planned before, and one that a job works with is not carried out', () => {
  const library = libraryOfChanger();
  const { importExport } = library;
  importExport.noteTakenOut(VOLUME, 0, 1);
  const mount = () => library.mount(1, VOLUME);
  expect(mount).toThrow(expect.objectContaining({ code: 'NO_SUCH_TAPE' }));
  expect(() => importExport.demandEjectable(VOLUME)).toThrow(expect.objectContaining({ code: 'NO_SUCH_TAPE' }));
  importExport.noteKeptIn(VOLUME, 1);
  mount();
  const eject = () => importExport.demandEjectable(VOLUME);
  expect(eject).toThrow(expect.objectContaining({ code: 'TAPE_IN_USE' }));
  library.unmount(1);
  // One that is read beside those that write holds no drive.
  const letGo = library.keepInPlace(VOLUME);
  expect(eject).toThrow(expect.objectContaining({ code: 'TAPE_IN_USE' }));
  letGo();
  letGo();
  expect(eject().volume).toBe(VOLUME);
});

test('a tape that the robot is about to carry in goes to no job before its label was read, also after a kill', () => {
  const library = libraryOfChanger();
  library.importExport.noteTakenOut(VOLUME, 1, 1);
  library.importExport.noteArriving('CF0001L8');
  expect(library.tape(VOLUME)).toMatchObject({ state: 'missing', takenOut: { slot: 1, unread: true } });
  const kinds = () =>
    library.takeElements([element('storage', 'CF0001L8')], library.state).map(({ barcode, kind }) => [barcode, kind]);
  for (let looks = 0; looks < 2; looks += 1) expect(kinds()).toEqual([['CF0001L8', 'unread']]);
  expect(library.tape(VOLUME).takenOut?.slot).toBe(0);
  expect(() => library.mount(1, VOLUME)).toThrow(expect.objectContaining({ code: 'NO_SUCH_TAPE' }));
  expect(library.noteItself(VOLUME)).toMatchObject({ state: 'filling', note: '' });
  const before = library.state;
  for (const barcode of ['CF0001L8', 'CF0009L8']) library.importExport.noteArriving(barcode);
  expect(library.state).toEqual(before);
});

test('a tape that was taken in as a new one is forgotten once it is gone, unless it is known to be blank', () => {
  const library = libraryOfChanger();
  const own = element('storage', 'CF0001L8');
  const arrive = () => library.importExport.noteArrived('CF0009L8', 1).volume;
  const look = (type: Parameters<typeof element>[0], barcode: string | null) =>
    library.takeElements([own, element(type, barcode)], library.state).map(({ kind }) => kind);
  for (const place of ['storage', 'importExport'] as const) {
    arrive();
    expect(look('storage', 'CF0009L8')).toEqual(['unread']);
    expect(look(place, place === 'storage' ? null : 'CF0009L8')).toEqual([]);
    expect(library.state).toMatchObject({ tapes: [{ volume: VOLUME }], slots: [{ tape: VOLUME }, { tape: null }] });
  }
  library.noteItself(arrive());
  expect(look('storage', null)).toEqual(['missing']);
  expect(library.state.tapes.map(({ barcode, state }) => [barcode, state])).toEqual([
    ['CF0001L8', 'filling'],
    ['CF0009L8', 'missing'],
  ]);
});

test('a tape that is not in the changer is not said to lie in the import/export slot, and what is to be done about it helps', () => {
  const library = libraryOfChanger();
  const refusal = (act: () => unknown) => {
    try {
      return act();
    } catch (thrown) {
      const { code, message, guidance } = thrown as ColdframeError;
      return [code, message.includes('is not in the changer'), /take-in|library inventory/.exec(guidance)?.[0]];
    }
  };
  const refusals = () => [
    refusal(() => library.mount(1, VOLUME)),
    refusal(() => library.importExport.demandEjectable(VOLUME)),
  ];
  library.takeElements([element('storage', null)], library.state);
  expect(library.tape(VOLUME).takenOut?.slot).toBe(0);
  const absent = ['NO_SUCH_TAPE', true, 'library inventory'];
  expect(refusals()).toEqual([absent, absent]);
  library.takeElements([element('storage', null), element('importExport', 'CF0001L8')], library.state);
  const outside = ['NO_SUCH_TAPE', false, 'take-in'];
  expect(refusals()).toEqual([outside, outside]);
  library.takeElements([element('storage', 'CF0001L8')], library.state);
  expect(library.mount(1, VOLUME).state).toBe('filling');
});

test('an inventory of a changer in a vault that cannot be written to is kept in memory', () => {
  const library = libraryOfChanger(true);
  library.takeElements([element('storage', null), element('storage', 'CLN-001')], library.state);
  expect(library.tape(VOLUME).state).toBe('missing');
  expect(library.cleaning.tape('CLN-001').slot).toBe(2);
});

test('a tape that was to be labelled anew and is damaged is what it was before only where nothing was written to it', () => {
  const { labelledAt, pool, payloadBytes, usedBytes } = blankTape(VOLUME, 'CF0001L8');
  const relabels = { sequence: 1, chunks: 5, labelledAt, pool, payloadBytes, usedBytes, agreed: [1] };
  const after = (asBefore: boolean) => {
    const library = libraryOfChanger(false, { sequence: 2, chunks: 0, relabels });
    library.noteDamaged(VOLUME, 'damaged', asBefore);
    const { state, sequence, chunks, relabels: left } = library.tape(VOLUME);
    expect(library.tape(VOLUME)).not.toHaveProperty('agreed');
    return [state, sequence, chunks, left];
  };
  expect([after(true), after(false)]).toEqual([
    ['damaged', 1, 5, null],
    ['damaged', 2, 0, null],
  ]);
});

test('a tape that is held alone is given to nobody else, and to nothing that would keep it from being erased', () => {
  const library = libraryOfChanger();
  const letGo = library.holdAlone(VOLUME);
  for (const act of [
    () => library.mount(1, VOLUME),
    () => library.keepInPlace(VOLUME),
    () => library.holdAlone(VOLUME),
    () => library.protect(VOLUME, true),
    () => library.retire(VOLUME),
    () => library.importExport.demandEjectable(VOLUME),
  ])
    expect(act).toThrow(expect.objectContaining({ code: 'TAPE_IN_USE' }));
  expect(() => library.nextWritableTape()).toThrow(expect.objectContaining({ code: 'OUT_OF_TAPES' }));
  letGo();
  expect(library.nextWritableTape().volume).toBe(VOLUME);
  const holds = [
    [() => library.holdAloneInDrive(VOLUME), 'it is being erased'],
    [() => library.holdToWind(VOLUME), 'it is being made anew from a file'],
    [() => library.holdToLook(VOLUME), 'its label is being read'],
  ] as const;
  for (const [hold, why] of holds) {
    const done = hold();
    expect(() => library.protect(VOLUME, true)).toThrow(`Tape CF0001 is in use: ${why}.`);
    done();
  }
  library.keepInPlace(VOLUME);
  expect(() => library.holdAlone(VOLUME)).toThrow(expect.objectContaining({ code: 'TAPE_IN_USE' }));
});
