import type { ScheduleView } from '../../../shared/contract/schedules.ts';
import { NameLink } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { useNow } from '../../stores/clock.ts';
import { href } from '../../stores/route.ts';
import { schedulesWords as words } from '../../words/schedules.ts';
import { clockOf, ownZone } from '../../words/zone.ts';
import { Outcome } from './outcome.tsx';
import { ScheduleActs } from './schedule-acts.tsx';
import styles from './schedules.module.css';

const Line = ({ schedule, now }: { schedule: ScheduleView; now: number }) => {
  const { id, object, cron, state, next, last, terms } = schedule;
  const [soonest] = next;
  const clock = clockOf(schedule.zone);
  const { format } = clock;
  const texts = words.termTexts(terms).join(', ');
  return (
    <tr>
      <td className={styles.what}>
        <NameLink to={href('schedules', id)}>{object}</NameLink>
        <span className="second">{words.doesWhat(schedule)}</span>
      </td>
      <td>
        {words.when(cron)}
        {texts !== '' && (
          <span className={`second ${styles.clamped}`} title={texts}>
            {texts}
          </span>
        )}
        {!clock.own && <span className="second">{words.inZone(clock.zone)}</span>}
      </td>
      <td>
        {schedule.problem !== null && <p className={styles.broken}>{schedule.problem}</p>}
        {state === 'paused' || soonest === undefined ? (
          <Pill tone="none">{words.paused}</Pill>
        ) : (
          <>
            <span className="num">{format.when(soonest, now)}</span>
            <span className="second">{format.age(soonest, now)}</span>
            {!clock.own && <span className="second">{words.here(clockOf(ownZone()).format.when(soonest, now))}</span>}
          </>
        )}
      </td>
      <td>
        {last === null ? (
          <span className="faint">{words.never}</span>
        ) : (
          <>
            <span className="num">{format.when(last.dueAt, now)}</span> <Outcome run={last} clock={clock} short />
          </>
        )}
      </td>
      <td className={styles.acts}>
        <ScheduleActs schedule={schedule} />
      </td>
    </tr>
  );
};

/** Every schedule with its next and its last run. */
export const ScheduleTable = ({ schedules }: { schedules: readonly ScheduleView[] }) => {
  const now = useNow();
  return (
    <div className={styles.wide}>
      <table className={`${styles.list} ${styles.all}`}>
        <thead>
          <tr>
            <th scope="col">{words.object}</th>
            <th scope="col">{words.at}</th>
            <th scope="col">{words.next}</th>
            <th scope="col">{words.last}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {schedules.map((schedule) => (
            <Line key={schedule.id} schedule={schedule} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
};
