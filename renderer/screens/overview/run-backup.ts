import { create } from 'zustand';
import { announce } from '../../stores/announcements.ts';
import { isActive, type JobMap } from '../../stores/jobs.ts';
import { said } from '../../stores/said.ts';
import { startJob } from '../../stores/start-job.ts';
import { overviewWords as words } from '../../words/overview.ts';

type Started = Readonly<Record<string, string | null | undefined>>;

/** By object the backup that was last started from here; null while the console has not yet queued it. */
export const useStarted = create<{ readonly started: Started }>(() => ({ started: {} }));

/** Notes what was started of an object; undefined when it was refused. */
export const noteStarted = (object: string, job: string | null | undefined): void =>
  useStarted.setState(({ started }) => ({ started: { ...started, [object]: job } }));

/** What runs of an object: as the overview says, else what was started from here and is not in it yet. */
export const runningOf = (told: string | null, started: string | null | undefined, jobs: JobMap): string | null => {
  if (told !== null) return told;
  const job = started ? jobs[started] : undefined;
  return started && (job === undefined || isActive(job)) ? started : null;
};

/** Starts a backup and says so; answers its job, or null when it was refused, or is under way already. */
export const runBackup = async (object: string, start: typeof startJob = startJob): Promise<string | null> => {
  const { [object]: before } = useStarted.getState().started;
  if (before === null) return null;
  noteStarted(object, null);
  try {
    const job = await start('backup', { object });
    noteStarted(object, job);
    announce(words.started(object));
    return job;
  } catch (thrown) {
    noteStarted(object, undefined);
    said(thrown);
    return null;
  }
};
