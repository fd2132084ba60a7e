import { type ByteString, byteStringOf } from '../../../shared/byte-string.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { SetId } from '../../../shared/units.ts';
import type { KnownState } from '../../engine/catalog/index.ts';
import type { EarlierMounts } from '../../engine/selection/mount-points.ts';

/** So many mount points of a set are remembered; who crosses into more is not told of the others. */
const REMEMBERED = 4096;

/** The mount points that a set was made with, as its header's source names them: paths in base64, a space between. */
export const mountRecord = (paths: Iterable<ByteString>): { readonly mounts: string } => ({
  mounts: [...new Set(paths)]
    .slice(0, REMEMBERED)
    .map((path) => Buffer.from(path, 'latin1').toString('base64'))
    .join(' '),
});

/** The mount points of a set; none where it does not name them, as sets of earlier versions do not. */
export const mountsOf = ({ mounts = '' }: Readonly<Record<string, string>>): ByteString[] =>
  mounts
    .split(' ')
    .filter((base64) => base64 !== '')
    .map((base64) => byteStringOf(Buffer.from(base64, 'base64')));

/** The set that a backup is compared with for what was mounted, whichever it builds on. */
export const lastComplete = (history: readonly BlockSetSummary[]): SetId | null =>
  history.findLast(({ state }) => state === 'complete')?.id ?? null;

/** What a set tells the next backup; `stays` when that one builds on it. */
export const earlierMounts = (before: KnownState, stays: boolean): EarlierMounts => {
  const mounts = new Set(mountsOf(before.source));
  return { stays, wasMounted: (path) => mounts.has(path), heldOn: (path) => before.heldOn(path) };
};
