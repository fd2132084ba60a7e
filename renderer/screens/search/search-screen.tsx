import { FileSearch } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Segments } from '../../components/field.tsx';
import { Card, PageHead } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import type { Route } from '../../stores/route.ts';
import { searchWords as words } from '../../words/search.ts';
import { Basket } from '../restore/basket.tsx';
import { HitLine } from './hit-line.tsx';
import { patternOf } from './pattern-of.ts';

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
                <td />
                <th scope="col">{words.name}</th>
                <th scope="col">{words.object}</th>
                <th scope="col" className="num">
                  {words.size}
                </th>
                <th scope="col">{words.changed}</th>
                <th scope="col">{words.lastIn}</th>
                <th scope="col">
                  <span className="hidden">{words.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.entries.map((hit) => (
                <HitLine key={`${hit.set}-${hit.object}-${hit.pathBase64 ?? hit.path}`} hit={hit} now={now} />
              ))}
            </tbody>
          </table>
        )}
        {data?.next && (
          <Button look="ghost" onPress={() => setLimit((before) => Math.min(10_000, before * 4))}>
            {words.more}
          </Button>
        )}
      </Card>
      <Basket />
    </>
  );
};
