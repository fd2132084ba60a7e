import type { ScheduleRun } from '../../../shared/contract/schedules.ts';
import { Pill } from '../../components/marks.tsx';
import { OUTCOMES, schedulesWords as words } from '../../words/schedules.ts';
import styles from './schedules.module.css';

/** How a run came out, and why. */
export const Outcome = ({ run }: { run: ScheduleRun }) => {
  const { text, tone } = OUTCOMES[run.outcome];
  return (
    <>
      <Pill tone={tone}>{text}</Pill>
      {(run.reason !== null || run.more > 0) && (
        <span className={styles.second}>
          {run.reason} {run.more > 0 && words.more(run.more)}
        </span>
      )}
    </>
  );
};
