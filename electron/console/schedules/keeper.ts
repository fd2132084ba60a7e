import type { RunLevel } from '../../../shared/contract/choices.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { ScheduleTable, StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import { admit, busyWith, inOrder, isHeld, lacking, reasonBegun, WAITS } from './admission.ts';
import { type Calendar, calendarOf } from './calendar.ts';
import { dueAt, type Missed } from './due.ts';
import { backOffMs, canPass } from './retry.ts';
import { levelAt, levelsBetween, strongest } from './run-level.ts';
import { over, skip } from './skipped.ts';
import { spreadOf } from './spread.ts';
import type { Surroundings } from './surroundings.ts';
import { AGAIN, isToBeTakenUp, NEXT_WENT_ON } from './taken-up.ts';
import { type Steering, UnderWay, type Way } from './under-way.ts';
import { isOpen, nextBegin } from './window.ts';
import { lastPossible } from './wrong-clock.ts';

/** The clock is looked at this often, milliseconds: it may be set, and the machine may have slept. */
const LOOK_MS = 30_000;
/** That it was then, and is not now, is believed after so long: a machine that starts may not know the time yet. */
const BELIEVED_AFTER_MS = 10 * 60_000;
/** Runs that are looked through for one that was interrupted. */
const LOOKED_THROUGH = 100;

const LATE =
  'It was due while no console served this home, or the machine slept; one run makes up for all that were missed.';
const MISSED = 'No console served this home at the time, or the machine slept.';
const ENDED = 'The console ended while it ran.';
const BY_HAND = 'It was gone on with by hand.';
const WINDOW_OVER = 'Its window ended.';

export interface KeeperParts {
  readonly table: ScheduleTable;
  /** Whether what a schedule does waits or runs already. */
  readonly busy: (schedule: StoredSchedule) => boolean;
  /** The folder of the vault that a schedule uses; null when there is none. */
  readonly vaultOf: (schedule: StoredSchedule) => string | null;
  /** How many backups a vault has that wait or run, */
  readonly load: (vault: string) => number;
  /** and how many of them schedules may make it have. */
  readonly limit: () => number;
  /** How many of them its drives may have. Rejects when the vault does not say. */
  readonly limitByDrives?: (vault: string) => Promise<number>;
  readonly surroundings: Surroundings;
  readonly steering: Steering;
  /** The job that went on with an interrupted one, when that ended well; null else. */
  readonly doneFor: (interrupted: string) => { readonly job: string; readonly outcome: 'done' | 'warned' } | null;
  /**
   * Does what a schedule is for; `started` hears the id of the job. With the id of an interrupted job it goes on with
   * that one. Rejects with what ended it.
   */
  readonly backUp: (
    schedule: StoredSchedule,
    started: (job: string) => void,
    interrupted: string | null,
    level: RunLevel,
  ) => Promise<{ readonly warned: boolean }>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a run that is spread waits for first. */
const waitsFor = ({ terms: { window }, zone }: StoredSchedule, due: number): string =>
  window === null || isOpen(window, zone, due) ? WAITS.spread : WAITS.window;

/** Starts what schedules are for when they say so, and writes down what became of every moment that came due. */
export class ScheduleKeeper {
  readonly #parts: KeeperParts;
  readonly #calendars = new Map<string, Calendar>();
  /** The first moment of a schedule that was not decided about, as long as that is the same. */
  readonly #next = new Map<string, { readonly key: string; readonly at: number | null }>();
  /** What was begun here. */
  readonly #underWay: UnderWay;
  #timer: NodeJS.Timeout | undefined;
  #keeping = false;
  #advancing: Promise<void> | null = null;
  #advanceAgain = false;
  /** Schedules that were looked at under a clock far ahead of this one, and since when that is so, by the monotonic clock. */
  readonly #aheadSince = new Map<string, number>();
  /** Since when the clock is behind the one under which all schedules were paused, by the monotonic clock; null when it is not. */
  #pausedAheadSince: number | null = null;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#underWay = new UnderWay(parts.steering, (way, until) => this.#noteHeld(way, until));
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

