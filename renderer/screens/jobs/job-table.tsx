import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { JOB_KIND_WORDS } from '../../../shared/model/job-kind-words.ts';
import { Meter, Pill } from '../../components/marks.tsx';
import { useNow } from '../../stores/clock.ts';
import { isActive } from '../../stores/jobs.ts';
import { href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { JOB_STATE_WORDS, jobTitle } from '../../words/job-words.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import type { JobLine } from './history-filter.ts';
import styles from './jobs.module.css';

/** The time that a job took, or has taken up to now. */
export const tookMs = (
  { startedAt, finishedAt }: Pick<JobRecord, 'startedAt' | 'finishedAt'>,
  now: number,
): number | null =>
  startedAt === null ? null : (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt);

const Line = ({ job, now, running }: { job: JobLine; now: number; running: boolean }) => {
  const { text, tone } = job.foundDamage ? words.foundDamage : JOB_STATE_WORDS[job.state];
  const title = jobTitle(job);
  const { bytesRead, bytesStored, bytesTotal } = job;
  const took = tookMs(job, now);
  return (
    <tr>
      <td className={styles.titled}>
        <a href={href('jobs', job.id)} className={`${styles.title} clip`} title={title}>
          {title}
        </a>
      </td>
      <td className={`quiet ${styles.ofKind}`}>{JOB_KIND_WORDS[job.kind]}</td>
      <td>
        <Pill tone={tone}>{text}</Pill>
      </td>
      {running && (
        <td className={styles.progress}>
          {isActive(job) && bytesTotal ? <Meter value={bytesRead ?? 0} of={bytesTotal} label={words.progress} /> : null}
        </td>
      )}
      <td className={`quiet ${styles.moment}`}>{format.when(job.startedAt ?? job.createdAt, now)}</td>
      <td className="num">{took === null ? words.notYet : format.duration(took)}</td>
      <td className="num">{bytesRead === null ? words.notYet : format.bytes(bytesRead)}</td>
      <td className={`num ${styles.stored}`}>{bytesStored === null ? words.notYet : format.bytes(bytesStored)}</td>
    </tr>
  );
};

/** Jobs, one a line. */
export const JobTable = ({ jobs }: { jobs: readonly JobLine[] }) => {
  const running = jobs.some(isActive);
  const now = useNow(running ? 1000 : 30_000);
  return (
    <div className={styles.jobs} data-running={running}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.job}</th>
            <th scope="col" className={styles.ofKind}>
              {words.kind}
            </th>
            <th scope="col">{words.state}</th>
            {running && <th scope="col">{words.progress}</th>}
            <th scope="col">{words.started}</th>
            <th scope="col" className="num">
              {words.took}
            </th>
            <th scope="col" className="num">
              {words.read}
            </th>
            <th scope="col" className={`num ${styles.stored}`}>
              {words.stored}
            </th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <Line key={job.id} job={job} now={now} running={running} />
          ))}
        </tbody>
      </table>
    </div>
  );
};
