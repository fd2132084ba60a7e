import { create } from 'zustand';
import type { ConsoleClient } from '../../shared/contract/calls.ts';
import type { ConsoleEvent } from '../../shared/contract/events.ts';
import type { JobRecord } from '../../shared/contract/jobs.ts';
import { alerted } from './alerts.ts';
import { dataChanged } from './calls.ts';
import { forgetNotices, noticed } from './notices.ts';

export const ACTIVE_STATES: readonly JobRecord['state'][] = ['queued', 'running', 'paused'];
export const isActive = (job: Pick<JobRecord, 'state'>): boolean => ACTIVE_STATES.includes(job.state);

export type JobMap = Readonly<Record<string, JobRecord>>;

/** The job of an id; an address that somebody typed may name what every object has. */
export const jobOf = (jobs: JobMap, id: string): JobRecord | undefined =>
  Object.hasOwn(jobs, id) ? jobs[id] : undefined;

/** Every job that is known, by id. The console is right, this is a copy. */
export const useJobs = create<{ readonly jobs: JobMap; readonly known: boolean }>(() => ({ jobs: {}, known: false }));

/** The jobs after an event: a sample replaces the one before it, a record the whole job. */
export const afterEvent = (jobs: JobMap, event: ConsoleEvent): JobMap => {
  if (event.event === 'job') return { ...jobs, [event.job.id]: event.job };
  if (event.event !== 'progress') return jobs;
  const { event: _, job: id, kind: _kind, state, ...progress } = event;
  const job = jobs[id];
  if (!job) return jobs;
  return { ...jobs, [id]: { ...job, state: isActive(job) ? state : job.state, progress } };
};

/** Whether an event changes what others than the jobs show: a job began, waits, or has ended. How far one is does not. */
export const changesData = (jobs: JobMap, event: ConsoleEvent): boolean =>
  event.event === 'job' && (!isActive(event.job) || jobs[event.job.id]?.state !== event.job.state);

/** Newest first. */
export const inOrder = (jobs: JobMap): JobRecord[] =>
  Object.values(jobs).toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));

const LISTED = 500;

/** Without the oldest of those that have ended, once there are twice as many as are asked for: a page may be open for months. */
export const withoutOldest = (jobs: JobMap, most = LISTED): JobMap => {
  if (Object.keys(jobs).length <= 2 * most) return jobs;
  const kept = inOrder(jobs).filter((job, place) => place < most || isActive(job));
  return Object.fromEntries(kept.map((job) => [job.id, job]));
};

/** How often they are asked for again because something was heard of them meanwhile. */
const MOST_ROUNDS = 5;

/** Follows all jobs for as long as the connection lasts; what happened before is asked for once the following began. */
export const followJobs = async (console: ConsoleClient): Promise<void> => {
  let heard = 0;
  const onEvent = (event: ConsoleEvent) => {
    if (event.event === 'notice') return noticed(event);
    if (event.event === 'alert') return alerted(event);
    const before = useJobs.getState().jobs;
    useJobs.setState({ jobs: withoutOldest(afterEvent(before, event)) });
    if (event.event === 'job') heard += 1;
    if (changesData(before, event)) dataChanged();
  };
  // Those that are still announced are told anew.
  forgetNotices();
  const following = console.call('job.watch', {}, { onEvent });
  following.catch(() => undefined);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = heard;
    const [newest, active] = await Promise.all([
      console.call('job.list', { limit: LISTED }),
      console.call('job.list', { limit: LISTED, states: [...ACTIVE_STATES] }),
    ]);
    const jobs = [...active.jobs, ...newest.jobs];
    useJobs.setState({ jobs: Object.fromEntries(jobs.map((job) => [job.id, job])), known: true });
    // What was heard meanwhile may be newer than the answer: a job that has ended would seem to run for ever.
    if (heard === before) return;
  }
};
