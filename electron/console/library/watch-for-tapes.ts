import { statSync } from 'node:fs';
import { ColdframeError } from '../../../shared/errors.ts';
import { tapeId } from '../../../shared/units.ts';
import { tapePath } from '../../engine/tape/tape-shelf.ts';
import { inspectVault } from '../../engine/tape/vault.ts';
import { tapesAtHand } from '../tapes-at-hand.ts';
import type { TapeWatch } from '../use-cases.ts';
import { withLibrary } from '../vault-session.ts';

/** At how many looks a file that is smaller than what was written to its tape has to be the same before it is taken for what there is of it. */
const LOOKS_AT_A_PART = 60;

interface Seen {
  readonly bytes: number;
  readonly modifiedMs: number;
  /** How often it was found so. */
  readonly looks: number;
  readonly refused: string | null;
}

/** Begins to look for tapes that are away. A file that is still being copied into its place is left alone until it is whole. */
export const watchForTapes = async (
  dir: string,
  volumes: readonly string[],
  instead: readonly string[],
): Promise<TapeWatch> => {
  const { settings, tapes } = inspectVault(dir);
  const wanted = tapes.filter(({ volume }) => volumes.includes(volume) || instead.includes(volume));
  const seen = new Map<string, Seen>();
  const isBack = async (volume: string, barcode: string, usedBytes: number): Promise<boolean> => {
    const now = fileAt(dir, barcode);
    const before = seen.get(volume);
    if (now === null) {
      seen.delete(volume);
      return false;
    }
    const same = before?.bytes === now.bytes && before.modifiedMs === now.modifiedMs;
    if (!same) {
      seen.set(volume, { ...now, looks: 1, refused: null });
      return false;
    }
    const looks = before.looks + 1;
    seen.set(volume, { ...before, looks });
    if (before.refused !== null) return false;
    const part = now.bytes < usedBytes && looks < LOOKS_AT_A_PART;
    const refused = await withLibrary(dir, (library) =>
      part ? library.strangerAt(tapeId(volume)) : library.lookForReturned(tapeId(volume)),
    );
    seen.set(volume, { ...before, looks, refused });
    return refused === null && !part;
  };
  return {
    look: async () => {
      try {
        if (settings.changer !== undefined)
          return isInChanger(
            dir,
            wanted.map(({ volume }) => volume),
          );
        let back = false;
        for (const { volume, barcode, usedBytes } of wanted) if (await isBack(volume, barcode, usedBytes)) back = true;
        return back;
      } catch (thrown) {
        // The vault is away as a whole, or another console has it: then no tape is back.
        if (!(thrown instanceof ColdframeError)) throw thrown;
        return false;
      }
    },
    noteOf: (volume) => seen.get(volume)?.refused ?? null,
  };
};

/** What the last inventory of a changer found. */
const isInChanger = (dir: string, volumes: readonly string[]): boolean =>
  tapesAtHand({ dir, library: { state: inspectVault(dir) } }).some((volume) => volumes.includes(volume));

const fileAt = (dir: string, barcode: string): { readonly bytes: number; readonly modifiedMs: number } | null => {
  const stat = statSync(tapePath(dir, barcode), { throwIfNoEntry: false });
  return stat?.isFile() ? { bytes: stat.size, modifiedMs: stat.mtimeMs } : null;
};
