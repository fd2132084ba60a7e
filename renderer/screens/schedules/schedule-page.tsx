import { CalendarClock } from 'lucide-react';
import type { ScheduleRun, ScheduleView } from '../../../shared/contract/schedules.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Card, Facts, PageHead, Stack } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { useNow } from '../../stores/clock.ts';
import { useLive } from '../../stores/live.ts';
import { go, href } from '../../stores/route.ts';
import { schedulesWords as words } from '../../words/schedules.ts';
import { clockOf } from '../../words/zone.ts';
import { ComingRuns } from './coming-runs.tsx';
import { Outcome } from './outcome.tsx';
import { ScheduleActs } from './schedule-acts.tsx';
import styles from './schedules.module.css';

const REFRESH_MS = 2000;

const ScheduleFacts = ({ schedule }: { schedule: ScheduleView }) => {
  const { task, cron, zone, level, catchUp, passphraseFile, next, nextDue, nextLevels, state, terms, unknown, doubts } =
    schedule;
  const texts = words.termTexts(terms);
  return (
    <Card title={words.facts} padded>
      <Facts>
        <dt>{words.expression}</dt>
        <dd>
          <span className="num">{cron}</span>, {words.inZone(zone)}
        </dd>
        <dt>{task === 'backup' ? words.level : words.does}</dt>
        <dd>{words.doesWhat(schedule)}</dd>
        {texts.length > 0 && (
          <>
            <dt>{words.terms}</dt>
            <dd>
              {texts.map((text) => (
                <div key={text}>{text}</div>
              ))}
              {unknown.map((term) => (
                <div key={term} className="second">
                  {words.unknown[term]}
                </div>
              ))}
            </dd>
          </>
        )}
        {doubts.length > 0 && (
          <>
            <dt>{words.doubts}</dt>
            <dd>
              {doubts.map((doubt) => (
                <div key={doubt.kind === 'rule-never-holds' ? `${doubt.kind} ${doubt.rule}` : doubt.kind}>
                  {words.doubt(doubt, terms, clockOf(zone).format)}
                </div>
              ))}
            </dd>
          </>
        )}
        <dt>{words.missed}</dt>
        <dd>{catchUp ? words.missedCaught : words.missedLet}</dd>
        {passphraseFile !== null && (
          <>
            <dt>{words.passphraseIn}</dt>
            <dd className="num">{passphraseFile}</dd>
          </>
        )}
        <dt>{words.nextRuns}</dt>
        <dd>
          {state === 'paused' ? (
            words.paused
          ) : (
            <ComingRuns
              runs={next.map((at, index) => ({ at, due: nextDue[index] ?? at, level: nextLevels[index] ?? level }))}
              zone={zone}
              backup={task === 'backup'}
            />
          )}
        </dd>
      </Facts>
    </Card>
  );
};

const Runs = ({ runs, zone }: { runs: readonly ScheduleRun[]; zone: string }) => {
  const now = useNow();
  const clock = clockOf(zone);
  const { format } = clock;
  return (
    <Card title={words.runs} aside={runs.length > 0 && words.inZone(clock.zone)}>
      {runs.length === 0 ? (
        <EmptyState icon={CalendarClock} title={words.noRuns}>
          {words.noneAbout}
        </EmptyState>
      ) : (
        <table className={styles.list}>
          <thead>
            <tr>
              <th scope="col">{words.due}</th>
              <th scope="col">{words.began}</th>
              <th scope="col">{words.outcome}</th>
              <th scope="col">{words.job}</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <tr key={run.dueAt}>
                <td>
                  <span className="num">{format.when(run.dueAt, now)}</span>
                </td>
                <td>
                  {run.outcome !== 'skipped' && run.outcome !== 'waiting' && (
                    <span className="num">{format.when(run.at, now)}</span>
                  )}
                </td>
                <td>
                  <Outcome run={run} clock={clock} />
                </td>
                <td>
                  {run.job !== null && (
                    <a className="num" href={href('jobs', run.job)}>
                      {run.job.slice(0, 8)}
                    </a>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
};

/** One schedule: what it says, and what became of each of its runs. */
export const SchedulePage = ({ id }: { id: string }) => {
  const { data, error, reload } = useLive('schedule.runs', { schedule: id }, REFRESH_MS);
  // What stands in the address may be no id at all.
  if (error?.code === 'NO_SUCH_SCHEDULE' || error?.code === 'USAGE') {
    return (
      <EmptyState
        icon={CalendarClock}
        title={words.missing(id.slice(0, 8))}
        action={<ButtonLink to={href('schedules')}>{words.all}</ButtonLink>}
      >
        {words.missingAbout}
      </EmptyState>
    );
  }
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const { schedule, runs } = data;
  return (
    <>
      <PageHead
        above={<a href={href('schedules')}>{words.title}</a>}
        title={schedule.object}
        about={words.when(schedule.cron)}
        actions={<ScheduleActs schedule={schedule} gone={() => go(href('schedules'))} />}
      />
      <Stack>
        <ScheduleFacts schedule={schedule} />
        <Runs runs={runs} zone={schedule.zone} />
      </Stack>
    </>
  );
};
