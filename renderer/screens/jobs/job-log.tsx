import { memo } from 'react';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import type { LogEntry, Picture } from '../../../shared/contract/picture.ts';
import { foundDamage } from '../../../shared/model/found-damage.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Card } from '../../components/layout.tsx';
import type { LivePicture } from '../../stores/job-picture.ts';
import { isActive } from '../../stores/jobs.ts';
import type { TapeName } from '../../stores/tape-names.ts';
import { format } from '../../words/format.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import { laterWarnings, readEverything } from './job-findings.ts';
import styles from './jobs.module.css';

/** Hundreds of lines, which are the same from one picture to the next. */
const Happened = memo(({ log, name }: { log: readonly LogEntry[]; name: TapeName }) => (
  <Card title={words.happened}>
    <div className={styles.log} aria-live="polite">
      <table>
        <tbody>
          {log.toReversed().map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at one end, and counted from the other.
            <tr key={`${entry.at}-${log.length - index}`}>
              <td className="num faint">{format.clock(entry.at)}</td>
              <td>{words.log(entry, name)}</td>
            </tr>
          ))}
          {log.length === 0 && (
            <tr>
              <td className="quiet">{words.nothingHappened}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  </Card>
));

interface WarningsProps {
  readonly warnings: Picture['warnings'];
  readonly count: number;
  /** Why there are none. */
  readonly none: string;
}

const Warnings = memo(({ warnings, count, none }: WarningsProps) => (
  <Card title={words.warningsTitle} aside={count || null}>
    <div className={styles.log}>
      <table>
        <tbody>
          {warnings.map((warning, index) => (
            <tr key={`${warning.path}-${warning.code}-${index.toString()}`}>
              <td className="num faint">{warning.code}</td>
              <td>
                <span className={styles.path}>{printable(warning.path)}</span>
                <div className="quiet">{printable(warning.message)}</div>
              </td>
            </tr>
          ))}
          {warnings.length === 0 && (
            <tr>
              <td className="quiet">{none}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  </Card>
));

const whyNone = (job: JobRecord, counts: Picture['counts']): string => {
  if (isActive(job)) return words.noWarnings.yet;
  if (readEverything(job, counts)) return words.noWarnings.everything;
  if (foundDamage(job)) return words.noWarnings.damage;
  return job.state === 'done' || job.state === 'done-with-warnings' ? words.noWarnings.ended : words.noWarnings.stopped;
};

/** What happened, and what to look at. */
export const JobLog = ({ job, picture, name }: { job: JobRecord; picture: LivePicture; name: TapeName }) => {
  const later = laterWarnings(job, picture.warnings);
  return (
    <div className={styles.halves}>
      <Happened log={picture.log} name={name} />
      <Warnings
        warnings={later.length === 0 ? picture.warnings : [...picture.warnings, ...later]}
        count={picture.counts.warnings + later.length}
        none={whyNone(job, picture.counts)}
      />
    </div>
  );
};