  /**
   * Decides about all that came due since the last look. Called by its own timer, and when a schedule was changed. Answers in how many
   * milliseconds something is known to come due.
   */
  look(): number {
    clearTimeout(this.#timer);
    let known = Number.POSITIVE_INFINITY;
    if (!this.#keeping) return known;
    try {
      const { table, now } = this.#parts;
      this.#keepPause(now());
      const schedules = table.list();
      const active = schedules.filter(({ paused }) => !paused);
      const moments = active.map((schedule) => this.#looked(schedule));
      for (const schedule of active) this.#holdByWindow(schedule);
      const open = table.waiting();
      const begins = open.map(({ run }) => (run.notBefore ?? 0) - now()).filter((left) => left > 0);
      known = Math.max(0, Math.min(...moments, ...begins));
      if (open.length > 0) this.advance();
      this.#underWay.keepWindows(now(), schedules);
    } catch {
      // The database cannot be read for the moment: nothing was decided, so the next look finds the same.
    }
    this.#timer = setTimeout(() => this.look(), Math.min(LOOK_MS, known));
    this.#timer.unref();
    return known;
  }

  /** A run that its window put off goes by the window that the schedule has now, which may be another one. */
  #holdByWindow(schedule: StoredSchedule): void {
    const { table, now } = this.#parts;
    for (const run of this.#waitingOf(schedule)) {
      if (!isHeld(run) || run.notBefore === null || run.notBefore <= now()) continue;
      const notBefore = this.#opensAt(schedule);
      if (notBefore !== run.notBefore) table.putRun(schedule.id, { ...run, notBefore });
    }
  }

  /** When the window of a schedule opens; null when it is open, or there is none. */
  #opensAt({ terms: { window }, zone }: StoredSchedule): number | null {
    const now = this.#parts.now();
    return window === null || isOpen(window, zone, now) ? null : nextBegin(window, zone, now);
  }

  /** Resolves when what waits was looked at. */
  async settled(): Promise<void> {
    while (this.#advancing) await this.#advancing;
  }

  /** Begins what waits and may begin. One after the other: each changes what the next one finds. */
  advance(): void {
    this.#advanceAgain = true;
    this.#advancing ??= this.#advanceAll().finally(() => {
      this.#advancing = null;
    });
  }

  /** Runs a schedule beside its times. Rejects as the backup does, after that was written down. */
  async runNow(schedule: StoredSchedule, backUp = this.#parts.backUp): Promise<StoredRun> {
    if (this.#isBusy(schedule)) {
      throw new ColdframeError('JOB_STATE', {
        message:
          schedule.task === 'backup'
            ? 'A backup of the object waits or runs already.'
            : 'What the schedule is to do waits or runs already.',
        guidance: 'See how it goes with: coldframe job list',
        context: { schedule: schedule.id },
      });
    }
    const now = this.#parts.now();
    const run = { ...this.#runOf(now, null), outcome: 'running', level: this.#levelAt(schedule, now) } as const;
    this.#parts.table.putRun(schedule.id, run);
    const { ended, error } = await this.#carryOut(schedule, run, { backUp, byHand: true });
    if (error !== null) throw error;
    return ended;
  }

  /**
   * A pause that is over is so for good, wherever the clock is put then. One that was asked for under a clock that was ahead is as long as it was
   * to be, counted from when this one was put back.
   */
  #keepPause(now: number): void {
    const { table } = this.#parts;
    const pause = table.pause();
    if (pause === null || pause.since <= now) {
      this.#pausedAheadSince = null;
      if (pause !== null && pause.until <= now) table.pauseAll(now, null);
      return;
    }
    this.#pausedAheadSince ??= performance.now();
    const passed = performance.now() - this.#pausedAheadSince;
    if (passed < BELIEVED_AFTER_MS) return;
    const since = Math.round(now - passed);
    table.pauseAll(since, since + pause.until - pause.since);
  }

