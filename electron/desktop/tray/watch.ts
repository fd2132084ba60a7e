import type { ConsoleClient } from '../../../shared/contract/calls.ts';
import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import type { JobKind, JobState } from '../../../shared/contract/job-states.ts';
import type { AlertEvent } from '../pop-ups.ts';
import { NO_CONSOLE, type TrayJob, type TrayState } from './menu.ts';

/** What no event tells is asked for this often, milliseconds. */
const ASK_MS = 30_000;
/** Changes of jobs that follow each other closely are asked about once. */
const SOON_MS = 500;

/** It is asked whether it is there so long after it said so, and called hanging when it has not said so for `SILENT_MS`, milliseconds. */
const PING_MS = 5000;
export const SILENT_MS = 15_000;

interface SeenJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly object: string | null;
  readonly state: JobState;
  readonly progress: {
    readonly bytesRead: number;
    readonly bytesTotal: number | null;
    readonly elementsDone: number;
    readonly elementsTotal: number | null;
  } | null;
}

const doneOf = (progress: SeenJob['progress']): number | null => {
  if (progress === null) return null;
  const { bytesRead, bytesTotal, elementsDone, elementsTotal } = progress;
  if (bytesTotal !== null && bytesTotal > 0) return Math.min(1, bytesRead / bytesTotal);
  return elementsTotal !== null && elementsTotal > 0 ? Math.min(1, elementsDone / elementsTotal) : null;
};

/** Follows a console for the tray, until the connection to it ends. `tell` hears every change, `alerted` every notice for the desktop. */
export const watchForTray = (
  console: ConsoleClient,
  tell: (state: TrayState) => void,
  alerted: (alert: AlertEvent) => void = () => undefined,
): { readonly askAgain: () => void } => {
  const jobs = new Map<string, TrayJob>();
  let state: TrayState = { ...NO_CONSOLE, reached: true };
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  let pulse: NodeJS.Timeout | undefined;
  const say = (change: Partial<TrayState> = {}) => {
    if (over) return;
    state = { ...state, ...change, jobs: [...jobs.values()] };
    tell(state);
  };
  const note = ({ id, kind, object, state: how, progress }: SeenJob) => {
    if (how === 'queued' || how === 'running' || how === 'paused')
      jobs.set(id, { id, kind, object, state: how, done: doneOf(progress) });
    else jobs.delete(id);
    say();
  };
  const ask = async () => {
    const [overview, schedules] = await Promise.all([
      console.call('overview', {}).catch(() => null),
      console.call('schedule.list', {}).catch(() => null),
    ]);
    say({
      ...(overview && {
        objects: overview.objects.map(({ name, state: how, lastGood, nextRun }) => ({
          name,
          state: how,
          goodAt: lastGood && Date.parse(lastGood.createdAt),
          nextAt: nextRun === null ? null : Date.parse(nextRun),
        })),
        matters: overview.attention.length,
      }),
      ...(schedules && { pausedUntil: schedules.pausedUntil === null ? null : Date.parse(schedules.pausedUntil) }),
    });
  };
  const askIn = (ms: number) => {
    clearTimeout(timer);
    if (over) return;
    timer = setTimeout(() => void ask().finally(() => askIn(ASK_MS)), ms);
    timer.unref();
  };
  const pulseIn = (ms: number, then: () => void) => {
    clearTimeout(pulse);
    if (over) return;
    pulse = setTimeout(then, ms);
    pulse.unref();
  };
  const ping = () => {
    const answered = () => {
      if (state.hangs) {
        say({ hangs: false });
        askIn(0);
      }
      pulseIn(PING_MS, ping);
    };
    // An error is an answer, too: that a connection ended is told by what watches jobs.
    console.call('ping', {}).then(answered, answered);
    pulseIn(SILENT_MS, () => say({ hangs: true }));
  };
  const onEvent = (event: ConsoleEvent) => {
    if (event.event === 'job') {
      note(event.job);
      askIn(SOON_MS);
    } else if (event.event === 'alert') {
      alerted(event);
    } else if (event.event === 'progress') {
      const known = jobs.get(event.job);
      if (known) note({ id: event.job, kind: event.kind, object: known.object, state: event.state, progress: event });
    }
  };
  const end = () => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    clearTimeout(pulse);
    tell(NO_CONSOLE);
  };
  console.call('job.watch', {}, { onEvent }).then(end, end);
  void console.call('job.list', { limit: 100, states: ['queued', 'running', 'paused'] }).then(
    ({ jobs: known }) => known.forEach(note),
    () => undefined,
  );
  askIn(0);
  ping();
  return { askAgain: () => askIn(0) };
};
