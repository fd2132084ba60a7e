import { statfs } from 'node:fs/promises';
import { canClean, cleaningTapes, wantsCleaning } from '../../engine/tape/cleaning.ts';
import { inspectVault } from '../../engine/tape/vault.ts';
import { bytesInUse, tapesForBackups } from '../../engine/tape/writable-tapes.ts';
import { placedTape } from '../library/placed-tape.ts';
import { tapesAwayFrom } from '../tapes-at-hand.ts';
import type { VaultSpace } from '../use-cases.ts';

const UNUSABLE = new Set(['damaged', 'missing', 'retired']);

/** What the file system of a folder has room for, bytes; null when it does not say. */
export const bytesFreeAt = async (dir: string): Promise<number | null> => {
  const disk = await statfs(dir).catch(() => null);
  return disk && disk.bavail * disk.bsize;
};

/** What a vault can hold and holds. Needs no secret. Throws NO_SUCH_VAULT. */
export const vaultSpace = async (dir: string): Promise<VaultSpace> => {
  const state = inspectVault(dir);
  const { settings, drives, slots, tapes } = state;
  const usable = tapes.filter(({ state }) => !UNUSABLE.has(state));
  const forCleaning = cleaningTapes(state);
  const slotsFree =
    slots.filter(({ tape }) => tape === null).length -
    forCleaning.filter(({ slot }) => slot !== null).length -
    drives.filter(({ tape }) => tape !== null).length;
  const empty = Math.max(0, slotsFree);
  // A slot of a changer that is empty has no tape.
  const toFill = settings.changer === undefined ? empty : 0;
  const room = tapesForBackups(state, Date.now()).reduce(
    (sum, tape) => sum + Math.max(0, settings.tapeBytes - bytesInUse(tape)),
    0,
  );
  const counts: Record<string, number> = {};
  for (const tape of tapes) counts[tape.state] = (counts[tape.state] ?? 0) + 1;
  return {
    bytesCapacity: (usable.length + toFill) * settings.tapeBytes,
    bytesUsed: tapes.reduce((sum, tape) => sum + bytesInUse(tape), 0),
    bytesFree: room + toFill * settings.tapeBytes,
    bytesFreeOnDisk: await bytesFreeAt(dir),
    slots: slots.length,
    slotsFree: empty,
    drives: drives.length,
    changer: settings.changer !== undefined,
    tapes: counts,
    away: tapesAwayFrom(dir, state),
    cleaning: {
      drives: drives.filter((drive) => wantsCleaning(state, drive) !== null).map(({ number }) => number),
      tapes: forCleaning.filter(canClean).length,
    },
    missing: tapes.filter(({ state: each }) => each === 'missing').map(({ volume }) => placedTape(dir, state, volume)),
  };
};
