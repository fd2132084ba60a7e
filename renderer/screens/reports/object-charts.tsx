import { ChartColumn } from 'lucide-react';
import { useMemo } from 'react';
import { Fold } from '../../components/fold.tsx';
import { Card, PageHead, Stack } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { Chart } from '../../pictures/chart.tsx';
import { type Trend, trendOf } from '../../pictures/trend.ts';
import { useQuery } from '../../stores/calls.ts';
import { href } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { reportsWords as words } from '../../words/reports.ts';
import styles from './reports.module.css';

/** Backups that are drawn at most: more are not told apart. */
const MOST = 1000;

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
const most = (values: readonly (number | null)[]): number => Math.max(0, ...known(values));

const Table = ({ trend }: { trend: Trend }) => {
  const cell = (value: number | null | undefined, text: (value: number) => string) =>
    value === null || value === undefined ? words.nothing : text(value);
  return (
    <table className={styles.numbers}>
      <thead>
        <tr>
          <th scope="col">{words.when}</th>
          <th scope="col">{words.size}</th>
          <th scope="col">{words.readColumn}</th>
          <th scope="col">{words.storedColumn}</th>
          <th scope="col">{words.tookColumn}</th>
        </tr>
      </thead>
      <tbody>
        {trend.at
          .map((at, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two backups may have one moment.
            <tr key={`${at} ${index}`}>
              <td>{format.date(new Date(at * 1000).toISOString())}</td>
              <td>{cell(trend.logicalBytes[index], format.bytes)}</td>
              <td>{cell(trend.bytesRead[index], format.bytes)}</td>
              <td>{cell(trend.bytesStored[index], format.bytes)}</td>
              <td>{cell(trend.durationMs[index], format.duration)}</td>
            </tr>
          ))
          .toReversed()}
      </tbody>
    </table>
  );
};

const Charts = ({ object, trend }: { object: string; trend: Trend }) => {
  const { at, logicalBytes, bytesRead, bytesStored, durationMs } = trend;
  const sizes = known(logicalBytes);
  const size = useMemo(
    () => [{ name: words.logical, values: logicalBytes, colour: 0, look: 'line' as const }],
    [logicalBytes],
  );
  const moved = useMemo(
    () => [
      { name: words.read, values: bytesRead, colour: 0, look: 'line' as const },
      { name: words.stored, values: bytesStored, colour: 2, look: 'dashed' as const },
    ],
    [bytesRead, bytesStored],
  );
  const took = useMemo(
    () => [{ name: words.duration, values: durationMs, colour: 1, look: 'bars' as const }],
    [durationMs],
  );
  return (
    <Stack>
      <Card title={words.size} padded>
        <Chart
          label={words.sizeLabel(object, format.bytes(sizes[0] ?? 0), format.bytes(sizes.at(-1) ?? 0))}
          at={at}
          series={size}
          unit="bytes"
        />
      </Card>
      <div className={styles.halves}>
        <Card title={words.moved} padded>
          <Chart
            label={words.movedLabel(object, format.bytes(most(bytesRead)), format.bytes(most(bytesStored)))}
            at={at}
            series={moved}
            unit="bytes"
          />
        </Card>
        <Card title={words.took} padded>
          <Chart label={words.tookLabel(object, format.duration(most(durationMs)))} at={at} series={took} unit="span" />
        </Card>
      </div>
      <Fold title={words.table}>
        <Table trend={trend} />
      </Fold>
    </Stack>
  );
};

/** How backups of an object went: sizes and times, as charts and as a table. */
export const ObjectCharts = ({ object }: { object: string }) => {
  const { data, error, reload } = useQuery('history.list', {
    object,
    kinds: ['backup'],
    outcomes: ['done', 'done-with-warnings'],
    limit: MOST,
  });
  const trend = useMemo(() => data && trendOf(data.entries), [data]);
  if (trend === null) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  return (
    <>
      <PageHead
        above={<a href={href('reports')}>{words.title}</a>}
        title={words.chartsOf(object)}
        about={words.chartsAbout(trend.at.length)}
      />
      {trend.at.length === 0 ? (
        <EmptyState icon={ChartColumn} title={words.none(object)}>
          {words.noneAbout}
        </EmptyState>
      ) : (
        <Charts object={object} trend={trend} />
      )}
    </>
  );
};
