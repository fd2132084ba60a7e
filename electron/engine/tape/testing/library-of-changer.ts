import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { millis, tapeId, vaultId } from '../../../../shared/units.ts';
import { Library } from '../library.ts';
import type { LibraryState, TapeRecord } from '../library-state.ts';
import type { Element } from '../scsi/element-status.ts';
import { blankTape } from '../tape-record.ts';

let addresses = 0;

export const VOLUME = tapeId('CF0001');

/** A library whose one tape is in a changer. */
export const libraryOfChanger = (readOnly = false, known: Partial<TapeRecord> = {}): Library => {
  const dir = mkdtempSync(join(tmpdir(), 'coldframe-taken-out-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const volume = VOLUME;
  const filled = { state: 'filling', sequence: 1, chunks: 5, pool: 'data' } as const;
  const tape = { ...blankTape(volume, 'CF0001L8'), ...filled, ...known };
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
  const demand = (): void => {
    if (readOnly) throw new RangeError('the vault cannot be written to');
  };
  return new Library({ dir, now: () => millis(2), demand, readOnly }, state);
};

/** An element of the changer, as it says itself what it holds. */
export const element = (type: Element['type'], barcode: string | null): Element => {
  addresses += 1;
  return { type, address: addresses, barcode, full: barcode !== null, source: null } as Element;
};
