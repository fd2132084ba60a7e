import type { ScheduleRun } from '../../../shared/contract/schedules.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Pill } from '../../components/marks.tsx';
import { OUTCOMES, schedulesWords as words } from '../../words/schedules.ts';
import type { ZoneClock } from '../../words/zone.ts';
import styles from './schedules.module.css';

interface OutcomeProps {
  readonly run: ScheduleRun;
  /** That of its schedule. */
  readonly clock: ZoneClock;
  /** Long reasons are cut after some lines, and told in full on the page of the schedule. */
  readonly short?: boolean;
}

/** How a run came out, and why. */
export const Outcome = ({ run, clock: { format }, short = false }: OutcomeProps) => {
  const { text, tone } = OUTCOMES[run.outcome];
  return (
    <>
      <Pill tone={tone}>{text}</Pill>
      {(run.reason !== null || run.more > 0 || run.notBefore !== null) && (
        <span
          className={short ? `second ${styles.clamped}` : 'second'}
          title={short && run.reason !== null ? printable(run.reason) : undefined}
        >
          {run.reason !== null && printable(run.reason)}{' '}
          {run.notBefore !== null && words.notBefore(format.date(run.notBefore))} {run.more > 0 && words.more(run.more)}
        </span>
      )}
    </>
  );
};
