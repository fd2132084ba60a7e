import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { WAITING_FOR_TAPES } from '../../../shared/model/phases.ts';
import { Card, Stat, Stats } from '../../components/layout.tsx';
import type { LivePicture } from '../../stores/job-picture.ts';
import { isActive } from '../../stores/jobs.ts';
import { restMs } from '../../stores/rates.ts';
import { href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import { limitsWords } from '../../words/limits.ts';
import { elementsOf } from './job-findings.ts';
import { tookMs } from './job-table.tsx';
import styles from './jobs.module.css';

/** Whether a tape has to come before anything can move: until then nothing is held back by anything else. */
const mounts = ({ lanes }: LivePicture): boolean =>
  lanes.some(({ state }) => state === 'requested' || state === 'open') &&
  !lanes.some(({ state }) => state === 'writing' || state === 'reading');

/** `moves`: something is read; before that nothing can hold it back. */
const HeldBack = ({ picture, moves }: { picture: LivePicture; moves: boolean }) => (
  <div className={styles.heldBack}>
    {mounts(picture) ? (
      <span className="quiet">{words.mounting}</span>
    ) : picture.bottleneck ? (
      <>
        <span className="quiet">{words.heldBack}</span> <b>{words.bottleneck[picture.bottleneck]}</b>
      </>
    ) : (
      moves && <span className="quiet">{words.notHeldBack}</span>
    )}
    {picture.limit && (
      <div className="second">
        <a href={href('settings')}>{limitsWords.ofJob(picture.limit)}</a>
      </div>
    )}
    <div className={styles.stations}>
      {(['source', 'processing', 'tape'] as const).map((name) => {
        const { busy } = picture.stations[name];
        if (busy === null) return null;
        const text = words.stationShare(words.stations[name], format.percent(busy, 1));
        return name === picture.bottleneck ? <b key={name}>{text}</b> : <span key={name}>{text}</span>;
      })}
    </div>
  </div>
);

/** How far a job is, in numbers. */
export const JobSummary = ({ job, picture, now }: { job: JobRecord; picture: LivePicture | null; now: number }) => {
  const counts = picture?.counts ?? job.progress;
  const elements = elementsOf(job, counts);
  const leftOut = picture?.counts.leftOutBytes ?? null;
  const active = isActive(job);
  const waits = active && job.progress?.phase === WAITING_FOR_TAPES;
  // At once: its last samples are of before it was paused.
  const paused = job.state === 'paused';
  const took = tookMs(job, now);
  const rate = job.progress?.rate ?? 0;
  const total = counts?.bytesTotal ?? null;
  const eta = picture?.etaMs ?? job.progress?.etaMs ?? restMs(counts?.bytesRead ?? 0, total, rate);
  return (
    <Card>
      <div className={styles.summary}>
        <Stats>
          <Stat value={counts ? format.bytes(counts.bytesRead) : words.notYet}>
            {words.readLabel} {total === null ? '' : words.of(format.bytes(total))}
          </Stat>
          {job.kind !== 'restore' && job.kind !== 'verify' && (
            <Stat value={counts ? format.bytes(counts.bytesStored) : words.notYet}>{words.storedLabel}</Stat>
          )}
          <Stat value={elements ? format.count(elements.done) : words.notYet}>
            {words.counted(job.kind, elements?.done ?? 0, elements?.total ?? null)}
          </Stat>
          {leftOut !== null && leftOut > 0 && <Stat value={format.bytes(leftOut)}>{words.leftOut}</Stat>}
          {active && !waits && !paused && <Stat value={format.rate(rate)}>{words.now}</Stat>}
          {active && !waits && !paused ? (
            <Stat value={eta === null ? words.notYet : eta < 1000 ? words.underASecond : format.duration(eta)}>
              {words.toGo}
            </Stat>
          ) : (
            <Stat value={took === null ? words.notYet : format.duration(took)}>
              {active ? words.since : words.took2}
            </Stat>
          )}
          {picture && picture.counts.warnings > 0 && (
            <Stat value={format.count(picture.counts.warnings)}>{words.warnings(picture.counts.warnings)}</Stat>
          )}
        </Stats>
        {paused && <div className={`${styles.heldBack} quiet`}>{words.pausedRate}</div>}
        {picture && active && !waits && !paused && (
          <HeldBack picture={picture} moves={job.state === 'running' && rate > 0} />
        )}
      </div>
      {active && (
        <div
          className={styles.bar}
          role="progressbar"
          aria-label={words.progress}
          aria-valuemin={0}
          aria-valuemax={100}
          {...(total ? { 'aria-valuenow': Math.round((100 * (counts?.bytesRead ?? 0)) / total) } : {})}
        >
          <div style={{ width: `${total ? Math.min(100, (100 * (counts?.bytesRead ?? 0)) / total) : 0}%` }} />
        </div>
      )}
    </Card>
  );
};
