import { printable } from '../../../shared/model/printable.ts';
import { NameLink } from '../../components/layout.tsx';
import { Pill, type PillTone } from '../../components/marks.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { isWithin } from '../../stores/paths.ts';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { placeOfChange } from './place-of-change.ts';
import styles from './restore.module.css';
import type { Moment } from './timeline.tsx';

const TONES: Readonly<Record<'added' | 'removed' | 'changed', PillTone>> = {
  added: 'good',
  removed: 'bad',
  changed: 'warn',
};

/** What changed below a folder from one moment to another. */
export const Difference = (props: {
  object: string;
  from: Moment;
  to: Moment;
  folder: string;
  /** Called when a change is gone to. */
  leave: () => void;
}) => {
  const { object, from, to, folder, leave } = props;
  const { data, error, reload } = useQuery('diff', {
    from: from.id,
    to: to.id,
    limit: 2000,
    ...(folder === '/' ? {} : { path: { path: folder } }),
  });
  if (error) return <ErrorCard error={error} retry={reload} />;
  if (!data) return <Loading />;
  const date = format.dateAmong([from.createdAt, to.createdAt]);
  const between = [object, printable(folder), date(from.createdAt), date(to.createdAt)] as const;
  if (data.changes.length === 0) return <p className={styles.unchanged}>{words.noChanges(...between)}</p>;
  const below = (path: string) =>
    isWithin(path, folder) && folder !== '/' ? path.slice(folder.length + 1) || path : path;
  return (
    <div className={styles.rows}>
      <table>
        <caption className={styles.between}>
          {words.changedBetween(...between)}
          <span className="faint">, {words.difference(data.changes.length, data.next !== null)}</span>
        </caption>
        <tbody>
          {data.changes.map((change) => (
            <tr key={change.pathBase64 ?? change.path}>
              <td className={styles.changeMark}>
                <Pill tone={TONES[change.change]}>{words.changes[change.change]}</Pill>
              </td>
              <td className={styles.changePath}>
                <NameLink to={placeOfChange(object, change, from.id, to.id)} onFollow={leave}>
                  {printable(below(change.path))}
                </NameLink>
              </td>
              <td className="num">
                {change.type === 'file' &&
                  (change.change === 'changed' && change.before && change.after
                    ? words.beforeAfter(format.bytes(change.before.bytes), format.bytes(change.after.bytes))
                    : format.bytes(change.bytes))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
