import type { JobKind } from '../../../shared/contract/job-states.ts';
import type { ObjectState } from '../../../shared/contract/overview.ts';
import { words } from '../words.ts';
import { PROGRESS_STEPS, type TrayIconState } from './draw.ts';

export interface TrayJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly object: string | null;
  readonly state: 'queued' | 'running' | 'paused';
  /** From 0 to 1; null while that is not known. */
  readonly done: number | null;
}

export interface TrayObject {
  readonly name: string;
  readonly state: ObjectState;
  /** When its last good set was made, milliseconds since 1970; null when there is none. */
  readonly goodAt: number | null;
  /** When a schedule backs it up next; null when none does. */
  readonly nextAt: number | null;
}

/** All that the tray shows. */
export interface TrayState {
  /** Whether there is a console to ask. */
  readonly reached: boolean;
  /** It has not answered for a while: what is known of it may have changed since. */
  readonly hangs: boolean;
  readonly jobs: readonly TrayJob[];
  readonly objects: readonly TrayObject[];
  /** Matters that somebody should look at. */
  readonly matters: number;
  /** Until when all schedules are paused, milliseconds since 1970. */
  readonly pausedUntil: number | null;
}

export const NO_CONSOLE: TrayState = {
  reached: false,
  hangs: false,
  jobs: [],
  objects: [],
  matters: 0,
  pausedUntil: null,
};

/** What an entry of the menu does. */
export type TrayAct =
  | { readonly kind: 'open' | 'restore' | 'quit' | 'jobs' | 'overview' }
  | { readonly kind: 'backup'; readonly object: string }
  | { readonly kind: 'pause'; readonly until: 'hour' | 'tomorrow' | null };

export type TrayEntry =
  | { readonly kind: 'line' }
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'act'; readonly label: string; readonly act: TrayAct; readonly enabled: boolean }
  | { readonly kind: 'group'; readonly label: string; readonly entries: readonly TrayEntry[] };

const isPaused = ({ pausedUntil }: TrayState, now: number): boolean => pausedUntil !== null && pausedUntil > now;

/** How far all that runs is, from 0 to 1: the mean of those that know it; null when none does. */
const progressOf = (jobs: readonly TrayJob[]): number | null => {
  const known = jobs.flatMap(({ state, done }) => (state === 'running' && done !== null ? [done] : []));
  return known.length === 0 ? null : known.reduce((sum, done) => sum + done, 0) / known.length;
};

/** What the icon says: what does not answer comes first, then what runs, then what needs somebody, then a pause. */
export const iconOf = (state: TrayState, now: number): TrayIconState => {
  if (state.hangs) return { kind: 'attention' };
  if (state.jobs.some((job) => job.state === 'running'))
    return { kind: 'running', step: Math.floor((progressOf(state.jobs) ?? 0) * PROGRESS_STEPS) };
  if (!state.reached || state.matters > 0) return { kind: 'attention' };
  return { kind: isPaused(state, now) || state.jobs.some((job) => job.state === 'paused') ? 'paused' : 'idle' };
};

const two = (value: number): string => String(value).padStart(2, '0');
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** A moment by the clock of this machine: `today 14:05`, `Fri 14:05`, `2026-05-01 14:05`. */
const whenOf = (at: number, now: number): string => {
  const [then, today] = [new Date(at), new Date(now)];
  const time = `${two(then.getHours())}:${two(then.getMinutes())}`;
  if (then.toDateString() === today.toDateString()) return words.tray.today(time);
  if (Math.abs(at - now) < 6 * 86_400_000) return `${DAYS[then.getDay()]} ${time}`;
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())} ${time}`;
};

const percentOf = (done: number): number => Math.floor(done * 100);

/** What is going on, in one line; also what the icon says when it is pointed at. */
export const stateLine = (state: TrayState, now: number): string => {
  const { jobs, objects, matters, pausedUntil } = state;
  if (!state.reached) return words.tray.missing;
  if (state.hangs) return words.tray.hangs;
  const running = jobs.filter((job) => job.state === 'running').length;
  const done = progressOf(jobs);
  if (running > 0) return words.tray.running(running, done === null ? null : percentOf(done));
  if (jobs.length > 0) return words.tray.waiting(jobs.length);
  if (matters > 0) return words.tray.attention(matters);
  if (pausedUntil !== null && isPaused(state, now)) return words.tray.paused(whenOf(pausedUntil, now));
  const [next] = objects
    .flatMap(({ name, nextAt }) => (nextAt === null ? [] : [{ name, nextAt }]))
    .toSorted((one, other) => one.nextAt - other.nextAt);
  return next ? words.tray.next(next.name, whenOf(next.nextAt, now)) : words.tray.idle;
};

const jobLabel = ({ kind, object, state, done }: TrayJob): string => {
  const what = words.tray.jobs[kind];
  const how = state === 'running' && done !== null ? words.tray.percent(percentOf(done)) : words.tray.states[state];
  return words.tray.job(object === null ? what : words.tray.of(what, object), how);
};

const resultLabel = ({ name, state, goodAt }: TrayObject, now: number): string => {
  const how = words.tray.outcomes[state];
  const when = goodAt === null ? words.tray.noGood : whenOf(goodAt, now);
  return words.tray.result(name, typeof how === 'string' ? how : how(when));
};

const act = (label: string, does: TrayAct, enabled = true): TrayEntry => ({ kind: 'act', label, act: does, enabled });

const LINE: TrayEntry = { kind: 'line' };

const ofConsole = (state: TrayState, now: number): readonly TrayEntry[] => {
  const { jobs, objects } = state;
  const busy = new Set(jobs.filter(({ kind }) => kind === 'backup').map(({ object }) => object));
  const nothing: TrayEntry[] = [{ kind: 'text', label: words.tray.nothing }];
  const backups = objects.map(({ name }) => act(name, { kind: 'backup', object: name }, !busy.has(name)));
  const results = objects.map((object) => act(resultLabel(object, now), { kind: 'overview' }));
  const pause: TrayEntry = isPaused(state, now)
    ? act(words.tray.goOn, { kind: 'pause', until: null })
    : {
        kind: 'group',
        label: words.tray.pause,
        entries: [
          act(words.tray.forAnHour, { kind: 'pause', until: 'hour' }),
          act(words.tray.untilTomorrow, { kind: 'pause', until: 'tomorrow' }),
        ],
      };
  return [
    ...jobs.map((job) => act(jobLabel(job), { kind: 'jobs' })),
    LINE,
    { kind: 'group', label: words.tray.backUp, entries: objects.length === 0 ? nothing : backups },
    pause,
    ...(objects.length === 0 ? [] : [{ kind: 'group', label: words.tray.results, entries: results } as const]),
    act(words.tray.restore, { kind: 'restore' }),
  ];
};

/** The menu of the tray. All that a click on the icon would do is in it, too: not every desktop delivers one. */
export const menuOf = (state: TrayState, now: number): readonly TrayEntry[] => [
  { kind: 'text', label: stateLine(state, now) },
  ...(state.reached && !state.hangs ? ofConsole(state, now) : []),
  LINE,
  act(words.tray.open, { kind: 'open' }),
  act(words.tray.quit, { kind: 'quit' }),
];
