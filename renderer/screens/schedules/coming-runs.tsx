import type { ComingRun } from '../../../shared/contract/schedules.ts';
import { RUN_LEVEL_WORDS, schedulesWords as words } from '../../words/schedules.ts';
import { clockOf, ownZone } from '../../words/zone.ts';
import styles from './schedules.module.css';

interface ComingRunsProps {
  readonly runs: readonly ComingRun[];
  readonly zone: string;
  /** Whether what they make has a level. */
  readonly backup: boolean;
}

/** The next runs in words, by the clocks of the schedule; and by those of whoever looks, where they go otherwise. */
export const ComingRuns = ({ runs, zone, backup }: ComingRunsProps) => {
  const clock = clockOf(zone);
  const here = clockOf(ownZone());
  return (
    <table className={styles.coming}>
      <thead>
        <tr>
          <th scope="col">{words.runsDay}</th>
          <th scope="col" className="num">
            {words.runsTime}
          </th>
          {backup && <th scope="col">{words.level}</th>}
        </tr>
      </thead>
      <tbody>
        {runs.map(({ at, due, level }) => (
          <tr key={at}>
            <td>
              {clock.fullDay(at)}
              {due !== undefined && due !== at && <span className="second">{words.dueBefore(due, at, clock)}</span>}
              {!clock.own && <span className="second">{words.here(here.format.date(at))}</span>}
            </td>
            <td className="num">{clock.format.time(at)}</td>
            {backup && <td>{RUN_LEVEL_WORDS[level]}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
};
