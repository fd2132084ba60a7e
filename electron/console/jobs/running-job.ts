import type { JobRecord, JobState } from '../../../shared/contract/jobs.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { SharedPaces } from '../../platform/pace.ts';
import { forRobotUsers } from '../../platform/robot-user.ts';
import { JobPicture } from '../pictures/job-picture.ts';
import { destinationIn, type StoredJob } from '../store/job-table.ts';
import type { ProgressCounters } from '../use-cases.ts';
import { atRest } from './at-rest.ts';
import { type SteeredControl, steeredControl } from './control.ts';
import { RateMeter } from './rate.ts';
import type { JobRequest } from './request.ts';

interface Hooks {
  /** Answers whether it is on record. */
  readonly save: (job: StoredJob) => boolean;
  readonly changed: (job: JobRecord, what: 'state' | 'progress') => void;
  readonly paces: SharedPaces | null;
}

/** Why a job is ended that nobody cancelled: its console ends, or its window did: for good, until it is gone on with, or for its schedule to begin another. */
export type StopReason = 'console-ends' | 'window-over' | 'window-pauses' | 'window-closed';

/** Ends a job's claim; what it gives makes a new one, and resolves when that holds. */
type Reclaim = () => () => Promise<unknown>;

const SAMPLE_MS = 250;
/** How old the progress of a job may be that was killed. */
const KEEP_MS = 5000;

/** One job from the queue to its end: keeps its record true, in memory at every sample and on disk at every change of state. */
export class RunningJob {
  record: JobRecord;
  readonly picture: JobPicture;
  readonly #input: unknown;
  readonly #hooks: Hooks;
  readonly #steering: SteeredControl;
  readonly #meter = new RateMeter();
  #sampledAt = Number.NEGATIVE_INFINITY;
  #keptAt = 0;
  #isOnRecord = false;
  #trailing: NodeJS.Timeout | undefined;
  #latest: ProgressCounters | null = null;
  #phase = '';
  #stopped: StopReason | null = null;

  constructor(id: string, request: Omit<JobRequest<unknown>, 'run' | 'warned'>, hooks: Hooks) {
    const { kind, object, objects, vault, input } = request;
    this.record = {
      id,
      kind,
      state: 'queued',
      object,
      ...(objects === undefined ? {} : { objects: [...objects] }),
      vault,
      ...destinationIn(kind, input),
      set: null,
      createdAt: now(),
      startedAt: null,
      finishedAt: null,
      progress: null,
      error: null,
      result: null,
      resumedBy: null,
    };
    this.#input = input;
    this.#hooks = hooks;
    this.picture = new JobPicture(hooks.paces);
    this.#steering = steeredControl(
      (counters) => this.#report(counters),
      (set) => this.#change({ set }),
      this.picture,
      hooks.paces,
    );
    this.#change({});
  }

  /** Waits for its turn, runs, and records how it ended. */
  async run<Result>(turn: Promise<unknown>, { run, warned }: JobRequest<Result>, reclaim: Reclaim): Promise<Result> {
    const { signal } = this.#steering.control;
    try {
      await untilAborted(turn, signal);
      this.#change({ state: this.#isPaused() ? 'paused' : 'running', startedAt: now() });
      this.picture.note({ code: 'STARTED', context: {} });
      const { id, kind, object } = this.record;
      const users = [{ job: id, kind, object }];
      const result = await forRobotUsers(users, () =>
        run(this.#steering.control, async (wait) => {
          const again = reclaim();
          const goesOn = await wait();
          if (goesOn) await untilAborted(again(), signal);
          if (goesOn) signal.throwIfAborted();
          return goesOn;
        }),
      );
      this.#end(warned(result) ? 'done-with-warnings' : 'done', { result });
      if (this.#isOnRecord) this.#steering.done();
      return result;
    } catch (thrown) {
      const error = this.#outcomeOf(thrown);
      this.#endWith(error.kind === 'cancelled' && signal.aborted ? this.#stateOfStop() : 'failed', error);
      throw error;
    }
  }

  setPaused(paused: boolean): void {
    if (this.#steering.control.signal.aborted) return;
    this.#steering.setPaused(paused);
    if (this.record.state === 'queued') return;
    this.#change({ state: paused ? 'paused' : 'running' });
    this.picture.note({ code: paused ? 'PAUSED' : 'RESUMED', context: {} });
  }

  cancel(): void {
    this.#steering.abort(cancelled(this.record));
  }

  /** Ends it for a reason that is no person's wish; `interrupted`: it is to be gone on with. */
  stop(why: StopReason): void {
    this.#stopped ??= why;
    this.#steering.abort(stopped(this.record, why));
  }

  /** Ends it as cancelling does, but as failed. */
  fail(error: ColdframeError): void {
    this.#steering.abort(error);
  }

  #outcomeOf(thrown: unknown): ColdframeError {
    const { aborted, reason } = this.#steering.control.signal;
    if (!aborted) return asColdframeError(thrown);
    const { kind } = asColdframeError(reason);
    if (kind !== 'cancelled') return asColdframeError(reason);
    return this.#stopped === null ? cancelled(this.record, thrown) : stopped(this.record, this.#stopped, thrown);
  }

  #stateOfStop(): JobState {
    return this.#stopped === null || this.#stopped === 'window-over' ? 'cancelled' : 'interrupted';
  }

  /** Takes a sample at most every quarter of a second, and the last one always. */
  #report(counters: ProgressCounters): void {
    this.#latest = counters;
    const due = this.#sampledAt + SAMPLE_MS - performance.now();
    if (due <= 0) this.#sample();
    else this.#trailing ??= setTimeout(() => this.#sample(), due);
  }

  #sample(): void {
    this.#stopTrailing();
    if (!this.#latest) return;
    const at = performance.now();
    this.#sampledAt = at;
    this.record = { ...this.record, progress: this.#meter.sample(this.#latest, at) };
    this.#latest = null;
    this.#notePhase();
    this.picture.sample(this.record);
    if (at - this.#keptAt > KEEP_MS) this.#keepSample(at);
    this.#hooks.changed(this.record, 'progress');
  }

  #stopTrailing(): void {
    clearTimeout(this.#trailing);
    this.#trailing = undefined;
  }

  #end(state: JobState, outcome: Pick<Partial<JobRecord>, 'error' | 'result'>): void {
    this.#sample();
    this.#change({ state, finishedAt: now(), progress: atRest(this.record.progress), ...outcome });
    this.picture.note({ code: 'ENDED', context: { state, error: outcome.error?.code ?? null } });
    this.picture.end();
  }

  /** The error of the job says more than that it cannot be kept: then the job counts as interrupted next time. */
  #endWith(state: JobState, error: ColdframeError): void {
    try {
      this.#end(state, { error: error.toData() });
    } catch {
      this.picture.end();
      this.#hooks.changed(this.record, 'state');
    }
  }

  #notePhase(): void {
    const phase = this.record.progress?.phase ?? '';
    if (phase !== this.#phase) this.picture.note({ code: 'PHASE', context: { phase } });
    this.#phase = phase;
  }

  #change(change: Partial<JobRecord>): void {
    this.record = { ...this.record, ...change };
    this.#keep(performance.now());
    this.#hooks.changed(this.record, 'state');
  }

  /** A sample is taken by a timer: nobody is there to hear that the home is full, and the job may well end without it. */
  #keepSample(at: number): void {
    try {
      this.#keep(at);
    } catch {
      this.#keptAt = at;
    }
  }

  #keep(at: number): void {
    this.#keptAt = at;
    this.#isOnRecord = this.#hooks.save({ ...this.record, input: this.#input });
  }

  #isPaused(): boolean {
    return this.#steering.control.paused[0] === 1;
  }
}

