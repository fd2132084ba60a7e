import type { JobKind, JobRecord } from '../../../shared/contract/jobs.ts';
import type { Picture } from '../../../shared/contract/picture.ts';
import type { DriveHead } from '../../../shared/contract/tapes.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { randomId } from '../../platform/ids.ts';
import type { SharedPaces } from '../../platform/pace.ts';
import type { JobPicture, Seen } from '../pictures/job-picture.ts';
import type { JobFilter, JobQuery, JobTable, StoredJob } from '../store/job-table.ts';
import { atRest } from './at-rest.ts';
import { Claims } from './claims.ts';
import type { JobRequest } from './request.ts';
import { leftUnfinished, RunningJob, type StopReason } from './running-job.ts';

export interface BoardHooks {
  /** Takes the picture of a job that has ended. */
  readonly keep?: (picture: Picture) => void;
  /** The limits that a job keeps, by its kind and the name of its object. */
  readonly pacesFor?: (kind: JobKind, object: string | null) => SharedPaces | null;
  /** Throws HOME_DATABASE_MISSING when nothing can be noted of jobs any more: then those that write end with that error, and no other begins. */
  readonly demandRecords?: () => void;
}

/** How often it is looked while jobs run whether they can still be noted. */
const LOOK_MS = 500;
/** What goes on, once it has begun, without a record of it: it only reads what is kept. */
const READING: ReadonlySet<JobKind> = new Set<JobKind>(['restore', 'verify', 'restore-test']);

type Listener = (job: JobRecord, what: 'state' | 'progress') => void;

/** The queue of a home: starts jobs when nothing that they would disturb is under way, knows every one that ever was. */
export class JobBoard {
  readonly #table: JobTable;
  readonly #jobs = new Map<string, RunningJob>();
  readonly #claims = new Claims();
  readonly #outcomes = new Set<Promise<unknown>>();
  readonly #listeners = new Map<Listener, boolean>();
  readonly #hooks: BoardHooks;
  #look: NodeJS.Timeout | undefined;

  constructor(table: JobTable, hooks: BoardHooks = {}) {
    this.#table = table;
    this.#hooks = hooks;
    table.interruptUnfinished(leftUnfinished);
  }

