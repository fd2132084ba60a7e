import { statSync } from 'node:fs';
import { bytesOf, displayText } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { RestorePlan } from '../../engine/restore/index.ts';
import type { RestoreRequest } from '../use-cases.ts';

/** What a restore loses, and the folder that it goes to. */
interface Overwritten {
  /** An image or a device that is replaced as a whole; null: nothing is. */
  readonly overwrites: string | null;
  /** What is on it; null where nothing is known of that. */
  readonly loses: string | null;
  /** What tells the files that are replaced from any others; null: none is. */
  readonly replaces: string | null;
  /** What tells the folder from another one of its name; null: it is not there, or everything goes back to where it came from. */
  readonly folder: string | null;
}

/** What a plan replaces, and where. `loses`: what is on the device, where it goes onto one. */
export const overwrittenBy = (
  { image }: RestoreRequest,
  { conflicts, destination }: RestorePlan,
  loses: string | null,
): Overwritten => {
  const met = image === undefined ? undefined : conflicts.first.find(({ action }) => action === 'replace');
  return {
    overwrites: met === undefined ? null : displayText(met.path),
    loses,
    replaces: conflicts.replaces,
    folder: identityOf(destination),
  };
};

const identityOf = ({ root }: RestorePlan['destination']): string | null => {
  if (root === '/') return null;
  const stat = statSync(Buffer.from(bytesOf(root)), { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
};

/**
 * Refuses to overwrite anything but what somebody agreed to lose, and to restore into another folder than was there then; where nobody was asked
 * there is nothing to compare. Throws DESTINATION_TAKEN.
 */
export const demandAgreed = (
  { agreed }: RestoreRequest,
  now: Overwritten,
  { conflicts, destination }: RestorePlan,
): void => {
  if (agreed === undefined) return;
  if (agreed.overwrites !== now.overwrites || agreed.loses !== now.loses)
    throw notAgreed(`${lossOf(now)} That is not what was agreed to: ${lossOf(agreed)}`, now);
  // A folder that was not there is made by whoever comes first, also another restore of the same basket.
  if (typeof agreed.folder === 'string' && agreed.folder !== now.folder)
    throw notAgreed(
      `${displayText(destination.root)} is not the folder any more that this was planned for: it was replaced, or another disk is mounted there, or none.`,
      now,
    );
  if (agreed.replaces === undefined || now.replaces === null || agreed.replaces === now.replaces) return;
  throw notAgreed(
    `What is in the way at ${displayText(destination.root)} is not what it was when this was agreed to: of the ${conflicts.total} elements there now, some appeared or were changed since.`,
    now,
  );
};

const notAgreed = (what: string, { overwrites }: Overwritten): ColdframeError =>
  new ColdframeError('DESTINATION_TAKEN', {
    message: `${what} Nothing was restored.`,
    guidance: 'Make the plan again (--dry-run), and agree to what it says now.',
    context: { overwrites: overwrites ?? '' },
  });

const lossOf = ({ overwrites, loses }: Pick<Overwritten, 'overwrites' | 'loses'>): string =>
  loses ?? (overwrites === null ? 'Nothing would be overwritten.' : `${overwrites} would be overwritten.`);