const now = (): string => new Date().toISOString();

const STOPS = {
  'console-ends': { code: 'CONSOLE_ENDED', why: 'was interrupted: its console ended' },
  'window-over': { code: 'WINDOW_ENDED', why: 'was cancelled: the window of its schedule ended' },
  'window-closed': { code: 'WINDOW_ENDED', why: 'was ended, as the window of its schedule is closed' },
  'window-pauses': { code: 'WINDOW_ENDED', why: 'is paused: the window of its schedule ended' },
} as const;

const resumable = (id: string): string => `What was written so far is kept. Go on with: coldframe job resume ${id}`;

const GUIDANCE: Readonly<Record<StopReason, (id: string) => string>> = {
  'console-ends': resumable,
  'window-over': resumable,
  'window-pauses': (id) => `It goes on by itself when the window opens again. To go on now: coldframe job resume ${id}`,
  'window-closed': () =>
    'Its schedule begins it again when the window opens. What becomes of its runs: coldframe schedule runs ID',
};

const stopped = ({ id, kind }: JobRecord, stop: StopReason, cause?: unknown): ColdframeError =>
  new ColdframeError(STOPS[stop].code, {
    message: `The ${kind} ${STOPS[stop].why}.`,
    guidance: GUIDANCE[stop](id.slice(0, 8)),
    context: { job: id },
    ...(cause === undefined ? {} : { cause }),
  });

/** Why a job is over whose console ended without ending it: it was killed, or the machine went off. */
export const leftUnfinished = ({ id, kind }: JobRecord): ColdframeError =>
  new ColdframeError('CONSOLE_ENDED', {
    message: `The ${kind} was interrupted: its console ended without ending it, as when it is killed or the machine goes off.`,
    guidance: kind === 'backup' ? resumable(id.slice(0, 8)) : `Run the ${kind} again when you want it done.`,
    context: { job: id },
  });

const cancelled = ({ id, kind, set }: JobRecord, cause?: unknown): ColdframeError =>
  new ColdframeError('CANCELLED', {
    message: `The ${kind} was cancelled.`,
    guidance:
      kind === 'backup' && set !== null
        ? `What was written so far is kept. Go on with: coldframe job resume ${id.slice(0, 8)}`
        : 'What was written so far stays readable. Run the command again when you want it done.',
    context: { job: id },
    ...(cause === undefined ? {} : { cause }),
  });

/** Waits for a promise that never rejects, but no longer than until the signal is aborted. */
const untilAborted = (turn: Promise<unknown>, signal: AbortSignal): Promise<void> =>
  new Promise((done, fail) => {
    const abort = () => fail(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const begin = () => {
      signal.removeEventListener('abort', abort);
      done();
    };
    turn.then(begin, begin);
  });
