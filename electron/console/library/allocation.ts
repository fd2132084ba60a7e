import { ColdframeError } from '../../../shared/errors.ts';
import type { UseCases } from '../use-cases.ts';
import { withLibrary } from '../vault-session.ts';
import { libraryView } from './tape-view.ts';

/** Sets where backups begin; without a period the calendar's is the day. */
export const setAllocation: UseCases['setAllocation'] = async (dir, policy, every) => {
  if (every !== null && policy !== 'calendar')
    throw new ColdframeError('USAGE', {
      message: `The policy "${policy}" goes by no calendar.`,
      guidance: 'A day, week or month goes with the policy "calendar".',
    });
  return await withLibrary(dir, (library) => {
    library.setAllocation(
      policy === 'continue' ? null : policy === 'new' ? { policy } : { policy, every: every ?? 'day' },
    );
    return libraryView(dir, library.state, (volume) => library.isHeld(volume));
  });
};