  /** Decides about a schedule, and gives the milliseconds until it comes due again. */
  #looked(schedule: StoredSchedule): number {
    try {
      const next = this.#nextOf(schedule);
      const left = next === null ? LOOK_MS : next - this.#parts.now();
      const wrong = schedule.seenUntil > lastPossible(this.#parts.now()) || this.#aheadSince.has(schedule.id);
      if (left > 0 && !wrong) return left;
      this.#decide(schedule);
      const [after] = this.#calendarOf(schedule).next(this.#parts.now(), 1);
      return after === undefined ? LOOK_MS : after - this.#parts.now();
    } catch {
      // The database may be out of room for a while. The others are looked at all the same.
      return LOOK_MS;
    }
  }

  /** The first moment that was not decided about; null when there is none. Cheap as long as it is the same. */
  #nextOf(schedule: StoredSchedule): number | null {
    const { id, cron, zone, seenUntil } = schedule;
    const key = `${seenUntil} ${zone} ${cron}`;
    const known = this.#next.get(id);
    if (known?.key === key) return known.at;
    const at = this.#calendarOf(schedule).next(seenUntil, 1)[0] ?? null;
    this.#next.set(id, { key, at });
    return at;
  }

  /** Writes down what a schedule has missed up to now, and starts nothing; what waits is let go. */
  settle(schedule: StoredSchedule, why: string): void {
    const { table, now } = this.#parts;
    const moment = now();
    const { start, missed } = dueAt(this.#calendarOf(schedule), schedule.seenUntil, moment, false);
    const all = start === null ? missed : [...missed, { dueAt: start.dueAt, more: 0 }];
    table.decide(
      schedule.id,
      moment,
      all.map((each) => this.#missed(schedule, each)),
      this.#waitingOf(schedule).map((run) => over(run, why)),
    );
  }

  #waitingOf({ id }: StoredSchedule): StoredRun[] {
    return this.#parts.table
      .waiting()
      .filter(({ schedule }) => schedule === id)
      .map(({ run }) => run);
  }

  #isBusy(schedule: StoredSchedule): boolean {
    return this.#underWay.has(schedule) || this.#parts.busy(schedule);
  }

  #levelAt(schedule: StoredSchedule, at: number): RunLevel {
    const { level, zone, terms } = schedule;
    if (terms.rules.length === 0) return level;
    return levelAt({ level, rules: terms.rules, zone }, this.#calendarOf(schedule), at);
  }

  /** What the moments make that were missed and are not listed one by one. */
  #levelsOfMore({ level, zone, terms, cron }: StoredSchedule, from: number, listed: StoredRun | undefined): RunLevel[] {
    if (listed === undefined || listed.more === 0 || terms.rules.length === 0) return [];
    return levelsBetween({ level, rules: terms.rules, zone }, this.#calendarOf({ cron, zone }), from, listed.dueAt);
  }

  #missed(schedule: StoredSchedule, { dueAt: due, more }: Missed): StoredRun {
    return { ...this.#runOf(due, MISSED), outcome: 'skipped', more, level: this.#levelAt(schedule, due) };
  }

