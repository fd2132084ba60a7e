import { hostname } from 'node:os';
import type { ScheduleTask } from '../../../shared/contract/choices.ts';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { NOTICE_ATTEMPT_MS, type NoticeEvent } from '../../../shared/model/notice.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { randomId } from '../../platform/ids.ts';
import { isTakenUp } from '../schedules/taken-up.ts';
import type { Batch, Ended, NoticeTable, StoredEvent, StoredNotice } from '../store/notice-table.ts';
import type { StoredSchedule } from '../store/schedule-table.ts';
import type { Store } from '../store/store.ts';
import { eventOfJob, type Happening } from './events-of-job.ts';
import { type HomeEvent, type Message, type MessageEvent, titleOf } from './message.ts';
import { monthOfReport } from './report-files.ts';
import { dueAt, nextTry } from './rules.ts';

/** How often what is due is looked for, milliseconds. */
const LOOK_MS = 30_000;
/** How often what is overdue is looked for; the first time after schedules had the chance to begin. */
const OVERDUE_MS = 10 * 60_000;
const OVERDUE_FIRST_MS = 2 * 60_000;
/** How long one whose time is up may take to say more of why. */
const LAST_WORDS_MS = 500;
const DAY_MS = 24 * 3_600_000;
/** Nothing is put off for longer than to the morning after this one: what is due later was put off by a clock that was ahead. */
const MOST_AHEAD_MS = DAY_MS + 2 * 3_600_000;
/** How long events are known after they were told. */
const KEPT_MS = 400 * DAY_MS;

const TASK_NAMES: Readonly<Record<ScheduleTask, string>> = {
  backup: 'backup',
  'restore-test': 'restore test',
  verify: 'verification',
  retention: 'retention',
};
const FAILED_RUN: Readonly<Record<ScheduleTask, NoticeEvent>> = {
  backup: 'backup-failed',
  'restore-test': 'check-failed',
  verify: 'check-failed',
  retention: 'retention-held',
};

export interface Finding extends Happening {
  readonly key: string;
  readonly at: number;
  /** Name of the object. */
  readonly object: string | null;
  readonly vault: string | null;
  readonly job?: string | null;
}

export interface DeskParts {
  readonly store: Store;
  readonly jobById: (id: string) => JobRecord | null;
  /** Find what is overdue now, and the report of a month that is over; one that fails does not keep the others from it. */
  readonly overdue: readonly (() => Promise<readonly Finding[]>)[];
  /** Delivers a message; rejects with why it could not. */
  readonly send: (notice: StoredNotice, message: Message, signal: AbortSignal) => Promise<void>;
  /** Why nothing can be noted down in the home, though its database is there; null when it can. */
  readonly homeTrouble?: () => ColdframeError | null;
  /** Whether anybody would see what is shown on a desktop. */
  readonly watched: () => boolean;
  readonly now: () => number;
  readonly attemptMs?: number;
}

/** Finds what is worth telling, keeps it until it was told, and tells it. Whatever goes wrong here is nobody else's matter. */
export class NoticeDesk {
  readonly #parts: DeskParts;
  readonly #ending = new AbortController();
  /** Notices that are being delivered now. */
  readonly #sending = new Map<string, Promise<void>>();
  /** Notices of which an attempt goes on though its time is up: each of them holds a thread that reads and writes files for all. */
  readonly #stuck = new Set<string>();
  /** How attempts came out that could not be noted yet: what got there is not sent again. */
  readonly #unnoted: (() => void)[] = [];
  /** Who was told what is the matter with the home, by that and notices: when it is tried next, null once it got there. */
  readonly #told = new Map<
    string,
    {
      readonly event: HomeEvent;
      readonly since: number;
      readonly id: string;
      readonly attempts: number;
      readonly dueAt: number | null;
    }
  >();
  #timer: NodeJS.Timeout | undefined;
  #overdueTimer: NodeJS.Timeout | undefined;
  #woken: NodeJS.Immediate | undefined;
  #keeping = false;
  #known: readonly StoredNotice[] = [];

  constructor(parts: DeskParts) {
    this.#parts = parts;
    quietly(() => this.#table.interruptUnfinished());
  }

  get #table(): NoticeTable {
    return this.#parts.store.notices;
  }

