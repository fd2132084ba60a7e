import type { ScheduleRun } from '../../../shared/contract/schedules.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Pill } from '../../components/marks.tsx';
import { OUTCOMES, schedulesWords as words } from '../../words/schedules.ts';
import type { ZoneClock } from '../../words/zone.ts';

/** How a run came out, and why. `clock`: that of its schedule. */
export const Outcome = ({ run, clock: { format } }: { run: ScheduleRun; clock: ZoneClock }) => {
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