  /** How long the clock has been far behind what it was when a schedule was looked at, milliseconds; null when it is not. */
  #behindFor({ id, seenUntil }: StoredSchedule, now: number): number | null {
    if (seenUntil <= lastPossible(now)) {
      this.#aheadSince.delete(id);
      return null;
    }
    const since = this.#aheadSince.get(id) ?? performance.now();
    this.#aheadSince.set(id, since);
    return performance.now() - since;
  }

  /** Writes down the moments since the last decision. One that is to be run for waits first: what is written is not lost. */
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
    const skipped = missed.map((each) => this.#missed(schedule, each));
    if (start === null) {
      if (skipped.length > 0) table.decide(schedule.id, moment, skipped);
      return;
    }
    const before = this.#waitingOf(schedule).filter((run) => run.dueAt < start.dueAt);
    const own = this.#levelAt(schedule, start.dueAt);
    const level = schedule.catchUp
      ? strongest([
          own,
          ...[...skipped, ...before].map((run) => run.level ?? 'auto'),
          ...this.#levelsOfMore(schedule, from, skipped[0]),
        ])
      : own;
    const later = start.late ? null : spreadOf(schedule, this.#calendarOf(schedule), start.dueAt);
    const run: StoredRun = {
      ...this.#runOf(start.dueAt, start.late ? LATE : later === null ? null : waitsFor(schedule, start.dueAt)),
      level,
      notBefore: later,
    };
    // What was begun and put off is gone on with by the run that takes its place.
    const begun = before.find(isHeld)?.job ?? null;
    const given = before.map(
      (each): StoredRun =>
        isHeld(each)
          ? { ...each, outcome: 'interrupted', reason: NEXT_WENT_ON, notBefore: null }
          : over(each, 'The next one came meanwhile.'),
    );
    table.decide(schedule.id, moment, [...skipped, { ...run, job: begun }], given);
  }

  /** A run that was under way when the process before this one ended. */
  #takeUp(schedule: StoredSchedule): void {
    if (!schedule.catchUp || schedule.paused) return;
    const last = this.#parts.table
      .runs(schedule.id, LOOKED_THROUGH, lastPossible(this.#parts.now()))
      .find(({ outcome }) => outcome !== 'skipped' && outcome !== 'waiting');
    if (last === undefined || !isToBeTakenUp(last)) return;
    this.#parts.table.putRun(schedule.id, { ...last, at: this.#parts.now(), outcome: 'waiting', reason: AGAIN });
  }

  async #advanceAll(): Promise<void> {
    while (this.#advanceAgain && this.#keeping) {
      this.#advanceAgain = false;
      try {
        const { table } = this.#parts;
        const schedules = new Map(table.list().map((schedule) => [schedule.id, schedule]));
        const waiting = table.waiting().flatMap(({ schedule: id, run }) => {
          const schedule = schedules.get(id);
          return schedule === undefined || schedule.paused ? [] : [{ schedule, run }];
        });
        for (const { schedule, run } of inOrder(waiting)) await this.#advance(schedule, run);
      } catch {
        // The database cannot be read or written for the moment: the next look finds the same.
      }
    }
  }

  async #advance(schedule: StoredSchedule, run: StoredRun): Promise<void> {
    const { table, vaultOf, surroundings } = this.#parts;
    const first = this.#verdict(schedule, run);
    let lacks: string | null = null;
    if (first.kind === 'begin')
      lacks = (await lacking(schedule, vaultOf(schedule), surroundings)) ?? (await this.#drivesFull(schedule));
    // Meanwhile it may have been paused, changed or removed, or something else may have begun.
    const now = table.list().find(({ id }) => id === schedule.id);
    if (JSON.stringify(now) !== JSON.stringify(schedule)) {
      this.#advanceAgain ||= now !== undefined && !now.paused;
      return;
    }
    const asItIs = table.waiting().find((each) => each.schedule === schedule.id && each.run.dueAt === run.dueAt)?.run;
    if (!this.#keeping || asItIs === undefined) return;
    const done = this.#doneByHand(asItIs);
    if (done !== null) {
      table.putRun(schedule.id, done);
      return;
    }
    const verdict = lacks === null ? this.#verdict(schedule, asItIs) : ({ kind: 'wait', reason: lacks } as const);
    if (verdict.kind === 'wait') {
      if (asItIs.reason !== verdict.reason && asItIs.reason !== AGAIN && !isHeld(asItIs))
        table.putRun(schedule.id, { ...asItIs, reason: verdict.reason });
    } else if (verdict.kind === 'skip') table.putRun(schedule.id, { ...asItIs, ...skip(verdict.reason) });
    else {
      const reason = reasonBegun(asItIs.reason);
      const begun = { ...asItIs, at: this.#parts.now(), outcome: 'running', reason, notBefore: null } as const;
      table.putRun(schedule.id, begun);
      void this.#carryOut(schedule, begun, { backUp: this.#parts.backUp, byHand: false });
    }
  }

  /** What a run is whose job somebody else went on with to its end; null when it still has to. */
  #doneByHand(run: StoredRun): StoredRun | null {
    const goesOn = isHeld(run) || run.reason === AGAIN;
    // The synthetic full is put together after the backup, and only here.
    if (!goesOn || run.job === null || run.level === 'synthetic') return null;
    try {
      const done = this.#parts.doneFor(run.job);
      return done && { ...run, ...done, reason: BY_HAND, notBefore: null };
    } catch {
      // The job cannot be looked up: then the backup is made, once too often at worst.
      return null;
    }
  }

  /** Why the drives of its vault take no more backups; null when they do, or cannot be asked: the backup itself says what is wrong then. */
  async #drivesFull(schedule: StoredSchedule): Promise<string | null> {
    const { vaultOf, load, limitByDrives } = this.#parts;
    const vault = vaultOf(schedule);
    if (vault === null || limitByDrives === undefined || schedule.task !== 'backup') return null;
    const limit = await limitByDrives(vault).catch(() => null);
    return limit !== null && load(vault) + this.#underWay.notYetJobs(vault) >= limit ? WAITS.drives : null;
  }

  #verdict(schedule: StoredSchedule, run: StoredRun) {
    const { table, now, vaultOf, load, limit } = this.#parts;
    const vault = vaultOf(schedule);
    return admit(schedule, run, {
      now: now(),
      pausedUntil: table.pausedUntil(),
      busy: this.#isBusy(schedule),
      full: vault !== null && load(vault) + this.#underWay.notYetJobs(vault) >= limit(),
    });
  }

  /** Never rejects: a backup that fails is the run's outcome. */
  async #carryOut(
    schedule: StoredSchedule,
    run: StoredRun,
    how: { readonly backUp: KeeperParts['backUp']; readonly byHand: boolean },
  ): Promise<{ readonly ended: StoredRun; readonly error: unknown }> {
    let ended = run;
    let error: unknown = null;
    const level = run.level ?? schedule.level;
    const way = this.#underWay.begin(schedule, {
      vault: this.#vaultOf(schedule),
      byHand: how.byHand,
      level,
      // What goes on with an older one makes up for nothing that was due since.
      at: run.job === null ? run.at : run.dueAt,
    });
    try {
      const { warned } = await how.backUp(
        schedule,
        (job) => {
          way.job = job;
          ended = { ...ended, job };
          this.#note(schedule, ended);
        },
        run.job,
        run.level ?? schedule.level,
      );
      ended = { ...ended, outcome: warned ? 'warned' : 'done' };
    } catch (thrown) {
      error = thrown;
      ended = this.#failed(this.#asItIs(schedule), ended, { thrown, way, goesOn: run.job !== null });
    }
    if (ended.outcome === 'done' || ended.outcome === 'warned') this.#giveUpCovered(way);
    this.#underWay.end(schedule);
    this.#note(schedule, ended);
    // Others may have waited for this one.
    if (this.#keeping) this.advance();
    return { ended, error };
  }

  /** What only waits for a way that went well need not be done again. */
  #giveUpCovered(way: Way): void {
    try {
      const { table } = this.#parts;
      const schedules = new Map(table.list().map((schedule) => [schedule.id, schedule]));
      for (const { schedule: id, run } of table.waiting()) {
        const schedule = schedules.get(id);
        if (schedule === undefined || schedule.paused || isHeld(run)) continue;
        const verdict = this.#verdict(schedule, run);
        const waitsForIt = verdict.kind === 'wait' && verdict.reason === busyWith(schedule);
        if (waitsForIt && this.#underWay.covers(way, schedule, run))
          table.putRun(id, { ...run, ...skip(verdict.reason) });
      }
    } catch {
      // The database cannot be read or written for the moment: they are carried out, which loses nothing.
    }
  }

  /** What a run is that came to nothing: over, or put off when what ended it can pass. */
  #failed(
    schedule: StoredSchedule,
    run: StoredRun,
    /** `goesOn`: it was to go on with what another job had begun. */
    end: { readonly thrown: unknown; readonly way: Way; readonly goesOn: boolean },
  ): StoredRun {
    const { cancelled, putOff, byHand } = end.way;
    const error = asColdframeError(end.thrown);
    if (error.kind === 'cancelled' && putOff === 'not-begun' && !end.goesOn)
      return { ...run, outcome: 'waiting', reason: WAITS.window };
    if (error.kind === 'cancelled' && putOff !== null)
      return {
        ...run,
        outcome: 'waiting',
        reason: putOff === 'begins-anew' ? WAITS.anew : WAITS.held,
        notBefore: this.#opensAt(schedule),
      };
    if (cancelled) return { ...run, outcome: 'cancelled', reason: WINDOW_OVER };
    if (error.kind === 'cancelled') {
      // In whichever order a console ends its jobs and its schedules.
      if (this.#keeping && error.code !== 'CONSOLE_ENDED') return { ...run, outcome: 'cancelled' };
      return { ...run, outcome: 'interrupted', reason: run.reason === AGAIN ? AGAIN : ENDED };
    }
    const { terms } = schedule;
    const attempts = run.attempts + 1;
    const reason = `${error.code}: ${error.message}`;
    if (byHand || !canPass(error) || run.attempts >= terms.retries)
      return { ...run, outcome: 'failed', reason, attempts };
    return { ...run, outcome: 'waiting', reason, attempts, notBefore: this.#parts.now() + backOffMs(attempts) };
  }

  /** What is under way and stands still until its window opens is no run that goes on. */
  #noteHeld({ schedule, job }: Way, until: number | null): void {
    const run = this.#parts.table.runs(schedule.id, LOOKED_THROUGH).find((each) => each.job === job);
    if (run !== undefined)
      this.#note(schedule, { ...run, reason: until === null ? null : WAITS.held, notBefore: until });
  }

  /** A schedule as it was changed meanwhile. */
  #asItIs(schedule: StoredSchedule): StoredSchedule {
    try {
      return this.#parts.table.list().find(({ id }) => id === schedule.id) ?? schedule;
    } catch {
      // The database cannot be read for the moment: then it goes by what the run was begun with.
      return schedule;
    }
  }

  /** Null, too, when the database cannot say. */
  #vaultOf(schedule: StoredSchedule): string | null {
    try {
      return this.#parts.vaultOf(schedule);
    } catch {
      return null;
    }
  }

  #note({ id }: StoredSchedule, run: StoredRun): void {
    try {
      this.#parts.table.putRun(id, run);
    } catch {
      // The schedule was removed meanwhile, or the database is full: the job's own record tells.
    }
  }

  #runOf(due: number, reason: string | null): StoredRun {
    const at = this.#parts.now();
    const nothing = { job: null, more: 0, level: null, attempts: 0, notBefore: null };
    return { dueAt: due, at, outcome: 'waiting', reason, ...nothing };
  }

  #calendarOf({ cron, zone }: Pick<StoredSchedule, 'cron' | 'zone'>): Calendar {
    const key = `${zone} ${cron}`;
    const calendar = this.#calendars.get(key) ?? calendarOf(cron, zone);
    this.#calendars.set(key, calendar);
    return calendar;
  }
}
