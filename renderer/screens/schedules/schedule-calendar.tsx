import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { DayRuns } from '../../../shared/contract/schedules.ts';
import { Card } from '../../components/layout.tsx';
import { useLive } from '../../stores/live.ts';
import { href } from '../../stores/route.ts';
import { schedulesWords as words } from '../../words/schedules.ts';
import { clockOf, type ZoneClock } from '../../words/zone.ts';
import styles from './schedules.module.css';

const REFRESH_MS = 60_000;
/** Lines of a day that are shown; the others are counted. */
const SHOWN = 3;
const WEEK = [1, 2, 3, 4, 5, 6, 0];

type Day = OutputOf<'schedule.calendar'>['days'][number];

type Clock = ZoneClock['format'];

/** Days by themselves, which are of no zone. */
const DAYS = clockOf('UTC').format;

/** What a run does, as the calendar marks it: a backup by what it makes. */
export const kindOf = ({ task, level }: Pick<DayRuns, 'task' | 'level'>) => (task === 'backup' ? level : task);

const Line = ({ run, clock }: { run: DayRuns; clock: Clock }) => (
  <a
    className={styles.run}
    href={href('schedules', run.schedule)}
    data-kind={kindOf(run)}
    title={words.runTitle(run.object, run.task, run.level)}
  >
    <span className="num">{clock.time(run.first)}</span> <span className="clip">{run.object}</span>
    {run.count !== 1 && <span className="faint">{words.times(run.count)}</span>}
  </a>
);

const Cell = ({ day, today, clock }: { day: Day; today: boolean; clock: Clock }) => (
  <td data-today={today}>
    <div className={styles.date}>{DAYS.day(`${day.date}T12:00:00Z`)}</div>
    {day.runs.slice(0, SHOWN).map((run) => (
      <Line key={`${run.schedule} ${run.level}`} run={run} clock={clock} />
    ))}
    {day.runs.length > SHOWN && <span className="faint">{words.moreRuns(day.runs.length - SHOWN)}</span>}
  </td>
);

/** The weeks that the days lie in, each from Monday on; null where a week begins before today or ends after the last day. */
export const weeksOf = <T extends { readonly date: string }>(days: readonly T[]): (T | null)[][] => {
  const first = days[0];
  if (first === undefined) return [];
  const before = (new Date(`${first.date}T00:00:00Z`).getUTCDay() + 6) % 7;
  const cells = [...Array.from({ length: before }, () => null), ...days];
  const weeks = Math.ceil(cells.length / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (__, day) => cells[week * 7 + day] ?? null),
  );
};

/** The runs of the coming weeks, by the clocks of the console's machine. `zones`: those of the schedules. */
export const ScheduleCalendar = ({ zones }: { zones: readonly string[] }) => {
  const { data } = useLive('schedule.calendar', {}, REFRESH_MS);
  if (!data) return null;
  const { zone, format: clock } = clockOf(data.zone);
  const kinds = [...new Set(data.days.flatMap(({ runs }) => runs.map(kindOf)))];
  return (
    <Card title={words.calendar} aside={words.inZone(zone)}>
      <table className={styles.calendar}>
        <thead>
          <tr>
            {WEEK.map((day) => (
              <th key={day} scope="col">
                {words.weekdays[day]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(data.days).map((week, at) => (
            <tr key={week.find(Boolean)?.date ?? at}>
              {week.map((day, index) =>
                day === null ? (
                  <td key={WEEK[index]} />
                ) : (
                  <Cell key={day.date} day={day} today={day === data.days[0]} clock={clock} />
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {zones.some((each) => each !== data.zone) && <p className={styles.legend}>{words.calendarOther(zone)}</p>}
      <p className={styles.legend}>
        {kinds.map((kind) => (
          <span key={kind} className={styles.run} data-kind={kind}>
            {words.kinds[kind]}
          </span>
        ))}
      </p>
    </Card>
  );
};
