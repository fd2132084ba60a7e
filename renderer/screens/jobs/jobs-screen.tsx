import { Activity } from 'lucide-react';
import { useState } from 'react';
import { JOB_KINDS, type JobKind } from '../../../shared/contract/job-states.ts';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Segments } from '../../components/field.tsx';
import { Card, PageHead, Row } from '../../components/layout.tsx';
import { EmptyState, Loading } from '../../components/notices.tsx';
import { Select } from '../../components/select.tsx';
import { inOrder, isActive, useJobs } from '../../stores/jobs.ts';
import { href, type Route } from '../../stores/route.ts';
import { JOB_KIND_WORDS } from '../../words/job-words.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import { JobScreen } from './job-screen.tsx';
import { JobTable } from './job-table.tsx';

const FILTERS = ['all', 'active', 'trouble', 'done'] as const;
type Filter = (typeof FILTERS)[number];

const FITS: Readonly<Record<Filter, (job: JobRecord) => boolean>> = {
  all: () => true,
  active: isActive,
  trouble: ({ state }) => ['failed', 'interrupted', 'done-with-warnings'].includes(state),
  done: ({ state }) => state === 'done' || state === 'done-with-warnings',
};

/** All jobs, or one of them. */
export const JobsScreen = ({ route }: { route: Route }) => {
  const { jobs, known } = useJobs();
  const [filter, setFilter] = useState<Filter>('all');
  const [kind, setKind] = useState<JobKind | 'every'>('every');
  if (route.id) return <JobScreen key={route.id} id={route.id} />;
  const all = inOrder(jobs);
  const shown = all.filter((job) => FITS[filter](job) && (kind === 'every' || job.kind === kind));
  return (
    <>
      <PageHead title={words.title} about={words.about} />
      <Card
        aside={
          <Row>
            <Segments
              label={words.filter}
              hideLabel
              value={filter}
              onChange={setFilter}
              choices={FILTERS.map((value) => ({ value, title: words.filters[value] }))}
            />
            <Select
              label={words.kindFilter}
              hideLabel
              value={kind}
              onChange={setKind}
              options={[
                { value: 'every', title: words.everyKind },
                ...JOB_KINDS.map((value) => ({ value, title: JOB_KIND_WORDS[value] })),
              ]}
            />
          </Row>
        }
      >
        {!known ? (
          <Loading />
        ) : shown.length > 0 ? (
          <JobTable jobs={shown} />
        ) : (
          <EmptyState
            icon={Activity}
            title={all.length === 0 ? words.none : words.noneFits}
            action={all.length === 0 ? <ButtonLink to={href('protect')}>{words.protect}</ButtonLink> : undefined}
          >
            {all.length === 0 ? words.noneAbout : words.noneFitsAbout}
          </EmptyState>
        )}
      </Card>
    </>
  );
};
