import { BadgeCheck } from 'lucide-react';
import type { CheckView } from '../../../shared/contract/checks.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Card } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { EmptyState } from '../../components/notices.tsx';
import { useNow } from '../../stores/clock.ts';
import { href } from '../../stores/route.ts';
import { checksWords as words } from '../../words/checks.ts';
import { format } from '../../words/format.ts';
import styles from './checks.module.css';

/** Failures of one check that are shown. */
const SHOWN = 5;

/** What to do about it, and the ways to what it is about. */
const ToDo = ({ check }: { check: CheckView }) => {
  const what = words.toDo(check);
  if (what === null) return null;
  const { job, object, outcome } = check;
  return (
    <>
      <span className="second">{what}</span>
      <span className={styles.ways}>
        <a href={href('jobs', job)}>{words.toJob}</a>
        {outcome === 'away' && <a href={href('media')}>{words.toMedia}</a>}
        {outcome === 'wrong' && object !== null && <a href={href('restore', object)}>{words.toRestore(object)}</a>}
      </span>
    </>
  );
};

const Found = ({ check }: { check: CheckView }) => {
  const { error, failed, failures, sourceSame, sourceChanged, tooLong, wrongIn } = check;
  if (error !== null)
    return (
      <>
        {printable(error.message)} <code className="faint">{error.code}</code>
        <ToDo check={check} />
      </>
    );
  return (
    <>
      {words.read(check)}
      {sourceSame !== null && sourceChanged !== null && (
        <span className="second">{words.source(sourceSame, sourceChanged)}</span>
      )}
      {tooLong !== null && tooLong > 0 && <span className="second">{words.tooLong(tooLong)}</span>}
      {wrongIn.length > 0 && <span className="second">{words.wrongIn(wrongIn)}</span>}
      {failed.length > 0 && (
        <ul>
          {failed.slice(0, SHOWN).map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <span className="num">{printable(path)}</span> {printable(message)}
            </li>
          ))}
          {failures > SHOWN && <li>{words.more(failures - SHOWN)}</li>}
        </ul>
      )}
      <ToDo check={check} />
    </>
  );
};

/** What checks found, newest first. */
export const CheckHistory = ({ checks, title }: { checks: readonly CheckView[]; title: string }) => {
  const now = useNow();
  return (
    <Card title={title}>
      {checks.length === 0 ? (
        <EmptyState icon={BadgeCheck} title={words.none}>
          {words.noneAbout}
        </EmptyState>
      ) : (
        <table className={styles.list}>
          <thead>
            <tr>
              <th scope="col">{words.when}</th>
              <th scope="col">{words.kind}</th>
              <th scope="col">{words.outcome}</th>
              <th scope="col">{words.found}</th>
            </tr>
          </thead>
          <tbody>
            {checks.map((check) => {
              const { text, tone } = words.outcomes[check.outcome];
              return (
                <tr key={check.job}>
                  <td className={styles.nowrap} title={format.date(check.at)}>
                    {format.when(check.at, now)}
                  </td>
                  <td>
                    {words.kinds[check.kind]}
                    <span className="second">{words.whose(check)}</span>
                  </td>
                  <td className={styles.nowrap}>
                    <a href={href('jobs', check.job)}>
                      <Pill tone={tone}>{text}</Pill>
                    </a>
                  </td>
                  <td className={styles.found}>
                    <Found check={check} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </Card>
  );
};
