import type { OutputOf } from '../../../shared/contract/contract.ts';
import { placedName } from '../../../shared/model/tape-place.ts';
import { Fold } from '../../components/fold.tsx';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import styles from './mount-lanes.module.css';
import { type MountSpan, mountPlan } from './mount-plan.ts';

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;
/** Below that a time line would be told in milliseconds, which nobody waits for. */
const TIMED_MS = 1000;

/** Which drive takes which tape when, before a restore begins, and which tapes it has to do without. */
export const MountLanes = ({ plans }: { plans: readonly OutputOf<'restore'>[] }) => {
  const { lanes, away, durationMs, restores } = mountPlan(plans);
  if (lanes.length + away.length === 0) return null;
  const at = (share: number): string =>
    durationMs === null ? format.percent(share, 1) : format.duration(share * durationMs);
  return (
    <div className={styles.plan}>
      <span className="quiet">{words.planTapes(plans.length)}</span>
      <div className={styles.lanes}>
        {lanes.map(({ drive, spans }) => (
          <div key={drive} className={styles.lane}>
            <span>{words.planDrive(drive)}</span>
            <div
              className={styles.track}
              role="img"
              aria-label={words.planLane(
                drive,
                spans.map(({ tape }) => nameOf(tape)),
              )}
            >
              {spans.map((span) => (
                <Span key={`${span.tape.tape} ${span.from}`} span={span} />
              ))}
            </div>
          </div>
        ))}
        {away.length > 0 && (
          <div className={styles.lane}>
            <span>{words.planAway}</span>
            <span className={styles.away}>
              {away.map(({ tape, barcode, bytes }) => (
                <span key={tape} className="num">
                  {barcode || tape} {format.bytes(bytes)}
                </span>
              ))}
            </span>
          </div>
        )}
        {lanes.length > 0 && (durationMs === null || durationMs >= TIMED_MS) && (
          <div className={styles.axis}>
            <span>{at(0)}</span>
            <span>{at(0.5)}</span>
            <span>{at(1)}</span>
          </div>
        )}
      </div>
      {lanes.length > 0 && (
        <p className="faint">{durationMs === null ? words.planByShare : words.planByPace(restores)}</p>
      )}
      <Fold title={words.planInWords}>
        <table>
          <thead>
            <tr>
              <th>{words.planWhere}</th>
              <th>{words.planTape}</th>
              <th className="num">{words.planReads}</th>
              <th className="num">{words.planFrom}</th>
              <th className="num">{words.planUntil}</th>
            </tr>
          </thead>
          <tbody>
            {lanes.flatMap(({ drive, spans }) =>
              spans.map(({ tape, from, until }) => (
                <tr key={`${drive} ${tape.tape} ${from}`}>
                  <td>{words.planDrive(drive)}</td>
                  <td>{nameOf(tape)}</td>
                  <td className="num">{format.bytes(tape.bytes)}</td>
                  <td className="num">{at(from)}</td>
                  <td className="num">{at(until)}</td>
                </tr>
              )),
            )}
            {away.map((tape) => (
              <tr key={tape.tape}>
                <td>{words.planAway}</td>
                <td>{placedName(tape)}</td>
                <td className="num">{format.bytes(tape.bytes)}</td>
                <td />
                <td />
              </tr>
            ))}
          </tbody>
        </table>
      </Fold>
    </div>
  );
};

const nameOf = ({ barcode, tape, copyOf }: MountSpan['tape']): string =>
  `${barcode || tape}${copyOf === null ? '' : `, ${words.planCopy(copyOf)}`}`;

const Span = ({ span: { tape, from, until } }: { span: MountSpan }) => {
  const text = `${nameOf(tape)} ${format.bytes(tape.bytes)}`;
  return (
    <div
      className={styles.span}
      style={{ left: percent(from), width: percent(until - from) }}
      title={text}
      data-copy={tape.copyOf === null ? undefined : ''}
    >
      {text}
    </div>
  );
};
