import type { JobRecord } from '../../../shared/contract/jobs.ts';
import type { Picture } from '../../../shared/contract/picture.ts';
import { Card } from '../../components/layout.tsx';
import { isActive } from '../../stores/jobs.ts';
import { format } from '../../words/format.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import { laterWarnings, readEverything } from './job-findings.ts';
import styles from './jobs.module.css';

/** What happened, and what to look at. */
export const JobLog = ({ job, picture }: { job: JobRecord; picture: Picture }) => {
  const later = laterWarnings(job, picture.warnings);
  const warnings = [...picture.warnings, ...later];
  return (
    <div className={styles.halves}>
      <Card title={words.happened}>
        <div className={styles.log} aria-live="polite">
          <table>
            <tbody>
              {picture.log.toReversed().map((entry, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at one end, and counted from the other.
                <tr key={`${entry.at}-${picture.log.length - index}`}>
                  <td className="num faint">{format.clock(entry.at)}</td>
                  <td>{words.log(entry)}</td>
                </tr>
              ))}
              {picture.log.length === 0 && (
                <tr>
                  <td className="quiet">{words.nothingHappened}</td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
      </Card>
      <Card title={words.warningsTitle} aside={picture.counts.warnings + later.length || null}>
        <div className={styles.log}>
          <table>
            <tbody>
              {warnings.map((warning, index) => (
                <tr key={`${warning.path}-${warning.code}-${index.toString()}`}>
                  <td className="num faint">{warning.code}</td>
                  <td>
                    <span className={styles.path}>{warning.path}</span>
                    <div className="quiet">{warning.message}</div>
                  </td>
                </tr>
              ))}
              {warnings.length === 0 && (
                <tr>
                  <td className="quiet">
                    {isActive(job)
                      ? words.noWarnings.yet
                      : readEverything(job, picture.counts)
                        ? words.noWarnings.everything
                        : job.state === 'done' || job.state === 'done-with-warnings'
                          ? words.noWarnings.ended
                          : words.noWarnings.stopped}
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
      </Card>
    </div>
  );
};
