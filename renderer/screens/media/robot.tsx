import type { RobotView } from '../../../shared/contract/robot.ts';
import { robotPlaceText } from '../../../shared/model/robot-words.ts';
import { useLive } from '../../stores/live.ts';
import { href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { robotWords as words } from '../../words/robot.ts';
import styles from './library.module.css';

const LINES = 100;
const LOOK_MS = 3000;

/** What the robot does now, and what waits for it, in its order; nothing where there is neither. */
export const RobotQueue = ({ robot: { moving, waiting } }: { robot: RobotView }) => {
  const queue = [...(moving === null ? [] : [moving]), ...waiting];
  if (queue.length === 0) return null;
  return (
    <ol className={styles.queue} aria-label={words.queue}>
      {queue.map((each) => {
        const [job] = each.for;
        const text = words.wanted(each, each === moving, Date.now());
        return (
          <li key={`${each.since} ${each.barcode} ${job?.job}`} data-moving={each === moving}>
            {job === undefined || each.elsewhere ? text : <a href={href('jobs', job.job)}>{text}</a>}
          </li>
        );
      })}
    </ol>
  );
};

/** What the robot moved, as it wrote that down. */
export const RobotHistory = ({ vault }: { vault: string }) => {
  const { data } = useLive('library.log', { vault, limit: LINES }, LOOK_MS);
  if (data === null) return null;
  const { moves, total } = data;
  if (moves.length === 0) return <p className="quiet">{words.nothingYet}</p>;
  return (
    <>
      <table>
        <thead>
          <tr>
            <th>{words.at}</th>
            <th>{words.tape}</th>
            <th>{words.from}</th>
            <th>{words.to}</th>
            <th>{words.wantedBy}</th>
            <th>{words.outcome}</th>
          </tr>
        </thead>
        <tbody>
          {moves.map(({ id, at, barcode, from, to, for: users, outcome, message }) => (
            <tr key={id}>
              <td>{format.date(at)}</td>
              <td>{barcode === '' ? words.noBarcode : barcode}</td>
              <td>{robotPlaceText(from)}</td>
              <td>{robotPlaceText(to)}</td>
              <td>
                {users.map((user) => (
                  <a key={user.job} href={href('jobs', user.job)}>
                    {words.user(user)}
                  </a>
                ))}
              </td>
              <td title={message}>{words.outcomes[outcome]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > moves.length && <p className="quiet">{words.earlier(total - moves.length)}</p>}
    </>
  );
};
