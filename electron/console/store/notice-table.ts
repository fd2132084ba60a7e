import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { NoticeTarget } from '../../../shared/contract/notices.ts';
import type { NoticeEvent, NoticeSend } from '../../../shared/model/notice.ts';
import { atOnce } from './at-once.ts';

/** Times are milliseconds since 1970. */
export interface StoredNotice {
  readonly id: string;
  readonly name: string;
  readonly target: NoticeTarget;
  readonly createdAt: number;
  /** Under what its secrets are kept, where they were given anew; null: as those that it was added with. */
  readonly keys?: NoticeKeys;
  /** How the last attempt came out; `error` null: it got there. */
  readonly last: { readonly at: number; readonly error: string | null; readonly events: number } | null;
}

export interface NoticeKeys {
  readonly notice: string | null;
  readonly signingKey: string | null;
}

export interface StoredRule {
  readonly event: NoticeEvent;
  /** Id of the object; empty for all. */
  readonly object: string;
  readonly send: NoticeSend;
}

/** Something that happened. `key` is the same for the same thing, however often it is found. */
export interface StoredEvent {
  readonly key: string;
  readonly at: number;
  readonly event: NoticeEvent;
  /** Name of the object. */
  readonly object: string | null;
  readonly vault: string | null;
  readonly job: string | null;
  readonly text: string;
}

/** What ended, and was not looked at yet: a job by its id, or a run of a schedule by that and its moment. */
export interface Ended {
  readonly source: 'job' | 'run';
  readonly ref: string;
  readonly at: number;
}

/** Events that are told together, always the same ones under the same id. */
export interface Batch {
  readonly id: string;
  readonly events: readonly StoredEvent[];
  /** Attempts that were made before. */
  readonly attempts: number;
}

export interface NoticeTable {
  add(notice: StoredNotice): void;
  /** All at once: a target goes with its own secrets. */
  change(id: string, to: Required<Pick<StoredNotice, 'name' | 'target' | 'keys'>>): void;
  list(): StoredNotice[];
  remove(id: string): void;
  rules(notice: string): StoredRule[];
  /** `send` null takes a rule back. */
  setRule(notice: string, rule: Omit<StoredRule, 'send'> & { readonly send: NoticeSend | null }): void;
  /** Whether an event was kept already. */
  isKnown(key: string): boolean;
  ended(): Ended[];
  /** Keeps events that are new, puts them into the queue and takes what ended away, in one step. */
  take(
    ended: Ended | null,
    events: readonly {
      readonly event: StoredEvent;
      readonly to: readonly { readonly notice: string; readonly dueAt: number }[];
    }[],
  ): void;
  /** The next batch that is due, noted as begun; null when there is none. */
  begin(notice: string, now: number, newId: string): Batch | null;
  /** What was given up gets another attempt, now that something gets there again. */
  delivered(notice: string, batch: string, now: number, events: number): void;
  /** It is tried again at `next`; never, when that is null. */
  failed(notice: string, batch: string, now: number, events: number, error: string, next: number | null): void;
  /** The same where it got there. */
  noteTest(notice: string, now: number, error: string | null): void;
  /** Attempts of a process that is gone: nobody knows how they came out. Called once, by a new owner of the home. */
  interruptUnfinished(): void;
  /** `attempts`: the most that were made in vain for anything that waits. */
  counts(notice: string): {
    readonly waiting: number;
    readonly nextTry: number | null;
    readonly givenUp: number;
    readonly attempts: number;
  };
  /** What is due later than `most` milliseconds from now is due now. */
  hasten(now: number, most: number): void;
  /** Forgets events before a time that nobody waits for. */
  forget(before: number): void;
}

const MOST_TOGETHER = 100;

