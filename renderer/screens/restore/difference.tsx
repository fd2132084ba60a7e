import { useState } from 'react';
import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Field, Segments } from '../../components/field.tsx';
import { NameLink } from '../../components/layout.tsx';
import { Pill, type PillTone } from '../../components/marks.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { isWithin, pathIn, wholePath } from '../../stores/paths.ts';
import { useSettled } from '../../stores/settled.ts';
import { format } from '../../words/format.ts';
import { restoreWords as words } from '../../words/restore.ts';
import { placeOfChange } from './place-of-change.ts';
import styles from './restore.module.css';
import type { Moment } from './timeline.tsx';

type Totals = OutputOf<'compare'>['totals'];
type Kind = keyof Totals;

const KINDS = ['added', 'removed', 'changed'] as const;

const TONES: Readonly<Record<Kind, PillTone>> = {
  added: 'good',
  removed: 'bad',
  changed: 'none',
};

const MOST = 2000;

/** What changed below a folder from one moment to another: counted as a whole, and listed by kind and name. */
export const Difference = (props: {
  object: string;
  from: Moment;
  to: Moment;
  folder: string;
  /** Called when a change is gone to. */
  leave: () => void;
}) => {
  const { object, from, to, folder, leave } = props;
  const [kind, setKind] = useState<Kind | 'all'>('all');
  const [typed, setTyped] = useState('');
  const name = useSettled(typed.trim());
  const input: InputOf<'compare'> = {
    from: from.id,
    to: to.id,
    limit: MOST,
    ...(folder === '/' ? {} : { path: pathIn({ path: folder }) }),
    ...(kind === 'all' ? {} : { change: kind }),
    ...(name === '' ? {} : { name }),
  };
  const { data, error, reload } = useQuery('compare', input, { settled: true });
  /** What was counted last stays while something else is asked for, so that nothing jumps under who types or chooses. */
  const [last, setLast] = useState<OutputOf<'compare'> | null>(null);
  if (data && data !== last) setLast(data);
  const shown = data ?? last;
  const date = format.dateAmong([from.createdAt, to.createdAt]);
  const between = [object, printable(folder), date(from.createdAt), date(to.createdAt)] as const;
  if (error) return <ErrorCard error={error} retry={reload} />;
  if (!shown) return <Loading>{words.comparing}</Loading>;
  const { totals, changes } = shown;
  const all = KINDS.reduce((sum, each) => sum + totals[each].count, 0);
  if (all === 0 && name === '' && typed === '')
    return <p className={styles.unchanged}>{words.noChanges(...between)}</p>;
  const wanted = kind === 'all' ? all : totals[kind].count;
  const below = (path: string) =>
    isWithin(path, folder) && folder !== '/' ? path.slice(folder.length + 1) || path : path;
  return (
    <>
      <div className={styles.filters}>
        <Segments
          label={words.kindOfChange}
          hideLabel
          value={kind}
          onChange={setKind}
          choices={[
            { value: 'all', title: words.allChanges(all) },
            ...KINDS.map((value) => ({ value, title: words.changesOf(value, totals[value].count) })),
          ]}
        />
        <Field label={words.changeName} hideLabel placeholder={words.changeName} value={typed} onChange={setTyped} />
        <span className="quiet" role="status">
          {data
            ? words.changedBytes(
                KINDS.filter((each) => kind === 'all' || each === kind),
                totals,
              )
            : words.comparing}
        </span>
      </div>
      <div className={styles.rows}>
        <table>
          <caption className={styles.between}>
            {words.changedBetween(...between)}
            <span className="faint">, {words.difference(wanted, changes.length)}</span>
          </caption>
          <tbody>
            {changes.map((change) => (
              <tr key={change.pathBase64 ?? change.path}>
                <td className={styles.changeMark}>
                  <Pill tone={TONES[change.change]}>{words.changes[change.change]}</Pill>
                </td>
                <td className={styles.changePath}>
                  <NameLink to={placeOfChange(object, change, from.id, to.id)} onFollow={leave}>
                    {printable(below(wholePath(change)))}
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
    </>
  );
};
