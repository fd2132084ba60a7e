import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { ErrorCode } from '../../../shared/error-codes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { DEFAULT_TERMS } from '../../../shared/model/default-terms.ts';
import { type KeeperParts, ScheduleKeeper } from '../schedules/keeper.ts';
import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import { openStore, type Store } from '../store/store.ts';

export const MINUTE = 60_000;
const OBJECT = 'b'.repeat(32);
const ID = 'a'.repeat(32);
const VAULT = 'c'.repeat(32);

/** Runs whose jobs are called 1, 2, …, each by its digit 32 times. */
export interface LongRuns {
  /** The interrupted job that each of them goes on with. */
  readonly wentOnWith: readonly (string | null)[];
  /** Ends well what runs now. */
  readonly end: () => void;
}

/** A keeper over a store of its own, under a clock that the test moves. */
export class KeeperScene {
  readonly terms = DEFAULT_TERMS;
  readonly around: {
    vault: boolean;
    mains: boolean | null;
    idleMs: number | null;
    metered: boolean | null;
    cutOff: boolean;
  } = {
    metered: false,
    cutOff: false,
    vault: true,
    mains: true,
    idleMs: 0,
  };
  readonly steered: string[] = [];
  /** Jobs that have ended: nothing can be done with them. */
  readonly endedJobs = new Set<string>();
  /** When backups began: hour and minute, UTC. */
  readonly begun: string[] = [];
  /** Whether what a window ends can be gone on with. */
  resumable = true;
  busy = false;
  /** Whether what is under way waits for its turn, or another one for its vault. */
  queued = false;
  inTheWay = false;
  limit = 4;
  /** How many backups its drives may have; null: the vault does not say. */
  byDrives: number | null = null;
  /** Counted by the test. */
  ended = 0;
  onCancel: () => void = () => undefined;
  backUp: KeeperParts['backUp'] = () => Promise.resolve({ warned: false });
  /** Nobody goes on with jobs by hand. */
  doneFor: KeeperParts['doneFor'] = () => null;
  keeper: ScheduleKeeper;
  readonly store: Store;
  readonly #folder = mkdtempSync(join(tmpdir(), 'coldframe-keeper-'));

  constructor(now: string) {
    vi.useFakeTimers({ now: new Date(now) });
    this.store = openStore(join(this.#folder, 'console.db'));
    this.store.vaults.put({ id: VAULT, name: 'vault', dir: '/vault', sealed: false, createdAt: null });
    this.addObject(OBJECT.slice(0, 1));
    this.keeper = this.#newKeeper();
  }

  addObject(digit: string): void {
    const selection = { roots: [], unprotected: [], exclude: [] };
    const id = digit.repeat(32);
    this.store.objects.add({ id, name: id, kind: 'files', vault: VAULT, volumes: [], selection, createdAt: 0 });
  }

  add(part: Partial<StoredSchedule> = {}): void {
    this.store.schedules.add({
      id: ID,
      task: 'backup',
      object: OBJECT,
      vault: null,
      cron: '0 * * * *',
      zone: 'UTC',
      level: 'auto',
      catchUp: false,
      paused: false,
      passphraseFile: null,
      createdAt: Date.now(),
      seenUntil: Date.now(),
      terms: this.terms,
      ...part,
    });
  }

  /** The console ends, and another one begins. */
  restart(): void {
    this.keeper.stop();
    this.store.schedules.interruptUnfinished();
    this.keeper = this.#newKeeper();
    this.keeper.start();
  }

  /** What begins from now on lasts until the test ends it, or its window does, with an error of this code. */
  longRuns(code: ErrorCode = 'WINDOW_ENDED'): LongRuns {
    const wentOnWith: (string | null)[] = [];
    let end = Promise.withResolvers<{ warned: boolean }>();
    this.backUp = (_, started, interrupted) => {
      end = Promise.withResolvers();
      wentOnWith.push(interrupted);
      started(String(wentOnWith.length).repeat(32));
      return end.promise;
    };
    this.onCancel = () => end.reject(new ColdframeError(code, { message: 'It ended.', guidance: '' }));
    return { wentOnWith, end: () => end.resolve({ warned: false }) };
  }

  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }

  outcomes(): unknown[] {
    return this.store.schedules
      .runs(ID, 100)
      .toReversed()
      .map(({ dueAt, outcome }) => [new Date(dueAt).toISOString().slice(11, 16), outcome]);
  }

  last(): StoredRun | undefined {
    return this.store.schedules.runs(ID, 1)[0];
  }

  close(): void {
    this.keeper.stop();
    vi.useRealTimers();
    this.store.close();
    rmSync(this.#folder, { recursive: true });
  }

  #newKeeper(): ScheduleKeeper {
    return new ScheduleKeeper({
      table: this.store.schedules,
      busy: () => this.busy,
      vaultOf: () => '/vault',
      load: () => {
        const one = this.limit === 1 || this.byDrives === 1;
        return one ? Math.max(0, this.begun.length - this.ended) : 0;
      },
      limit: () => this.limit,
      limitByDrives: async () => {
        if (this.byDrives === null) throw new Error('the library cannot be read');
        return this.byDrives;
      },
      surroundings: {
        vaultThere: async () => this.around.vault,
        mains: async () => this.around.mains,
        idleMs: async () => this.around.idleMs,
        metered: async () => this.around.metered,
        cutOff: async () => this.around.cutOff,
      },
      steering: {
        pause: (job) => {
          if (this.endedJobs.has(job)) throw new Error('it has ended');
          this.steered.push(`pause ${job.slice(0, 1)}`);
        },
        goOn: (job) => this.steered.push(`go on ${job.slice(0, 1)}`),
        end: (job) => {
          this.steered.push(`end ${job.slice(0, 1)}`);
          this.onCancel();
        },
        putOff: (job, how) => {
          this.steered.push(`put off ${job.slice(0, 1)}${how === 'goes-on' ? '' : `, ${how}`}`);
          this.onCancel();
        },
        isQueued: () => this.queued,
        isInTheWay: () => this.inTheWay,
        canBePutOff: () => this.resumable,
      },
      doneFor: (job) => this.doneFor(job),
      backUp: (...given) => {
        this.begun.push(new Date().toISOString().slice(11, 16));
        return this.backUp(...given);
      },
      now: Date.now,
    });
  }
}

export const openKeeperScene = (now: string): KeeperScene => new KeeperScene(now);