/** The notices of this home: where they go, what they tell, and what is still to be told. */
export const noticeTable = (database: DatabaseSync): NoticeTable => {
  const noteLast = (notice: string, now: number, error: string | null, events: number): void => {
    database
      .prepare('UPDATE notices SET last_at = ?, last_error = ?, last_events = ? WHERE id = ?')
      .run(now, error, events, notice);
  };
  /** One more attempt, under the ids that they had: who has got one of them twice can tell. */
  const tryGivenUp = (notice: string, now: number): void => {
    database
      .prepare("UPDATE notice_queue SET state = 'waiting', due_at = ? WHERE notice = ? AND state = 'given-up'")
      .run(now, notice);
  };
  return {
    add: ({ id, name, target, createdAt }) => {
      database
        .prepare('INSERT INTO notices (id, name, target, created_at) VALUES (?, ?, ?, ?)')
        .run(id, name, JSON.stringify(target), createdAt);
    },
    change: (id, { name, target, keys }) => {
      database
        .prepare('UPDATE notices SET name = ?, target = ?, secret_key = ?, signing_key_key = ? WHERE id = ?')
        .run(name, JSON.stringify(target), keys.notice, keys.signingKey, id);
    },
    list: () => database.prepare('SELECT * FROM notices ORDER BY created_at, id').all().map(noticeOf),
    remove: (id) => {
      database.prepare('DELETE FROM notices WHERE id = ?').run(id);
    },
    rules: (notice) =>
      database
        .prepare('SELECT event, object, send FROM notice_rules WHERE notice = ? ORDER BY object, event')
        .all(notice)
        .map((row) => ({
          event: String(row.event) as NoticeEvent,
          object: String(row.object),
          send: String(row.send) as NoticeSend,
        })),
    setRule: (notice, { event, object, send }) => {
      if (send === null)
        database
          .prepare('DELETE FROM notice_rules WHERE notice = ? AND event = ? AND object = ?')
          .run(notice, event, object);
      else
        database
          .prepare('INSERT OR REPLACE INTO notice_rules (notice, event, object, send) VALUES (?, ?, ?, ?)')
          .run(notice, event, object, send);
    },
    isKnown: (key) => database.prepare('SELECT 1 FROM notice_events WHERE key = ?').get(key) !== undefined,
    ended: () =>
      database
        .prepare('SELECT source, ref, at FROM notice_outbox ORDER BY sequence LIMIT 1000')
        .all()
        .map(({ source, ref, at }) => ({
          source: String(source) as Ended['source'],
          ref: String(ref),
          at: Number(at),
        })),
    take: (ended, events) =>
      atOnce(database, () => {
        for (const { event, to } of events) {
          const { changes } = database
            .prepare(
              'INSERT OR IGNORE INTO notice_events (key, at, event, object, vault, job, text) VALUES (?, ?, ?, ?, ?, ?, ?)',
            )
            .run(event.key, event.at, event.event, event.object, event.vault, event.job, event.text);
          if (Number(changes) === 0) continue;
          const queue = database.prepare(
            "INSERT INTO notice_queue (notice, event, due_at, batch, attempts, state) VALUES (?, ?, ?, NULL, 0, 'waiting')",
          );
          for (const { notice, dueAt } of to) queue.run(notice, event.key, dueAt);
        }
        if (ended !== null)
          database
            .prepare('DELETE FROM notice_outbox WHERE source = ? AND ref = ? AND at = ?')
            .run(ended.source, ended.ref, ended.at);
      }),
    begin: (notice, now, newId) =>
      atOnce(database, () => {
        const first = database
          .prepare(
            "SELECT batch FROM notice_queue WHERE notice = ? AND state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT 1",
          )
          .get(notice, now);
        if (first === undefined) return null;
        const batch = first.batch === null ? newId : String(first.batch);
        if (first.batch === null)
          database
            .prepare(
              `UPDATE notice_queue SET batch = ? WHERE id IN (SELECT id FROM notice_queue WHERE notice = ? AND state = 'waiting'
                 AND batch IS NULL AND due_at <= ? ORDER BY id LIMIT ${MOST_TOGETHER})`,
            )
            .run(batch, notice, now);
        const rows = database
          .prepare(
            `SELECT notice_events.*, attempts FROM notice_queue JOIN notice_events ON key = notice_queue.event
             WHERE batch = ? AND notice = ? ORDER BY notice_queue.id`,
          )
          .all(batch, notice);
        database
          .prepare("UPDATE notice_queue SET state = 'sending', attempts = attempts + 1 WHERE batch = ? AND notice = ?")
          .run(batch, notice);
        return { id: batch, events: rows.map(eventOf), attempts: Number(rows[0]?.attempts ?? 0) };
      }),
    delivered: (notice, batch, now, events) =>
      atOnce(database, () => {
        database.prepare('DELETE FROM notice_queue WHERE notice = ? AND batch = ?').run(notice, batch);
        noteLast(notice, now, null, events);
        tryGivenUp(notice, now);
      }),
    failed: (notice, batch, now, events, error, next) =>
      atOnce(database, () => {
        database
          .prepare('UPDATE notice_queue SET state = ?, due_at = ? WHERE notice = ? AND batch = ?')
          .run(next === null ? 'given-up' : 'waiting', next ?? now, notice, batch);
        noteLast(notice, now, error, events);
      }),
    noteTest: (notice, now, error) =>
      atOnce(database, () => {
        noteLast(notice, now, error, 0);
        if (error === null) tryGivenUp(notice, now);
      }),
    interruptUnfinished: () => {
      database.prepare("UPDATE notice_queue SET state = 'waiting' WHERE state = 'sending'").run();
    },
    counts: (notice) => {
      const row = database
        .prepare(
          `SELECT count(*) FILTER (WHERE state <> 'given-up') AS waiting, min(due_at) FILTER (WHERE state = 'waiting') AS next,
             count(*) FILTER (WHERE state = 'given-up') AS given_up,
             max(attempts) FILTER (WHERE state = 'waiting') AS attempts FROM notice_queue WHERE notice = ?`,
        )
        .get(notice);
      return {
        waiting: Number(row?.waiting),
        nextTry: numberOf(row?.next),
        givenUp: Number(row?.given_up),
        attempts: numberOf(row?.attempts) ?? 0,
      };
    },
    hasten: (now, most) => {
      database
        .prepare("UPDATE notice_queue SET due_at = ? WHERE state = 'waiting' AND due_at > ?")
        .run(now, now + most);
    },
    forget: (before) =>
      atOnce(database, () => {
        database.prepare("DELETE FROM notice_queue WHERE state = 'given-up' AND due_at < ?").run(before);
        database
          .prepare('DELETE FROM notice_events WHERE at < ? AND key NOT IN (SELECT event FROM notice_queue)')
          .run(before);
      }),
  };
};

const numberOf = (value: SQLOutputValue | undefined): number | null => (typeof value === 'number' ? value : null);
const textOf = (value: SQLOutputValue | undefined): string | null => (typeof value === 'string' ? value : null);

const noticeOf = (row: Record<string, SQLOutputValue>): StoredNotice => {
  const at = numberOf(row.last_at);
  return {
    id: String(row.id),
    name: String(row.name),
    target: JSON.parse(String(row.target)) as NoticeTarget,
    createdAt: Number(row.created_at),
    keys: { notice: textOf(row.secret_key), signingKey: textOf(row.signing_key_key) },
    last: at === null ? null : { at, error: textOf(row.last_error), events: Number(row.last_events) },
  };
};

const eventOf = (row: Record<string, SQLOutputValue>): StoredEvent => ({
  key: String(row.key),
  at: Number(row.at),
  event: String(row.event) as NoticeEvent,
  object: textOf(row.object),
  vault: textOf(row.vault),
  job: textOf(row.job),
  text: String(row.text),
});
