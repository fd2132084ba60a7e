import { Activity, ArchiveRestore, Pencil, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ObjectOverview } from '../../../shared/contract/overview.ts';
import { Button } from '../../components/button.tsx';
import { Pill } from '../../components/marks.tsx';
import { isFocusLost } from '../../stores/focus.ts';
import { useJobs } from '../../stores/jobs.ts';
import { go, href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { objectWords } from '../../words/object.ts';
import { stateWords, overviewWords as words } from '../../words/overview.ts';
import { reportsWords } from '../../words/reports.ts';
import { CheckLine } from '../checks/check-line.tsx';
import { ObjectDialog } from './object-dialog.tsx';
import styles from './overview.module.css';
import { runBackup, runningOf, useStarted } from './run-backup.ts';
import { trendPoints } from './trend-line.ts';

const Trend = ({ object }: { object: ObjectOverview }) => {
  const { trend } = object;
  const [first, last] = [trend[0], trend.at(-1)];
  if (!first || !last) return null;
  const points = trendPoints(
    trend.map(({ logicalBytes }) => logicalBytes),
    90,
    16,
  );
  const end = points.at(-1);
  return (
    <svg
      className={styles.trend}
      viewBox="-3 -3 96 22"
      role="img"
      aria-label={words.trendLabel(object.name, format.bytes(first.logicalBytes), format.bytes(last.logicalBytes))}
    >
      <polyline points={points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />
      {end && <circle cx={end.x} cy={end.y} r="2.5" />}
    </svg>
  );
};

const State = ({ object }: { object: ObjectOverview }) => {
  const { text, tone } = stateWords(object);
  const live = useJobs(({ jobs }) => (object.running ? jobs[object.running.job]?.progress : null));
  const progress = live ?? object.running?.progress;
  const share = progress?.bytesTotal ? `, ${format.percent(progress.bytesRead, progress.bytesTotal)}` : '';
  const pill = (
    <Pill tone={tone}>
      {text}
      {share}
    </Pill>
  );
  const job = object.running?.job ?? object.reason.job;
  return job ? <a href={href('jobs', job)}>{pill}</a> : pill;
};

/** A backup that was started elsewhere on the screen: what goes to it takes the focus over from there, once. */
export interface Followed {
  readonly job: string;
  /** What was pressed for it. */
  readonly from: Element | null;
  readonly done: () => void;
}

interface LineProps {
  readonly object: ObjectOverview;
  readonly now: number;
  readonly followed: Followed | null;
  readonly edit: () => void;
}

/** Starts a backup, and goes to it while it runs: one button, so that the focus stays where it was pressed. */
const BackUp = ({ object: { name, running }, followed }: Pick<LineProps, 'object' | 'followed'>) => {
  const started = useStarted(({ started: { [name]: job } }) => job);
  const job = useJobs(({ jobs }) => runningOf(running?.job ?? null, started, jobs));
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!followed || (followed.job !== job && followed.job !== started)) return;
    // Whoever has gone on to something else meanwhile is not fetched back.
    if (isFocusLost() || document.activeElement === followed.from) button.current?.focus();
    followed.done();
  }, [job, started, followed]);
  return (
    <Button
      ref={button}
      look="icon"
      aria-label={job === null ? words.backUpOne(name) : words.seeRunning(name)}
      busy={started === null}
      onPress={() => (job === null ? runBackup(name) : go(href('jobs', job)))}
    >
      {job === null ? <Play aria-hidden /> : <Activity aria-hidden />}
    </Button>
  );
};

const Line = ({ object, now, followed, edit }: LineProps) => (
  <tr>
    <td className={styles.what}>
      <a href={href('restore', object.name)} className={styles.name}>
        {object.name}
      </a>
      <CheckLine what="restore-test" standing={object.restoreTest} now={now} of={object.name} />
      {object.sharedDisk.length > 0 && (
        <button
          type="button"
          className={styles.oneDisk}
          aria-label={words.oneDiskOf(object.name)}
          title={words.oneDiskAbout}
          onClick={edit}
        >
          {words.oneDisk}
        </button>
      )}
    </td>
    <td>
      <State object={object} />
    </td>
    <td className={styles.nowrap}>
      {object.lastGood ? (
        <span title={format.date(object.lastGood.createdAt)}>
          {format.when(object.lastGood.createdAt, now)}
          <span className={`faint ${styles.age}`}>{format.age(object.lastGood.createdAt, now)}</span>
          {object.lastGood.damagedBelow && (
            <span
              className={styles.onDamaged}
              title={words.onDamagedOf(format.date(object.lastGood.damagedBelow.createdAt))}
            >
              {words.onDamaged}
            </span>
          )}
        </span>
      ) : (
        words.never
      )}
    </td>
    <td className={`quiet ${styles.nowrap} ${styles.lesser}`}>
      {object.nextRun ? (
        format.when(object.nextRun, now)
      ) : (
        <a href={href('schedules')} title={object.schedulesPaused ? words.pausedAbout : words.noSchedule}>
          {object.schedulesPaused ? words.paused : words.byHand}
        </a>
      )}
    </td>
    <td className={`num ${styles.lesser}`}>{object.lastGood ? format.bytes(object.lastGood.logicalBytes) : ''}</td>
    <td className={`num ${styles.changed}`}>{object.changedBytes === null ? '' : format.bytes(object.changedBytes)}</td>
    <td className={styles.trendCell}>
      {object.trend.length > 0 && (
        <a href={href('reports', object.name)} title={reportsWords.trendOf(object.name)}>
          <Trend object={object} />
        </a>
      )}
    </td>
    <td className={styles.actsCell}>
      <div className={styles.acts}>
        <BackUp object={object} followed={followed} />
        <Button
          look="icon"
          aria-label={words.restoreOne(object.name)}
          isDisabled={object.sets === 0}
          onPress={() => go(href('restore', object.name))}
        >
          <ArchiveRestore aria-hidden />
        </Button>
        <Button look="icon" aria-label={objectWords.edit(object.name)} onPress={edit}>
          <Pencil aria-hidden />
        </Button>
      </div>
    </td>
  </tr>
);

interface ObjectTableProps {
  readonly objects: readonly ObjectOverview[];
  readonly at: string;
  readonly followed: Followed | null;
}

/** Every protected object with how safe it is. */
export const ObjectTable = ({ objects, at, followed }: ObjectTableProps) => {
  const [edited, setEdited] = useState<string | null>(null);
  return (
    <div className={styles.objects}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.object}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.lastGood}</th>
            <th scope="col" className={styles.lesser}>
              {words.next}
            </th>
            <th scope="col" className={`num ${styles.lesser}`}>
              {words.size}
            </th>
            <th scope="col" className={`num ${styles.changed}`}>
              {words.changed}
            </th>
            <th scope="col" className={styles.trendCell}>
              {words.trend}
            </th>
            <td />
          </tr>
        </thead>
        <tbody>
          {objects.map((object) => (
            <Line
              key={object.id}
              object={object}
              now={Date.parse(at)}
              followed={followed}
              edit={() => setEdited(object.name)}
            />
          ))}
        </tbody>
      </table>
      {edited !== null && <ObjectDialog name={edited} close={() => setEdited(null)} />}
    </div>
  );
};
