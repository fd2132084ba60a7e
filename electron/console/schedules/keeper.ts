import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { ScheduleTable, StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import { type Calendar, calendarOf } from './calendar.ts';
import { dueAt, type Missed } from './due.ts';

/** The clock is looked at this often, milliseconds: it may be set, and the machine may have slept. */
const LOOK_MS = 30_000;
/** A clock that was this far ahead was wrong: to wait for it to come round again would end the schedule. */
const WRONG_CLOCK_MS = 24 * 3_600_000;
/** That it was then, and is not now, is believed after so long: a machine that starts may not know the time yet. */
const BELIEVED_AFTER_MS = 10 * 60_000;
/** Runs that are looked through for one that was interrupted. */
const LOOKED_THROUGH = 100;

const LATE =
  'It was due while no console served this home, or the machine slept; one backup makes up for all that were missed.';
const MISSED = 'No console served this home at the time, or the machine slept.';
const BUSY = 'A backup of the object was waiting or running still.';
const AGAIN = 'The console ended while it ran; it was taken up again.';
const ENDED = 'The console ended while it ran.';

export interface KeeperParts {
  readonly table: ScheduleTable;
  /** Whether a backup of the object waits or runs. */
  readonly busy: (object: string) => boolean;
  /**
   * Backs up the object of a schedule; `started` hears the id of the job. With the id of an interrupted job it goes on with
   * that one. Rejects with what ended it.
   */
  readonly backUp: (
    schedule: StoredSchedule,
    started: (job: string) => void,
    interrupted?: string | null,
  ) => Promise<{ readonly warned: boolean }>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Starts backups when their schedules say so, and writes down what became of every moment that one was due. */
export class ScheduleKeeper {
  readonly #parts: KeeperParts;
  readonly #calendars = new Map<string, Calendar>();
  /** Objects whose backups were begun here. */
  readonly #underWay = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #keeping = false;
  /** Schedules that were looked at under a clock far ahead of this one, and since when that is so, by the monotonic clock. */
  readonly #aheadSince = new Map<string, number>();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Whether schedules are looked at. */
  get keeping(): boolean {
    return this.#keeping;
  }

  /** Begins to look at the schedules, and takes up what the process before left undone. */
  start(): void {
    this.#keeping = true;
    try {
      for (const schedule of this.#parts.table.list()) this.#takeUp(schedule);
    } catch {
      // The database is out of room: what was interrupted stays so, and what comes due is looked at all the same.
    }
    this.look();
  }

  /** Starts nothing more; what runs goes on. */
  stop(): void {
    this.#keeping = false;
    clearTimeout(this.#timer);
  }

  /** Decides about all that came due since the last look. Called by its own timer, and when a schedule was changed. */
  look(): void {
    clearTimeout(this.#timer);
    if (!this.#keeping) return;
    let wait = LOOK_MS;
    try {
      const active = this.#parts.table.list().filter(({ paused }) => !paused);
      // Of two that come at once for one object the full one counts.
      const inOrder = active.toSorted((one, other) => Number(other.level === 'full') - Number(one.level === 'full'));
      wait = Math.max(0, Math.min(LOOK_MS, ...inOrder.map((schedule) => this.#looked(schedule))));
    } catch {
      // The database cannot be read for the moment: nothing was decided, so the next look finds the same.
    }
    this.#timer = setTimeout(() => this.look(), wait);
    this.#timer.unref();
  }

  /** Runs a schedule beside its times. Rejects as the backup does, after that was written down. */
  async runNow(schedule: StoredSchedule, backUp = this.#parts.backUp): Promise<StoredRun> {
    if (this.#isBusy(schedule)) {
      throw new ColdframeError('JOB_STATE', {
        message: 'A backup of the object waits or runs already.',
        guidance: 'See how it goes with: coldframe job list',
        context: { schedule: schedule.id },
      });
    }
    const run = this.#runOf(this.#parts.now(), null);
    this.#parts.table.putRun(schedule.id, run);
    const { ended, error } = await this.#carryOut(schedule, run, backUp);
    if (error !== null) throw error;
    return ended;
  }

  /** Decides about a schedule, and gives the milliseconds until it comes due again. */
  #looked(schedule: StoredSchedule): number {
    try {
      this.#decide(schedule);
      const [next] = this.#calendarOf(schedule).next(this.#parts.now(), 1);
      return next === undefined ? LOOK_MS : next - this.#parts.now();
    } catch {
      // The database may be out of room for a while. The others are looked at all the same.
      return LOOK_MS;
    }
  }

  /** Writes down what a schedule has missed up to now, and starts nothing. */
  settle(schedule: StoredSchedule): void {
    const now = this.#parts.now();
    const { start, missed } = dueAt(this.#calendarOf(schedule), schedule.seenUntil, now, false);
    const all = start === null ? missed : [...missed, { dueAt: start.dueAt, more: 0 }];
    this.#parts.table.decide(
      schedule.id,
      now,
      all.map((each) => this.#missed(each)),
    );
  }

  #isBusy({ object }: StoredSchedule): boolean {
    return this.#underWay.has(object) || this.#parts.busy(object);
  }

  #missed({ dueAt: due, more }: Missed): StoredRun {
    return { ...this.#runOf(due, MISSED), outcome: 'skipped', more };
  }

  /** How long the clock has been far behind what it was when a schedule was looked at, milliseconds; null when it is not. */
  #behindFor({ id, seenUntil }: StoredSchedule, now: number): number | null {
    if (seenUntil <= now + WRONG_CLOCK_MS) {
      this.#aheadSince.delete(id);
      return null;
    }
    const since = this.#aheadSince.get(id) ?? performance.now();
    this.#aheadSince.set(id, since);
    return performance.now() - since;
  }

  #decide(schedule: StoredSchedule): void {
    const { table, now } = this.#parts;
    const moment = now();
    const behindFor = this.#behindFor(schedule, moment);
    if (behindFor !== null) {
      if (behindFor >= BELIEVED_AFTER_MS) table.decide(schedule.id, moment, []);
      return;
    }
    // What lies before it was made is nothing that it missed, whatever the clock said meanwhile.
    const from = schedule.createdAt <= moment ? Math.max(schedule.seenUntil, schedule.createdAt) : schedule.seenUntil;
    const { start, missed } = dueAt(this.#calendarOf(schedule), from, moment, schedule.catchUp);
    const skipped = missed.map((each) => this.#missed(each));
    if (start === null && skipped.length === 0) return;
    const run = start && this.#runOf(start.dueAt, start.late ? LATE : null);
    const waits = run !== null && this.#isBusy(schedule);
    const begun = run && (waits ? ({ ...run, outcome: 'skipped', reason: BUSY } as const) : run);
    const fresh = table.decide(schedule.id, moment, begun ? [...skipped, begun] : skipped);
    if (run !== null && fresh.includes(run)) void this.#carryOut(schedule, run, this.#parts.backUp);
  }

  /** A run that was under way when the process before this one ended. */
  #takeUp(schedule: StoredSchedule): void {
    if (!schedule.catchUp || schedule.paused) return;
    const last = this.#parts.table.runs(schedule.id, LOOKED_THROUGH).find(({ outcome }) => outcome !== 'skipped');
    // Once: what ends the console each time must not do so for ever.
    if (last?.outcome !== 'interrupted' || last.reason === AGAIN) return;
    const run = { ...this.#runOf(last.dueAt, AGAIN), more: last.more };
    this.#parts.table.putRun(schedule.id, run);
    void this.#carryOut(schedule, run, (own, started) => this.#parts.backUp(own, started, last.job));
  }

  /** Never rejects: a backup that fails is the run's outcome. */
  async #carryOut(
    schedule: StoredSchedule,
    run: StoredRun,
    backUp: KeeperParts['backUp'],
  ): Promise<{ readonly ended: StoredRun; readonly error: unknown }> {
    let ended = run;
    let error: unknown = null;
    this.#underWay.add(schedule.object);
    try {
      const { warned } = await backUp(schedule, (job) => {
        ended = { ...ended, job };
        this.#note(schedule, ended);
      });
      ended = { ...ended, outcome: warned ? 'warned' : 'done' };
    } catch (thrown) {
      error = thrown;
      const { kind, code, message } = asColdframeError(thrown);
      if (kind !== 'cancelled') ended = { ...ended, outcome: 'failed', reason: `${code}: ${message}` };
      else if (this.#keeping) ended = { ...ended, outcome: 'cancelled' };
      else ended = { ...ended, outcome: 'interrupted', reason: ended.reason === AGAIN ? AGAIN : ENDED };
    }
    this.#underWay.delete(schedule.object);
    this.#note(schedule, ended);
    return { ended, error };
  }

  #note({ id }: StoredSchedule, run: StoredRun): void {
    try {
      this.#parts.table.putRun(id, run);
    } catch {
      // The schedule was removed meanwhile, or the database is full: the job's own record tells.
    }
  }

  #runOf(due: number, reason: string | null): StoredRun {
    return { dueAt: due, at: this.#parts.now(), outcome: 'running', reason, job: null, more: 0 };
  }

  #calendarOf({ cron, zone }: StoredSchedule): Calendar {
    const key = `${zone} ${cron}`;
    const calendar = this.#calendars.get(key) ?? calendarOf(cron, zone);
    this.#calendars.set(key, calendar);
    return calendar;
  }
}
