import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import type { ActivityEntry } from '../../../shared/contract/activity.ts';
import { PageHead } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { format } from '../../words/format.ts';
import { OUTCOMES, systemWords } from '../../words/system.ts';
import { LogCard } from './log-card.tsx';

const words = systemWords.activity;
const PAGE = 200;

/** What an act was about, by the name that says most. */
const ofWhat = ({ object, vault, context }: ActivityEntry) =>
  object ?? vault ?? context.replica ?? context.replicas ?? context.volume ?? context.volumes ?? '';

/** Every act, newest first. */
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
          columns={[words.when, words.act, words.subject, words.outcome]}
          onMore={() => setLimit((before) => Math.min(10_000, before * 2))}
        >
          {data.entries.map((entry) => {
            const { text, tone } = OUTCOMES[entry.outcome] ?? { text: entry.outcome, tone: 'none' };
            return (
              <tr key={entry.sequence}>
                <td title={format.date(entry.at)}>{format.when(entry.at, now)}</td>
                <td>{words.actName(entry.act)}</td>
                <td className="quiet">{ofWhat(entry)}</td>
                <td>
                  <Pill tone={tone}>{text}</Pill> {entry.error && <span className="num faint">{entry.error}</span>}
                </td>
              </tr>
            );
          })}
        </LogCard>
      )}
    </>
  );
};
