import { ListX, Pause, Play, RotateCcw, Square } from 'lucide-react';
import { memo, useState } from 'react';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { foundDamage } from '../../../shared/model/found-damage.ts';
import { WAITING_FOR_TAPES } from '../../../shared/model/phases.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Consent } from '../../components/dialog.tsx';
import { Card, PageHead, Stack } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { useJobPicture } from '../../stores/job-picture.ts';
import { isActive, jobOf, useJobs } from '../../stores/jobs.ts';
import { go, href } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { useTapeNames } from '../../stores/tape-names.ts';
import { format } from '../../words/format.ts';
import { guidanceInWindow } from '../../words/guidance.ts';
import { JOB_STATE_WORDS, jobTitle } from '../../words/job-words.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import { ContentMap } from './content-map.tsx';
import { JobLog } from './job-log.tsx';
import { JobReport } from './job-report.tsx';
import { JobSummary } from './job-summary.tsx';
import { jobWay, preparing } from './job-way.ts';
import styles from './jobs.module.css';
import { takeUp } from './take-up.ts';
import { TapeLanes } from './tape-lanes.tsx';
import { WantedTapes } from './wanted-tapes.tsx';

const ActionsNow = ({ job }: { job: JobRecord }) => {
  const [asking, setAsking] = useState(false);
  const act = async (procedure: 'job.pause' | 'job.resume' | 'job.cancel', done: string) => {
    try {
      await change(procedure, { job: job.id });
      announce(done);
    } catch (thrown) {
      said(thrown);
    }
  };
  const resumable = job.kind === 'backup' && ['interrupted', 'failed', 'cancelled'].includes(job.state);
  if (!isActive(job)) {
    if (!resumable || job.resumedBy) return null;
    return (
      <Button onPress={() => takeUp(job).then((id) => id && go(href('jobs', id)))}>
        <RotateCcw aria-hidden /> {words.takeUp}
      </Button>
    );
  }
  return (
    <>
      {job.state === 'paused' ? (
        <Button onPress={() => act('job.resume', words.resumed)}>
          <Play aria-hidden /> {words.resume}
        </Button>
      ) : (
        job.state === 'running' && (
          <Button onPress={() => act('job.pause', words.paused)}>
            <Pause aria-hidden /> {words.pause}
          </Button>
        )
      )}
      <Button onPress={() => setAsking(true)}>
        <Square aria-hidden /> {words.cancel}
      </Button>
      {asking && (
        <Consent
          title={words.cancelTitle}
          consent={words.cancelConsent}
          keep={words.cancelKeep}
          close={() => setAsking(false)}
          onConsent={() => void act('job.cancel', words.cancelled)}
        >
          {words.cancelAbout[job.kind === 'backup' || job.kind === 'restore' ? job.kind : 'other']}
        </Consent>
      )}
    </>
  );
};

/** What can be done with a job is the same from one sample to the next. */
const Actions = memo(
  ActionsNow,
  ({ job: before }, { job }) =>
    before.id === job.id &&
    before.state === job.state &&
    before.kind === job.kind &&
    before.resumedBy === job.resumedBy,
);

/** Whether no job has an id, or what stands in the address is none. */
const isNoJob = ({ code }: { readonly code: string }): boolean => code === 'NO_SUCH_JOB' || code === 'USAGE';

/** One job: live while it runs, kept when it has ended. */
export const JobScreen = ({ id }: { id: string }) => {
  const listed = useJobs(({ jobs }) => jobOf(jobs, id));
  const asked = useQuery('job.show', listed ? null : { job: id });
  const picture = useJobPicture(id);
  const now = useNow(1000);
  const objects = useQuery('object.list', {});
  const job = listed ?? asked.data?.job;
  const name = useTapeNames(job?.vault ?? null);
  if (asked.error && isNoJob(asked.error) && !job) {
    return (
      <EmptyState
        icon={ListX}
        title={words.noJob(printable(id))}
        action={<ButtonLink to={href('jobs')}>{words.allJobs}</ButtonLink>}
      >
        {words.noJobAbout}
      </EmptyState>
    );
  }
  if (!job) return asked.error ? <ErrorCard error={asked.error} retry={asked.reload} /> : <Loading />;
  const waits = isActive(job) && job.progress?.phase === WAITING_FOR_TAPES;
  const { text, tone } = waits
    ? words.waitingForTape
    : foundDamage(job)
      ? words.foundDamage
      : JOB_STATE_WORDS[job.state];
  const source =
    objects.data?.objects.find(({ name, vault }) => name === job.object && vault.dir === job.vault) ?? null;
  const before = waits ? null : preparing(job, picture?.lanes.length ?? null);
  return (
    <>
      <PageHead
        above={
          <>
            <a href={href('jobs')}>{words.title}</a> / {format.when(job.startedAt ?? job.createdAt, now)}
          </>
        }
        title={jobTitle(job)}
        about={
          <span className={styles.about}>
            <Pill tone={tone}>{text}</Pill> <span className={styles.way}>{printable(jobWay(job, source))}</span>
          </span>
        }
        actions={<Actions job={job} />}
      />
      <Stack>
        {job.error &&
          (job.state === 'cancelled' ? (
            <Card padded>
              <b>{printable(job.error.message)}</b>
              <p className="quiet">{printable(guidanceInWindow(job.error))}</p>
            </Card>
          ) : (
            <ErrorCard error={job.error} />
          ))}
        {waits && <WantedTapes job={job} now={now} />}
        <JobSummary job={job} picture={picture} now={now} />
        {name && <JobReport job={job} name={name} />}
        {before !== null && (
          <Card title={words.tapes}>
            <Loading>{before}</Loading>
          </Card>
        )}
        {picture && name && picture.lanes.length > 0 && (
          <TapeLanes
            picture={picture}
            name={name}
            paused={job.state === 'paused'}
            ended={picture.finishedAt !== null || !isActive(job)}
          />
        )}
        {picture && job.kind === 'backup' && picture.counts.bytesRead > 0 && <ContentMap picture={picture} />}
        {/* What is read out as it comes is drawn once, by the names that it keeps. */}
        {picture && name && <JobLog job={job} picture={picture} name={name} />}
      </Stack>
    </>
  );
};
