import { Unplug, Wifi } from 'lucide-react';
import { memo } from 'react';
import { useNow } from '../stores/clock.ts';
import { useConnection } from '../stores/connection.ts';
import { isActive, useJobs } from '../stores/jobs.ts';
import { useLive } from '../stores/live.ts';
import { href } from '../stores/route.ts';
import { format } from '../words/format.ts';
import { jobTitle } from '../words/job-words.ts';
import { words } from '../words/words.ts';
import styles from './frame.module.css';

const SCHEDULES_MS = 30_000;

const Connection = memo(() => {
  const { kind } = useConnection(({ state }) => state);
  const text = kind === 'incompatible' ? words.connection.lost : words.connection[kind];
  const open = kind === 'open';
  return (
    <span className={styles.sign} data-tone={open ? 'open' : kind === 'connecting' ? 'none' : 'lost'} role="status">
      {open ? <Wifi aria-hidden /> : <Unplug aria-hidden />}
      {text}
    </span>
  );
});

/** The schedule that comes first. */
const Next = memo(() => {
  const { data } = useLive('schedule.list', {}, SCHEDULES_MS);
  const now = useNow();
  const coming = (data?.schedules ?? []).flatMap(({ task, object, next }) =>
    next[0] ? [{ task, object, at: next[0] }] : [],
  );
  const [first] = coming.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  if (data === null) return null;
  if (!first && data.schedules.length > 0) return <a href={href('schedules')}>{words.status.noneActive}</a>;
  return (
    <span className="clip">
      {first && data.keeping ? (
        <a href={href('schedules')}>{words.status.next(first.task, first.object, format.when(first.at, now))}</a>
      ) : (
        <a href={href('schedules')}>{words.status.nothingNext}</a>
      )}
    </span>
  );
});

/** What runs, and what comes next. */
export const StatusBar = () => {
  const jobs = useJobs((state) => state.jobs);
  const active = Object.values(jobs).filter(isActive);
  const running = active.filter(({ state }) => state === 'running');
  const waiting = active.length - running.length;
  const rate = running.reduce((sum, { progress }) => sum + (progress?.rate ?? 0), 0);
  return (
    <footer className={styles.status}>
      <Connection />
      <span>{running.length === 0 ? words.status.idle : words.status.running(running.length)}</span>
      {waiting > 0 && <span>{words.status.waiting(waiting)}</span>}
      {running.length > 0 && <span className="num">{format.rate(rate)}</span>}
      {running.slice(0, 3).map((job) => (
        <a key={job.id} href={href('jobs', job.id)} className="clip">
          {jobTitle(job)}
          {job.progress?.bytesTotal ? ` ${format.percent(job.progress.bytesRead, job.progress.bytesTotal)}` : ''}
        </a>
      ))}
      <Next />
    </footer>
  );
};
