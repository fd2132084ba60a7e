import { FileSearch } from 'lucide-react';
import { useState } from 'react';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Segments } from '../../components/field.tsx';
import { Card, PageHead } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { href, type Route } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { searchWords as words } from '../../words/search.ts';
import { patternOf } from './pattern-of.ts';
import styles from './search.module.css';

const PAGE = 200;

/** File first, then version: what fits in any backup. */
export const SearchScreen = ({ route }: { route: Route }) => {
  const typed = route.query.q ?? '';
  const [scope, setScope] = useState<'newest' | 'every'>('newest');
  const [limit, setLimit] = useState(PAGE);
  const input = typed
    ? { pattern: patternOf(typed), limit, ...(scope === 'every' ? { allVersions: true } : {}) }
    : null;
  const { data, error, loading, reload } = useQuery('find', input);
  const now = useNow();
  if (!typed) {
    return (
      <EmptyState icon={FileSearch} title={words.empty}>
        {words.emptyAbout}
      </EmptyState>
    );
  }
  return (
    <>
      <PageHead title={words.title(typed)} about={data ? words.count(data.entries.length, data.next !== null) : ''} />
      {error && <ErrorCard error={error} retry={reload} />}
      <Card
        title={words.all}
        aside={
          <Segments
            label={words.all}
            hideLabel
            value={scope}
            onChange={setScope}
            choices={(['newest', 'every'] as const).map((value) => ({ value, title: words.scopes[value] }))}
          />
        }
      >
        {loading && <Loading>{words.searching}</Loading>}
        {data?.entries.length === 0 && (
          <EmptyState icon={FileSearch} title={words.none}>
            {words.noneAbout}
          </EmptyState>
        )}
        {data && data.entries.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                <th scope="col">{words.object}</th>
                <th scope="col" className="num">
                  {words.size}
                </th>
                <th scope="col">{words.changed}</th>
              </tr>
            </thead>
            <tbody>
              {data.entries.map((entry) => {
                const cut = entry.path.lastIndexOf('/');
                const folder = entry.path.slice(0, cut) || '/';
                return (
                  <tr key={`${entry.set}-${entry.path}`}>
                    <td>
                      <a
                        className={styles.name}
                        href={href('restore', entry.object, { set: entry.set, path: folder, file: entry.path })}
                      >
                        {printable(entry.path.slice(cut + 1))}
                      </a>{' '}
                      {entry.gone && <Pill tone="warn">{words.gone}</Pill>}
                      <div className={`faint ${styles.folder}`}>{printable(folder)}</div>
                    </td>
                    <td className="quiet">{entry.object}</td>
                    <td className="num">{entry.type === 'file' ? format.bytes(entry.bytes) : ''}</td>
                    <td className="quiet">{entry.modifiedAt ? format.when(entry.modifiedAt, now) : ''}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
        {data?.next && (
          <Button look="ghost" onPress={() => setLimit((before) => Math.min(10_000, before * 4))}>
            {words.more}
          </Button>
        )}
      </Card>
    </>
  );
};
