import { Activity, Download } from 'lucide-react';
import { useState } from 'react';
import { HISTORY_FORMATS, type HistoryFormat } from '../../../shared/model/history-file.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card, PageHead } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { useQuery } from '../../stores/calls.ts';
import { useJobs } from '../../stores/jobs.ts';
import { href, type Route } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { useSettled } from '../../stores/settled.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import { exportHistory } from './export-history.ts';
import { EVERYTHING, filterOf, linesOf } from './history-filter.ts';
import { HistoryFilters } from './history-filters.tsx';
import { JobScreen } from './job-screen.tsx';
import { JobTable } from './job-table.tsx';

const PAGE = 200;

/** All jobs, those that match a choice, or one of them. */
export const JobsScreen = ({ route }: { route: Route }) =>
  route.id ? <JobScreen key={route.id} id={route.id} /> : <History />;

const History = () => {
  const live = useJobs(({ jobs }) => jobs);
  const [form, setForm] = useState(EVERYTHING);
  const [limit, setLimit] = useState(PAGE);
  const filter = filterOf(useSettled(form));
  const { data, error, reload } = useQuery('history.list', { ...filter, limit });
  const objects = useQuery('object.list', {}).data?.objects.map(({ name }) => name) ?? [];
  const save = (format: HistoryFormat) =>
    exportHistory(filter, format).then((jobs) => announce(words.exported2(jobs), 'good'), said);
  const lines = data && linesOf(data.entries, Object.values(live), filter);
  const unfiltered = form === EVERYTHING;
  return (
    <>
      <PageHead
        title={words.title}
        about={words.about}
        actions={HISTORY_FORMATS.map((format) => (
          <Button key={format} isDisabled={!lines?.length} onPress={() => save(format)}>
            <Download aria-hidden /> {words.exportAs(format.toUpperCase())}
          </Button>
        ))}
      />
      {error && <ErrorCard error={error} retry={reload} />}
      <Card>
        <HistoryFilters form={form} objects={objects} change={setForm} />
        {lines === null ? (
          !error && <Loading />
        ) : lines.length > 0 ? (
          <JobTable jobs={lines} />
        ) : (
          <EmptyState
            icon={Activity}
            title={unfiltered ? words.none : words.noneFits}
            action={unfiltered ? <ButtonLink to={href('protect')}>{words.protect}</ButtonLink> : undefined}
          >
            {unfiltered ? words.noneAbout : words.noneFitsAbout}
          </EmptyState>
        )}
        {data?.next && (
          <Button look="ghost" onPress={() => setLimit((before) => Math.min(10_000, before * 2))}>
            {words.more} ({words.shown(data.entries.length, data.total)})
          </Button>
        )}
      </Card>
    </>
  );
};
