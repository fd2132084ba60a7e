import { Unplug, Wifi } from 'lucide-react';
import { useConnection } from '../stores/connection.ts';
import { isActive, useJobs } from '../stores/jobs.ts';
import { href } from '../stores/route.ts';
import { format } from '../words/format.ts';
import { jobTitle } from '../words/job-words.ts';
import { words } from '../words/words.ts';
import styles from './frame.module.css';

const Connection = () => {
  const { kind } = useConnection(({ state }) => state);
  const text = kind === 'open' || kind === 'connecting' ? words.connection[kind] : words.connection.lost;
  const open = kind === 'open';
  return (
    <span className={styles.sign} data-tone={open ? 'open' : kind === 'connecting' ? 'none' : 'lost'} role="status">
      {open ? <Wifi aria-hidden /> : <Unplug aria-hidden />}
      {text}
    </span>
  );
};

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
      <span className="clip">{words.status.nothingNext}</span>
    </footer>
  );
};
