import { type ByteString, byteStringOf } from '../../../shared/byte-string.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { Selection } from '../../../shared/model/selection.ts';
import type { SetId } from '../../../shared/units.ts';
import type { KnownState } from '../../engine/catalog/index.ts';
import type { EarlierMounts } from '../../engine/selection/mount-points.ts';
import { isSelected, isWithin, rootsOf } from '../../engine/selection/roots.ts';
import type { Scan } from './scan.ts';

/** So many mount points of a set are remembered; who crosses into more is not told of the others. */
const REMEMBERED = 4096;

/**
 * The mount points that a set was made with, and the directories that it was made without because their disks were not there, as its header's source
 * names them: paths in base64, a space between; those that are missing each with `:` and the number of the device that it was on.
 */
const mountRecord = (
  mounts: Iterable<ByteString>,
  missing: ReadonlyMap<ByteString, number>,
): { readonly mounts: string; readonly missing?: string } => ({
  mounts: [...new Set(mounts)].slice(0, REMEMBERED).map(base64Of).join(' '),
  ...(missing.size > 0 && {
    missing: [...missing]
      .slice(0, REMEMBERED)
      .map(([path, device]) => `${base64Of(path)}:${device}`)
      .join(' '),
  }),
});

const base64Of = (path: ByteString): string => Buffer.from(path, 'latin1').toString('base64');

/** The mount points of a set; none where it does not name them, as sets of earlier versions do not. */
const mountsOf = ({ mounts = '' }: Readonly<Record<string, string>>): ByteString[] =>
  mounts
    .split(' ')
    .filter((base64) => base64 !== '')
    .map((base64) => byteStringOf(Buffer.from(base64, 'base64')));

/** What a set was made without: directories, and the devices that they were on. */
const missingOf = ({ missing = '' }: Readonly<Record<string, string>>): ReadonlyMap<ByteString, number> =>
  new Map(
    missing
      .split(' ')
      .filter((entry) => entry !== '')
      .map((entry) => {
        const [path = '', device] = entry.split(':');
        return [byteStringOf(Buffer.from(path, 'base64')), Number(device)] as const;
      }),
  );

/** The set that a backup is compared with for what was mounted, whichever it builds on. */
export const lastComplete = (history: readonly BlockSetSummary[]): SetId | null =>
  history.findLast(({ state }) => state === 'complete')?.id ?? null;

/** What the last complete set, `before`, tells the next backup, which builds on `parent`. */
export const earlierMounts = (before: KnownState, parent: KnownState | null): EarlierMounts => {
  const mounts = new Set(mountsOf(before.source));
  const missing = missingOf(before.source);
  const goneBefore = parent && missingOf(parent.source);
  return {
    missing,
    stays: (path) => goneBefore !== null && !goneBefore.has(path),
    wasMounted: (path) => mounts.has(path),
    heldOn: (path) => missing.get(path) ?? before.heldOn(path),
  };
};

/** What a walk found of mount points. */
type MountsFound = Pick<Scan, 'mounts' | 'noMounts' | 'missing'>;

/** What a set is to remember for the next: what the walk found, and what it could not come to. */
export const mountsToRemember = (
  { selection, ...found }: MountsFound & { readonly selection: Selection },
  before: KnownState | null,
  builds: boolean,
): ReturnType<typeof mountRecord> => {
  const roots = rootsOf(selection);
  const known = (before === null ? [] : mountsOf(before.source)).filter(
    (path) => isSelected(path, roots) && !found.noMounts.has(path),
  );
  const missing = new Map(found.missing);
  // What was mounted on a disk that is not there is not there either.
  for (const path of known) {
    const within = [...found.missing.keys()].some((folder) => isWithin(path, folder));
    const device = within && !missing.has(path) && !found.mounts.includes(path) ? before?.heldOn(path) : null;
    if (typeof device === 'number') missing.set(path, device);
  }
  // What was not come to this time may be a mount point still.
  return mountRecord([...found.mounts, ...known.filter((path) => builds || missing.has(path))], missing);
};
