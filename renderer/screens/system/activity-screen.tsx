import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import type { ActivityEntry } from '../../../shared/contract/activity.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Fold } from '../../components/fold.tsx';
import { PageHead } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import type { ActContext } from '../../words/act-details.ts';
import { format } from '../../words/format.ts';
import { OUTCOMES, systemWords } from '../../words/system.ts';
import { ActDetails } from './act-details.tsx';
import { LogCard } from './log-card.tsx';
import styles from './system.module.css';

const words = systemWords.activity;
const PAGE = 200;

/** What an act was about, by the name that says most. */
const ofWhat = ({ object, vault, context }: ActivityEntry) =>
  object ?? vault ?? context.replica ?? context.replicas ?? context.volume ?? context.volumes ?? '';

/** What is told in another column already. */
const beside = (entry: ActivityEntry): ActContext =>
  Object.fromEntries(
    Object.entries(entry.context).filter(
      ([name, value]) => name !== 'warnings' && name !== 'warned' && value !== ofWhat(entry),
    ),
  );

/** What an act warned of, folded away under how many there were; entries from before they were noted have none. */
const Warnings = ({ context: { warnings, warned } }: ActivityEntry) => {
  if (typeof warnings !== 'number' || typeof warned !== 'string') return null;
  const lines = warned.split('\n');
  return (
    <Fold title={words.warnings(warnings)}>
      <ul className={styles.warned}>
        {lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be the same, and they never change.
          <li key={at}>{printable(line)}</li>
        ))}
        {warnings > lines.length && <li>{words.moreWarnings(warnings - lines.length)}</li>}
      </ul>
    </Fold>
  );
};

/** The log of acts, newest first. */
export const ActivityScreen = () => {
  const [limit, setLimit] = useState(PAGE);
  const { data, error, reload } = useQuery('activity.list', { limit });
  const now = useNow();
  return (
    <>
      <PageHead title={words.title} about={words.about} />
      {error && <ErrorCard error={error} retry={reload} />}
      {!data && !error && <Loading />}
      {data && (
        <LogCard
          words={words}
          icon={ScrollText}
          page={data}
          columns={[words.when, words.act, words.subject, words.details, words.outcome]}
          onMore={() => setLimit((before) => Math.min(10_000, before * 2))}
        >
          {data.entries.map((entry) => {
            const { text, tone } = OUTCOMES[entry.outcome] ?? { text: entry.outcome, tone: 'none' };
            return (
              <tr key={entry.sequence}>
                <td className={styles.nowrap} title={format.date(entry.at)}>
                  {format.when(entry.at, now)}
                </td>
                <td>{words.actName(entry.act)}</td>
                <td className="quiet">{ofWhat(entry)}</td>
                <td className={styles.details}>
                  <ActDetails context={beside(entry)} />
                </td>
                <td>
                  <Pill tone={tone}>{text}</Pill> {entry.error && <span className="num faint">{entry.error}</span>}
                  <Warnings {...entry} />
                </td>
              </tr>
            );
          })}
        </LogCard>
      )}
    </>
  );
};
