import { ColdframeError } from '../../../shared/errors.ts';
import { tapeId } from '../../../shared/units.ts';
import * as catalog from '../../engine/catalog/index.ts';
import type { MountedTapeSummary } from '../../engine/mover/back-end-protocol.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import type { MountAccess } from '../../engine/tape/mount-to-write.ts';
import { isAsBefore } from '../../engine/tape/relabel.ts';
import type { TapeAccess } from '../../engine/tape/tape-access.ts';
import type { Vault } from '../../engine/tape/vault.ts';
import { driveNamed, MAY_WANT_CLEANING, OF_DEVICE } from '../library/drive-of-error.ts';
import { demandInDrive } from '../library/label-in-drive.ts';
import type { BroughtTape, TapeSource } from './drives.ts';

/** What of an open vault its tapes are given out by. */
interface WritableVault {
  readonly vault: Vault;
  readonly catalog: catalog.Catalog;
  readonly drives: { readonly outOfService: ReadonlySet<number> };
  holdsOnlyExpired(tape: TapeRecord, headers: boolean): boolean;
  accessToAppend(volume: TapeRecord['volume']): TapeAccess;
  /** Throws VAULT_IN_USE. */
  demandHeld(): void;
}

/** The tapes of a vault, as its drives are given them to write to. */
export const libraryTapes = (opened: WritableVault): TapeSource<MountAccess> => {
  const { vault, catalog: store } = opened;
  const { library } = vault;
  const { changer } = library.state.settings;
  return {
    next: (drive, consolidates) => {
      try {
        const mayErase = (tape: TapeRecord): boolean => opened.holdsOnlyExpired(tape, false);
        const isWritten = (tape: TapeRecord): boolean => catalog.chunksToUnfinished(store, tape.volume) > 0;
        const use = { consolidates, isWritten };
        const { volume, chunks, usedBytes } = library.nextWritableTape('data', mayErase, use);
        const number = library.driveFor(volume, drive + 1, opened.drives.outOfService);
        library.mountAhead(number, volume);
        const expectChunks = Math.max(chunks, catalog.chunksToUnfinished(store, volume));
        const access = { tape: opened.accessToAppend(volume), expectChunks };
        const { tapeBytes: bytesCapacity } = library.state.settings;
        return { tape: volume, access, drive: number - 1, bytesCapacity, bytesUsed: usedBytes };
      } catch (error) {
        if (error instanceof ColdframeError && error.code === 'OUT_OF_TAPES') return error;
        throw error;
      }
    },
    moved: () => library.moved,
    bring: (drive) => (changer === undefined ? null : bring(opened, drive)),
    refused: (tape, error) => {
      // It lies in a drive that does not give it away.
      if (OF_DEVICE.has(error.code) && driveNamed(library.state, error) !== null && library.state.drives.length > 1) {
        library.spare([tapeId(tape)]);
        return;
      }
      if (error.kind !== 'damaged' && error.code !== 'TAPE_MISMATCH' && error.code !== 'IO') throw error;
      if (error.code === 'TAPE_MISMATCH' && !isAsBefore(error)) library.noteAnother(tapeId(tape), error.message);
      else library.noteDamaged(tapeId(tape), error.message, isAsBefore(error));
    },
    ended: (tape, summary: MountedTapeSummary) => {
      library.noteWritten(tapeId(tape), summary);
      const drive = library.state.drives.find((one) => one.tape === tape)?.number;
      const asks = summary.asksForCleaning ?? null;
      if (drive !== undefined && asks !== null) library.noteCleaningAsked(drive, asks ? 'drive' : null);
    },
    // Of files the disk is what fails, and it is that of all tapes.
    canGoOn: changer !== undefined,
    troubled: (drive, { code, message }, tape, durable) => {
      if (MAY_WANT_CLEANING.has(code)) library.noteCleaningAsked(drive + 1, 'errors');
      if (changer === undefined) return null;
      if (durable !== null) library.noteWithoutTail(tapeId(tape), durable);
      if (OF_DEVICE.has(code) || code === 'NO_SUCH_TAPE') {
        library.spare([tapeId(tape)]);
        return 'drive';
      }
      if (code !== 'TAPE_DAMAGED') return null;
      library.noteDamaged(tapeId(tape), message);
      return 'tape';
    },
    isOfDrive: (drive, error) => OF_DEVICE.has(error.code) && driveNamed(library.state, error) === drive + 1,
    mayWrite: () => {
      try {
        opened.demandHeld();
        return true;
      } catch {
        return false;
      }
    },
    released: (drive) => library.unmount(drive + 1),
    complete: () => library.noteComplete(),
    idle: () => library.endRun(),
  };
};

/** Of a file there is nothing to wait for. What is wrong with the tape is said, and noted, when it is wanted. */
const bring = ({ vault }: WritableVault, drive: number): BroughtTape | null => {
  const { library } = vault;
  const next = library.upcomingTape();
  const standby = next && library.standBy(drive + 1, next.volume);
  if (next === null || standby === null) return null;
  const letGo = (): void => {
    try {
      standby.letGo();
    } catch {
      // Somebody else has the vault: where its tapes are is his to note.
    }
  };
  const look = async (): Promise<void> => {
    try {
      await demandInDrive(vault.access(next.volume, null), next);
      standby.arrived();
    } catch {
      letGo();
    }
  };
  return {
    tape: next.volume,
    settled: look(),
    get kept() {
      return standby.kept;
    },
    letGo,
  };
};
