import { displayText } from '../../../../shared/byte-string.ts';
import { ColdframeError } from '../../../../shared/errors.ts';
import type { RestorePlan } from './restore-plan.ts';

/** Under the policy `fail` nothing is written when anything is in the way. */
export const refuseConflicts = ({ conflicts, destination }: RestorePlan): void => {
  const [first] = conflicts.first;
  if (destination.policy !== 'fail' || first === undefined) return;
  throw new ColdframeError('DESTINATION_TAKEN', {
    message: `${conflicts.total === 1 ? 'One element exists' : `${conflicts.total} elements exist`} at the destination already${conflicts.total === 1 ? ':' : ', the first one is'} ${displayText(first.path)}. Nothing was restored.`,
    guidance:
      'Restore to another place, or say what to do with --on-conflict skip, overwrite or rename. --dry-run lists what is in the way.',
    context: { conflicts: conflicts.total },
  });
};
