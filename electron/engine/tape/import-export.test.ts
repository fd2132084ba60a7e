import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { millis, tapeId, vaultId } from '../../../shared/units.ts';
import { Library } from './library.ts';
import type { LibraryState } from './library-state.ts';
import { blankTape } from './tape-record.ts';

const VOLUME = tapeId('CF0001');

/** A library whose one tape is in a changer. */
const libraryOfChanger = (): Library => {
  const dir = mkdtempSync(join(tmpdir(), 'coldframe-taken-out-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const volume = VOLUME;
  const tape = { ...blankTape(volume, 'CF0001L8'), state: 'filling', sequence: 1, chunks: 5, pool: 'data' } as const;
  const changer = { address: 'iscsi://host/library/0', drives: [{ address: 'iscsi://host/drive/1', element: 1 }] };
  const state: LibraryState = {
    format: 'coldframe-vault',
    version: 1,
    vault: { id: vaultId('0'.repeat(32)), name: 'vault', createdAt: millis(1) },
    generation: 1,
    settings: { codec: 'none', sealed: false, tapeBytes: 1e9, changer: { ...changer, importExport: 1 } },
    slots: [{ number: 1, tape: volume }],
    drives: [{ number: 1, tape: null, mounts: 0 }],
    tapes: [tape],
    envelopes: [],
    envelopesGeneration: 0,
    nextVolume: 2,
    nextSequence: 2,
  };
  return new Library({ dir, now: () => millis(2), demand: () => undefined, readOnly: false }, state);
};

test('a tape of a changer that is retired while it is out stays retired when it is taken in', () => {
  const library = libraryOfChanger();
  const volume = VOLUME;
  const states = (...acts: (() => void)[]) =>
    acts.map((act) => {
      act();
      return library.tape(volume).state;
    });
  const out = () => library.importExport.noteTakenOut(volume, 1, 1);
  const takenIn = () => library.importExport.noteTakenIn('CF0001L8', 1);
  expect(states(out, takenIn)).toEqual(['missing', 'filling']);
  expect(states(out, () => library.retire(volume), takenIn)).toEqual(['missing', 'retired', 'retired']);
});

test('a tape that the robot is carrying out goes to no job that was planned before, and one that a job works with is not carried out', () => {
  const library = libraryOfChanger();
  const { importExport } = library;
  importExport.noteTakenOut(VOLUME, 0, 1);
  const mount = () => library.mount(1, VOLUME);
  expect(mount).toThrow(expect.objectContaining({ code: 'NO_SUCH_TAPE' }));
  expect(() => importExport.demandEjectable(VOLUME)).toThrow(expect.objectContaining({ code: 'NO_SUCH_TAPE' }));
  importExport.noteTakenIn('CF0001L8', 1);
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
