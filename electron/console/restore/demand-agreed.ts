import { displayText } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { RestorePlan } from '../../engine/restore/index.ts';
import type { RestoreRequest } from '../use-cases.ts';

/** What an image or a device that a restore replaces as a whole would lose; null: nothing is replaced so, or nothing is known of it. */
export type Overwritten = NonNullable<RestoreRequest['agreed']>;

/** What a plan replaces as a whole. `loses`: what is on the device, where it goes onto one. */
export const overwrittenBy = (
  { image }: RestoreRequest,
  { conflicts }: RestorePlan,
  loses: string | null,
): Overwritten => {
  const met = image === undefined ? undefined : conflicts.first.find(({ action }) => action === 'replace');
  return { overwrites: met === undefined ? null : displayText(met.path), loses };
};

/** Refuses to overwrite anything but what somebody agreed to lose; where nobody was asked there is nothing to compare. Throws DESTINATION_TAKEN. */
export const demandAgreed = ({ agreed }: RestoreRequest, now: Overwritten): void => {
  if (agreed === undefined || (agreed.overwrites === now.overwrites && agreed.loses === now.loses)) return;
  throw new ColdframeError('DESTINATION_TAKEN', {
    message: `${lossOf(now)} That is not what was agreed to: ${lossOf(agreed)} Nothing was restored.`,
    guidance: 'Make the plan again (--dry-run), and agree to what it says now.',
    context: { overwrites: now.overwrites ?? '', agreed: agreed.overwrites ?? '' },
  });
};

const lossOf = ({ overwrites, loses }: Overwritten): string =>
  loses ?? (overwrites === null ? 'Nothing would be overwritten.' : `${overwrites} would be overwritten.`);