  /** Queues a job; it answers or rejects with the job's outcome. */
  submit<Result>(request: JobRequest<Result>): {
    readonly id: string;
    readonly outcome: Promise<Result>;
    /** The jobs that have to end before it begins. */
    readonly waitsFor: readonly JobRecord[];
  } {
    if (!request.passing) this.#hooks.demandRecords?.();
    const id = randomId();
    const job = new RunningJob(id, request, {
      save: (record) => !request.passing && this.#save(record),
      changed: (record, what) => {
        for (const [listener, all] of this.#listeners) if (all || !request.passing) listener(record, what);
      },
      paces: this.#hooks.pacesFor?.(request.kind, request.object) ?? null,
    });
    this.#jobs.set(id, job);
    this.#look ??= setInterval(() => this.#endWithoutRecords(), LOOK_MS).unref();
    const claim = { ...request, id };
    const { turn, release, before } = this.#claims.claim(claim);
    let end = release;
    const reclaim = () => {
      end();
      return () => {
        const next = this.#claims.claim(claim);
        end = next.release;
        return next.turn;
      };
    };
    const outcome = job.run(turn, request, reclaim).finally(() => {
      if (!request.passing) this.#keepPicture(job);
      this.#jobs.delete(id);
      if (this.#jobs.size === 0) this.#stopLooking();
      end();
    });
    this.hold(outcome);
    return { id, outcome, waitsFor: this.#records(before) };
  }

  /** The jobs that use a vault or wait for it. */
  usersOf(vault: string): readonly JobRecord[] {
    return this.#records(this.#claims.of(vault));
  }

  /** Those that are queued, running or paused. */
  get underWay(): readonly JobRecord[] {
    return [...this.#jobs.values()].map(({ record }) => record);
  }

  /** How many are queued, running or paused. */
  get active(): number {
    return this.#jobs.size;
  }

  /** Work between jobs, which may submit more of them: the home is not idle before it is over. */
  hold(work: Promise<unknown>): void {
    this.#outcomes.add(work);
    const forget = () => this.#outcomes.delete(work);
    work.then(forget, forget);
  }

  /** Whether a restore is queued behind other jobs. */
  get restoreWaits(): boolean {
    return [...this.#jobs.values()].some(({ record }) => record.kind === 'restore' && record.state === 'queued');
  }

  /** Ends when no job is left, those included that are queued meanwhile. */
  async idle(): Promise<void> {
    while (this.#outcomes.size > 0) await Promise.allSettled(this.#outcomes);
  }

  /** Newest first; jobs that run show their latest sample. */
  list(limit: number, filter: JobFilter = {}): JobRecord[] {
    return this.#table.list(limit, filter).map((stored) => this.#current(stored));
  }

  /** A part of the history, newest first, and how many jobs are wanted altogether. */
  page(query: JobQuery): { readonly jobs: JobRecord[]; readonly total: number } {
    const { jobs, total } = this.#table.page(query);
    return { jobs: jobs.map((stored) => this.#current(stored)), total };
  }

  /** Of an object the backup that waits or runs, and the newest that has ended. */
  backupsOf(object: string): { readonly running: JobRecord | null; readonly ended: JobRecord | null } {
    const running = [...this.#jobs.values()].find(({ record }) => record.kind === 'backup' && record.object === object);
    const ended = this.#table.lastBackup(object);
    return { running: running?.record ?? null, ended: ended && this.#current(ended) };
  }

  /** The picture of a job that waits, runs or is paused: what a follower has not seen; null when it is none of these. */
  draw(id: string, seen: Seen | null): ReturnType<JobPicture['draw']> | null {
    const job = this.#jobs.get(id);
    return job ? job.picture.draw(job.record, seen) : null;
  }

  /** Where the heads of a vault's drives are that move now; of a drive that several jobs share, as the first of them tells. */
  heads(vault: string): DriveHead[] {
    const heads = new Map<number, DriveHead>();
    for (const { record, picture } of this.#jobs.values())
      if (record.vault === vault)
        for (const head of picture.heads())
          if (!heads.has(head.drive)) heads.set(head.drive, { ...head, job: record.id });
    return [...heads.values()];
  }

  /** The one job whose id begins so. */
  find(prefix: string): StoredJob {
    if (prefix === '') throw noId();
    const [job, another] = this.#table.byPrefix(prefix);
    if (job && !another) return { ...this.#current(job), input: job.input };
    throw new ColdframeError(another ? 'USAGE' : 'NO_SUCH_JOB', {
      message: another ? `More than one job begins with ${prefix}.` : `There is no job ${prefix}.`,
      guidance: another ? 'Give more of its digits.' : 'List them with: coldframe job list',
      context: { job: prefix },
    });
  }

  pause(id: string): void {
    this.#active(id).setPaused(true);
  }

  unpause(id: string): void {
    this.#active(id).setPaused(false);
  }

  cancel(id: string): void {
    this.#active(id).cancel();
  }

  /** Ends a job as failed. */
  fail(id: string, error: ColdframeError): void {
    this.#active(id).fail(error);
  }

  /** Ends a job for a reason that is no person's wish. */
  stop(id: string, why: StopReason): void {
    this.#active(id).stop(why);
  }

  /** The console ends: what runs is to be gone on with. */
  interruptAll(): void {
    for (const job of this.#jobs.values()) job.stop('console-ends');
  }

  cancelAll(): void {
    for (const job of this.#jobs.values()) job.cancel();
  }

  /** Notes which job took up an interrupted one. */
  markResumed(job: StoredJob, by: string): void {
    this.#table.put({ ...job, resumedBy: by });
  }

  /** Hears every change; returns how to stop hearing. `passing`: also of jobs that only their callers hear of. */
  onChange(listener: Listener, { passing = false } = {}): () => void {
    this.#listeners.set(listener, passing);
    return () => this.#listeners.delete(listener);
  }

  /** What only reads ends as it does, with a record or without one: those that go by it see that there is none. */
  #save(record: StoredJob): boolean {
    try {
      this.#table.put(record);
      return true;
    } catch (error) {
      const goesOn = READING.has(record.kind) && record.startedAt !== null;
      if (!goesOn || asColdframeError(error).code !== 'HOME_DATABASE_MISSING') throw error;
      return false;
    }
  }

  #endWithoutRecords(): void {
    try {
      this.#hooks.demandRecords?.();
    } catch (error) {
      for (const job of this.#jobs.values())
        if (!READING.has(job.record.kind) || job.record.state === 'queued') job.fail(asColdframeError(error));
    }
  }

  #stopLooking(): void {
    clearInterval(this.#look);
    this.#look = undefined;
  }

  #keepPicture(job: RunningJob): void {
    try {
      this.#hooks.keep?.(job.picture.draw(job.record, null).picture);
    } catch {
      // The job has ended as its record says, with or without a picture of it.
    }
  }

  #current({ input: _input, ...stored }: StoredJob): JobRecord {
    return this.#jobs.get(stored.id)?.record ?? { ...stored, progress: atRest(stored.progress) };
  }

  #records(ids: readonly string[]): readonly JobRecord[] {
    return ids.flatMap((id) => this.#jobs.get(id)?.record ?? []);
  }

  #active(id: string): RunningJob {
    const job = this.#jobs.get(id);
    if (job) return job;
    const { state } = this.find(id);
    throw new ColdframeError('JOB_STATE', {
      message: `Job ${id.slice(0, 8)} is ${state}: there is nothing to pause, let go on or cancel.`,
      guidance: 'List the jobs with: coldframe job list',
      context: { job: id, state },
    });
  }
}

const noId = (): ColdframeError =>
  new ColdframeError('USAGE', {
    message: 'The id of a job is empty.',
    guidance: 'Give an id or its first digits; list them with: coldframe job list',
  });