  /** Looks after notices from now on: in consoles that serve for long. */
  start(): void {
    if (this.#keeping) return;
    this.#keeping = true;
    quietly(() => this.#table.forget(this.#parts.now() - KEPT_MS));
    this.#overdueTimer = setTimeout(() => void this.#lookForOverdue(), OVERDUE_FIRST_MS);
    this.#overdueTimer.unref();
    this.look();
  }

  stop(): void {
    this.#keeping = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#overdueTimer);
    clearImmediate(this.#woken);
    this.#woken = undefined;
  }

  /** Something ended, or somebody begins to watch: looks soon. */
  wake(): void {
    if (!this.#keeping) return;
    this.#woken ??= setImmediate(() => {
      this.#woken = undefined;
      this.look();
    });
  }

  /** Takes up what ended and begins to deliver what is due. */
  look(): void {
    clearTimeout(this.#timer);
    if (!this.#keeping) return;
    this.#lookOnce();
    this.#timer = setTimeout(() => this.look(), LOOK_MS);
    this.#timer.unref();
  }

  /** For a console that ends: one attempt at what is due now, within a time. What does not get there waits for the next console. */
  async flush(patienceMs: number): Promise<void> {
    quietly(() => this.#lookOnce());
    const all = Promise.all(this.#sending.values());
    if (this.#sending.size > 0) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((done) => {
        timer = setTimeout(done, patienceMs);
      });
      await Promise.race([all, late]);
      clearTimeout(timer);
    }
    this.#ending.abort();
    await all;
  }

  /** Notes something that happened, once by its key. */
  happened(
    { events, text, key, at, object, vault, job = null, objects = [] }: Finding,
    ended: Ended | null = null,
  ): void {
    const idOf = (name: string | null) => (name === null ? null : (this.#parts.store.objects.byName(name)?.id ?? null));
    const about = objects.length > 0 ? objects : [idOf(object)];
    const event: StoredEvent = { key, at, event: events[0], object, vault, job, text };
    const to = this.#table.list().flatMap(({ id }) => {
      const rules = this.#table.rules(id);
      const due = about.flatMap((each) => dueAt(rules, events, each, this.#parts.now()) ?? []);
      return due.length === 0 ? [] : [{ notice: id, dueAt: Math.min(...due) }];
    });
    this.#table.take(ended, [{ event, to }]);
    this.wake();
  }

  /** Delivers a test at once, and notes how that went. Rejects with why it did not get there. */
  async test(notice: StoredNotice, signal: AbortSignal): Promise<void> {
    const { now } = this.#parts;
    const message = messageOf(
      { id: randomId(), attempts: 0 },
      [
        {
          event: 'test',
          at: iso(now()),
          object: null,
          vault: null,
          job: null,
          text: 'This is a test of Coldframe: notices get here.',
        },
      ],
      now(),
    );
    try {
      await this.#send(notice, message, signal);
      quietly(() => this.#table.noteTest(notice.id, now(), null));
      this.wake();
    } catch (thrown) {
      quietly(() => this.#table.noteTest(notice.id, now(), reasonOf(thrown)));
      throw thrown;
    }
  }

  /**
   * What is the matter with the home itself cannot wait in its database: each notice hears of it at once, whatever its rules, by what this process still
   * reads. What could not be told is tried again for as long as this process goes on.
   */
  #tellOfHome(): void {
    const { store, homeTrouble, now } = this.#parts;
    // They are told also where they cannot be read any more.
    quietly(() => {
      this.#known = this.#table.list();
    });
    const gone = troubleOf(() => store.demandInPlace());
    if (gone === null) this.#forgetTold('home-database-missing', now());
    else this.#tellAtOnce('home-database-missing', gone);
    const damage = gone === null ? store.damage() : null;
    if (damage !== null) this.#tellAtOnce('home-database-damaged', damage);
    const full = gone === null ? (homeTrouble?.() ?? null) : null;
    // Room that comes and goes is told of once a day.
    if (full === null) this.#forgetTold('home-full', now() - DAY_MS);
    else this.#tellAtOnce('home-full', full);
  }

  #forgetTold(event: HomeEvent, before: number): void {
    for (const [key, told] of this.#told) if (told.event === event && told.since <= before) this.#told.delete(key);
  }

  #tellAtOnce(event: HomeEvent, { message, guidance }: ColdframeError): void {
    const { now } = this.#parts;
    const at = now();
    for (const notice of this.#known) {
      const key = `${event} ${notice.id}`;
      const told = this.#told.get(key) ?? { event, since: at, id: randomId(), attempts: 0, dueAt: at };
      this.#told.set(key, told);
      if (told.dueAt === null || told.dueAt > at || this.#sending.has(notice.id)) continue;
      const text = `${message} ${guidance}`;
      const said = { event, at: iso(at), object: null, vault: null, job: null, text };
      const sending = this.#send(notice, messageOf(told, [said], at), this.#ending.signal)
        .then(
          () => void this.#told.set(key, { ...told, dueAt: null }),
          () => {
            const attempts = told.attempts + 1;
            this.#told.set(key, { ...told, attempts, dueAt: nextTry(attempts, now()) });
          },
        )
        .finally(() => this.#sending.delete(notice.id));
      this.#sending.set(notice.id, sending);
    }
  }

  #lookOnce(): void {
    quietly(() => this.#tellOfHome());
    quietly(() => this.#noteLate());
    quietly(() => {
      // One that cannot be noted must not keep those behind it.
      for (const ended of this.#table.ended()) quietly(() => this.#takeUp(ended));
    });
    quietly(() => this.#table.hasten(this.#parts.now(), MOST_AHEAD_MS));
    quietly(() => {
      for (const notice of this.#table.list()) this.#deliver(notice);
    });
  }

  #takeUp(ended: Ended): void {
    const finding = ended.source === 'job' ? this.#ofJob(ended.ref) : this.#ofRun(ended.ref, ended.at);
    if (finding === null) this.#table.take(ended, []);
    else this.happened(finding, ended);
  }

  #ofJob(id: string): Finding | null {
    const job = this.#parts.jobById(id);
    const found = job === null ? null : eventOfJob(job);
    if (job === null || found === null || this.#goesOn(job)) return null;
    const at = job.finishedAt === null ? this.#parts.now() : Date.parse(job.finishedAt);
    const day = found.daily ? ` ${iso(at).slice(0, 10)}` : '';
    return { ...found, key: `${found.key ?? `job ${id}`}${day}`, at, object: job.object, vault: job.vault, job: id };
  }

  /** What was interrupted and is taken up again by itself: only how that comes out is told. */
  #goesOn({ id, state, error }: JobRecord): boolean {
    if (state !== 'interrupted') return false;
    return error?.code === 'WINDOW_ENDED' || isTakenUp(this.#parts.store.schedules, id);
  }

  /** A run that came to nothing before a job of its could say so. */
  #ofRun(id: string, due: number): Finding | null {
    const { schedules, objects, vaults } = this.#parts.store;
    const schedule = schedules.list().find((each: StoredSchedule) => each.id === id);
    const run = schedules.runs(id, 1000).find(({ dueAt: moment }) => moment === due);
    const object = objects.list().find((each) => each.id === schedule?.object);
    const vault = vaults.list().find((each) => each.id === schedule?.vault);
    const name = object?.name ?? vault?.name;
    if (schedule === undefined || name === undefined || run === undefined || run.outcome !== 'failed') return null;
    const events: readonly [NoticeEvent] = [FAILED_RUN[schedule.task]];
    const text = `The scheduled ${TASK_NAMES[schedule.task]} of ${name} could not begin: ${run.reason ?? 'nobody knows why.'}`;
    const of = { object: object?.name ?? null, vault: vault?.dir ?? null };
    return { events, text, key: `run ${id} ${due} ${run.at}`, at: run.at, ...of };
  }

  async #lookForOverdue(): Promise<void> {
    for (const find of this.#parts.overdue) {
      try {
        for (const finding of await find()) this.happened(finding);
      } catch {
        // Catalogs or the database cannot be read for the moment; what is overdue stays so.
      }
    }
    if (!this.#keeping) return;
    clearTimeout(this.#overdueTimer);
    this.#overdueTimer = setTimeout(() => void this.#lookForOverdue(), OVERDUE_MS);
    this.#overdueTimer.unref();
  }

  /** Delivers what is due of a notice, one batch after the other, beside whatever else goes on. */
  #deliver(notice: StoredNotice): void {
    if (this.#sending.has(notice.id) || this.#ending.signal.aborted) return;
    if (notice.target.kind === 'desktop' && !this.#parts.watched()) return;
    const { nextTry: next } = this.#table.counts(notice.id);
    if (next === null || next > this.#parts.now()) return;
    const work = this.#deliverAll(notice.id)
      .catch(() => undefined)
      .finally(() => this.#sending.delete(notice.id));
    this.#sending.set(notice.id, work);
  }

  async #deliverAll(id: string): Promise<void> {
    while (!this.#ending.signal.aborted) {
      // As it is now: it may have been changed while the last batch was on its way.
      const notice = this.#table.list().find((each) => each.id === id);
      const batch = notice === undefined ? null : this.#table.begin(id, this.#parts.now(), randomId());
      if (notice === undefined || batch === null) return;
      failpoint('notice:before-send');
      await this.#attempt(notice, batch);
    }
  }

  async #attempt(notice: StoredNotice, batch: Batch): Promise<void> {
    const { now } = this.#parts;
    const count = batch.events.length;
    try {
      const events = batch.events.map(({ key, event, at, object, vault, job, text }) => ({
        ...reportOf(key),
        event,
        at: iso(at),
        object,
        vault,
        job,
        text,
      }));
      await this.#send(notice, messageOf(batch, events, now()), this.#ending.signal);
    } catch (thrown) {
      const [at, why] = [now(), reasonOf(thrown)];
      this.#note(() => this.#table.failed(notice.id, batch.id, at, count, why, nextTry(batch.attempts + 1, at)));
      return;
    }
    failpoint('notice:after-send');
    const at = now();
    this.#note(() => this.#table.delivered(notice.id, batch.id, at, count));
  }

  /** What cannot be noted now, because the disk is full, stays begun and is noted later. */
  #note(how: () => void): void {
    this.#unnoted.push(how);
    this.#noteLate();
  }

  #noteLate(): void {
    for (let first = this.#unnoted[0]; first !== undefined; first = this.#unnoted[0]) {
      first();
      this.#unnoted.shift();
    }
  }

  /** Sends within the time of one attempt. A share that does not answer heeds no signal: it is not waited for. */
  async #send(notice: StoredNotice, message: Message, ending: AbortSignal): Promise<void> {
    if (this.#stuck.has(notice.id)) throw new Error('An earlier attempt still waits for an answer');
    const signal = AbortSignal.any([ending, AbortSignal.timeout(this.#parts.attemptMs ?? NOTICE_ATTEMPT_MS)]);
    const late = Promise.withResolvers<never>();
    let timer: NodeJS.Timeout | undefined;
    const end = () => {
      timer = setTimeout(() => {
        this.#stuck.add(notice.id);
        late.reject(new Error('There was no answer in time'));
      }, LAST_WORDS_MS);
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    const sending = this.#parts.send(notice, message, signal).finally(() => {
      signal.removeEventListener('abort', end);
      clearTimeout(timer);
      this.#stuck.delete(notice.id);
    });
    await Promise.race([sending, late.promise]);
  }
}

/** What `demand` throws of a database that is gone; null when it throws nothing. */
const troubleOf = (demand: () => void): ColdframeError | null => {
  try {
    demand();
    return null;
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.code !== 'HOME_DATABASE_MISSING') throw thrown;
    return error;
  }
};

const messageOf = (
  { id, attempts }: Pick<Batch, 'id' | 'attempts'>,
  events: readonly MessageEvent[],
  now: number,
): Message => ({ id, at: iso(now), title: titleOf(events), computer: hostname(), again: attempts > 0, events });

const reportOf = (key: string): Pick<MessageEvent, 'report'> => {
  const report = monthOfReport(key);
  return report === null ? {} : { report };
};

const iso = (at: number): string => new Date(at).toISOString();

const MOST_SHOWN = 500;
const reasonOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).replaceAll(/[\p{C}\s]+/gu, ' ').slice(0, MOST_SHOWN);

/** The database may be out of room, or busy: what was to be noted is found again at the next look. */
const quietly = (work: () => void): void => {
  try {
    work();
  } catch {
    // See above.
  }
};
