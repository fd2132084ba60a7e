import { POOLS } from '../../../shared/contract/choices.ts';
import type { LibraryView, TapeView } from '../../../shared/contract/tapes.ts';
import { careOf, cleanAfterBytes, cleaningTapes, wantsCleaning } from '../../engine/tape/cleaning.ts';
import { originalOf } from '../../engine/tape/copies.ts';
import { inImportExport } from '../../engine/tape/import-export.ts';
import type { LibraryState, TapeRecord } from '../../engine/tape/library-state.ts';
import { bytesInUse, isClosed, tapesForBackups } from '../../engine/tape/writable-tapes.ts';
import { isAway } from '../tapes-at-hand.ts';

type Drives = LibraryState['drives'];

/** The drive that has a tape: for a job, else as it was left there. */
const driveWith = (drives: Drives, volume: TapeRecord['volume']): Drives[number] | undefined =>
  drives.find(({ tape }) => tape === volume) ?? drives.find(({ tape, inside }) => tape === null && inside === volume);

const tapeIn = (drives: Drives, drive: Drives[number]): TapeRecord['volume'] | null => {
  const volume = drive.tape ?? drive.inside ?? null;
  return volume !== null && driveWith(drives, volume) === drive ? volume : null;
};

/** A tape in the contract's shape. */
export const tapeView = (state: LibraryState, tape: TapeRecord): TapeView => {
  const { slots, drives, settings } = state;
  const copyOf = originalOf(state, tape);
  return {
    id: tape.volume,
    barcode: tape.barcode,
    pool: tape.pool,
    slot: slots.find((slot) => slot.tape === tape.volume)?.number ?? null,
    drive: driveWith(drives, tape.volume)?.number ?? null,
    state: tape.state,
    note: tape.note,
    away: false,
    importExport: null,
    shelf: tape.shelf ?? null,
    expiredAt: tape.expiredAt === null ? null : new Date(tape.expiredAt).toISOString(),
    closed: isClosed(state, tape, Date.now()),
    writeProtected: tape.writeProtected,
    bytesCapacity: settings.tapeBytes,
    bytesUsed: tape.usedBytes,
    chunks: tape.chunks,
    mounts: tape.mounts,
    copyOf,
    onceCopyOf: copyOf === null ? tape.copyOf : null,
    bytesWritten: tape.bytesWritten,
    errors: tape.errors,
    labelledAt: tape.labelledAt === null ? null : new Date(tape.labelledAt).toISOString(),
    verifiedAt: typeof tape.readRightAt === 'number' ? new Date(tape.readRightAt).toISOString() : null,
    bytesLive: null,
    damagedChunks: 0,
    bytesPayload: tape.payloadBytes,
  };
};

/** All tapes of a vault, with whether each is here. */
export const listedTapes = (dir: string, state: LibraryState): TapeView[] => {
  const outside = inImportExport(dir, state);
  return state.tapes.map((tape) => ({
    ...tapeView(state, tape),
    away: isAway(dir, state, tape),
    importExport: outside.indexOf(tape.barcode) + 1 || null,
  }));
};

/** A library in the contract's shape. `isHeld`: whether a job works with a tape. */
export const libraryView = (
  vault: string,
  state: LibraryState,
  isHeld: (volume: TapeRecord['volume']) => boolean,
): LibraryView => {
  const barcodeOf = (volume: TapeRecord['volume'] | null): string | null =>
    state.tapes.find((tape) => tape.volume === volume)?.barcode ?? null;
  const tapes = listedTapes(vault, state);
  return {
    vault,
    changer: state.settings.changer !== undefined,
    drives: state.drives.map((drive) => {
      const { number, mounts } = drive;
      const tape = tapeIn(state.drives, drive);
      const { bytes, at, tape: inside } = careOf(drive);
      return {
        number,
        tape,
        barcode: barcodeOf(tape),
        inUse: drive.tape !== null && isHeld(drive.tape),
        mounts,
        cleaning: {
          wanted: wantsCleaning(state, drive),
          bytesSince: bytes,
          lastAt: at === null ? null : new Date(at).toISOString(),
          tape: inside,
        },
      };
    }),
    allocation: {
      policy: state.allocation?.policy ?? 'continue',
      every: state.allocation?.policy === 'calendar' ? state.allocation.every : null,
    },
    cleaning: {
      afterBytes: cleanAfterBytes(state),
      tapes: cleaningTapes(state).map((tape) => ({
        ...tape,
        away: tape.away ?? false,
        drive: state.drives.find((drive) => careOf(drive).tape === tape.barcode)?.number ?? null,
      })),
    },
    slots: state.slots.map(({ number, tape }) => ({ number, tape, barcode: barcodeOf(tape) })),
    importExport: inImportExport(vault, state).map((barcode, index) => ({
      number: index + 1,
      tape: state.tapes.find((tape) => tape.barcode === barcode)?.volume ?? null,
      barcode,
    })),
    pools: POOLS.map((pool) => {
      // Nobody gets one that is retired, whatever pool it was in; what lies on it is still there.
      const members = state.tapes.filter(
        (tape) => tape.pool === pool && (pool !== 'scratch' || tape.state !== 'retired'),
      );
      return { pool, tapes: members.length, bytesUsed: members.reduce((sum, tape) => sum + bytesInUse(tape), 0) };
    }),
    tapes,
    nextTapes: tapesForBackups(state, Date.now())
      .map(({ volume }) => volume as string)
      .filter((volume) => tapes.some(({ id, away, importExport }) => id === volume && !away && importExport === null)),
  };
};
