import type { ScheduleRun } from '../../../shared/contract/schedules.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Pill } from '../../components/marks.tsx';
import { format } from '../../words/format.ts';
import { OUTCOMES, schedulesWords as words } from '../../words/schedules.ts';

/** How a run came out, and why. */
export const Outcome = ({ run }: { run: ScheduleRun }) => {
  const { text, tone } = OUTCOMES[run.outcome];
  return (
    <>
      <Pill tone={tone}>{text}</Pill>
      {(run.reason !== null || run.more > 0 || run.notBefore !== null) && (
        <span className="second">
          {run.reason !== null && printable(run.reason)}{' '}
          {run.notBefore !== null && words.notBefore(format.date(run.notBefore))} {run.more > 0 && words.more(run.more)}
        </span>
      )}
    </>
  );
};
