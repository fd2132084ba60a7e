import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import type { ColdframeError } from '../../../shared/errors.ts';
import { lastPossible } from '../schedules/wrong-clock.ts';
import { BEGINS_SO } from './begins-so.ts';

/** A job with the input that started it, so that it can be started again. Never holds a secret. */
export interface StoredJob extends JobRecord {
  readonly input: unknown;
}

/** Which jobs are wanted; what is not given does not matter. */
export interface JobFilter {
  readonly kinds?: readonly string[] | undefined;
  readonly states?: readonly string[] | undefined;
  readonly object?: string | undefined;
}

/** A part of the history. Times are of the creation of a job, milliseconds since 1970, those named included. */
export interface JobQuery extends JobFilter {
  readonly from?: number | undefined;
  /** Only verifications that found damage, or only what did not. */
  readonly foundDamage?: boolean | undefined;
  readonly until?: number | undefined;
  /** Only jobs behind this one, in the order of the list. */
  readonly before?: { readonly createdAt: number; readonly id: string } | undefined;
  readonly limit: number;
}

export interface JobTable {
  put(job: StoredJob): void;
  /** Newest first. */
  list(limit: number, filter?: JobFilter): StoredJob[];
  /** Newest first; of the same millisecond by id, so that a page ends in the same place whatever changes. `total`: all that are wanted. */
  page(query: JobQuery): { readonly jobs: StoredJob[]; readonly total: number };
  /** The newest backup of an object that has ended. One of a time that cannot have come, as a clock was ahead then, is so only where there is no other. */
  lastBackup(object: string, now?: number): StoredJob | null;
  /** What retention let go in a vault, by its folder, between two times: bytes stored of sets that were made before the first. */
  expiredBytes(vault: string, from: number, until: number): number;
  /** The jobs whose id begins so; at most two. */
  byPrefix(prefix: string): StoredJob[];
  /** Says of jobs that a process left unfinished that they were interrupted, and why. Called once, by a new owner of the home. */
  interruptUnfinished(why: (job: StoredJob) => ColdframeError): void;
}

/** As `foundDamage` of shared/model has it. */
const FOUND_DAMAGE = `kind = 'verify' AND EXISTS (
  SELECT 1 FROM json_each(result, '$.damaged') AS found
  WHERE coalesce(json_array_length(found.value, '$.wholeOn'), 0) = 0 AND json_extract(found.value, '$.tape') NOT IN (
    SELECT json_extract(missing.value, '$.tape') FROM json_each(result, '$.missingTapes') AS missing
    WHERE coalesce(json_extract(missing.value, '$.away'), 1)))`;

const WANTED = `(?1 IS NULL OR kind IN (SELECT value FROM json_each(?1)))
  AND (?2 IS NULL OR state IN (SELECT value FROM json_each(?2))) AND (?3 IS NULL OR object = ?3
    OR (object IS NULL AND EXISTS (SELECT 1 FROM json_each(input, '$.objects') WHERE value = ?3)))
  AND (?4 IS NULL OR created_at >= ?4) AND (?5 IS NULL OR created_at <= ?5) AND (?6 IS NULL OR ?6 = (${FOUND_DAMAGE}))`;

/** The jobs of this home, finished ones included. */
export const jobTable = (database: DatabaseSync): JobTable => ({
  put: (job) => {
    database
      .prepare(
        `INSERT OR REPLACE INTO jobs (id, kind, state, object, vault, set_id, created_at, started_at, finished_at,
           input, progress, error, result, resumed_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        job.id,
        job.kind,
        job.state,
        job.object,
        job.vault,
        job.set,
        Date.parse(job.createdAt),
        job.startedAt && Date.parse(job.startedAt),
        job.finishedAt && Date.parse(job.finishedAt),
        JSON.stringify(job.objects === undefined ? job.input : { ...(job.input as object), objects: job.objects }),
        json(job.progress),
        json(job.error),
        json(job.result),
        job.resumedBy,
      );
  },
  list: (limit, { kinds, states, object } = {}) =>
    database
      .prepare(
        `SELECT * FROM jobs WHERE (?2 IS NULL OR kind IN (SELECT value FROM json_each(?2)))
         AND (?3 IS NULL OR state IN (SELECT value FROM json_each(?3))) AND (?4 IS NULL OR object = ?4
           OR (object IS NULL AND EXISTS (SELECT 1 FROM json_each(input, '$.objects') WHERE value = ?4)))
         ORDER BY created_at DESC, rowid DESC LIMIT ?1`,
      )
      .all(limit, json(kinds), json(states), object ?? null)
      .map(fromRow),
  page: ({ kinds, states, object, foundDamage, from, until, before, limit }) => {
    const damage = foundDamage === undefined ? null : Number(foundDamage);
    const wanted = [json(kinds), json(states), object ?? null, from ?? null, until ?? null, damage];
    return {
      jobs: database
        .prepare(
          `SELECT * FROM jobs WHERE ${WANTED}
           AND (?7 IS NULL OR created_at < ?7 OR (created_at = ?7 AND id < ?8)) ORDER BY created_at DESC, id DESC LIMIT ?9`,
        )
        .all(...wanted, before?.createdAt ?? null, before?.id ?? null, limit)
        .map(fromRow),
      total: Number(database.prepare(`SELECT count(*) AS n FROM jobs WHERE ${WANTED}`).get(...wanted)?.n),
    };
  },
  lastBackup: (object, now = Date.now()) => {
    const newest = database.prepare(
      `SELECT * FROM jobs WHERE object = ? AND kind = 'backup' AND finished_at IS NOT NULL AND created_at <= ?
       ORDER BY created_at DESC, rowid DESC LIMIT 1`,
    );
    const row = newest.get(object, lastPossible(now)) ?? newest.get(object, Number.MAX_SAFE_INTEGER);
    return row ? fromRow(row) : null;
  },
  expiredBytes: (vault, from, until) =>
    Number(
      database
        .prepare(
          `SELECT sum(json_extract(gone.value, '$.bytesStored')) AS bytes FROM jobs, json_each(result, '$.expired') AS gone
           WHERE kind = 'retention' AND vault = ? AND created_at BETWEEN ? AND ?
             AND json_extract(gone.value, '$.createdAt') < ?`,
        )
        .get(vault, from, until, new Date(from).toISOString())?.bytes ?? 0,
    ),
  byPrefix: (prefix) => database.prepare(`SELECT * FROM jobs WHERE ${BEGINS_SO} LIMIT 2`).all(prefix).map(fromRow),
  interruptUnfinished: (why) => {
    const unfinished = database.prepare("SELECT * FROM jobs WHERE state IN ('queued', 'running', 'paused')").all();
    const end = database.prepare("UPDATE jobs SET state = 'interrupted', finished_at = ?, error = ? WHERE id = ?");
    for (const job of unfinished.map(fromRow)) end.run(Date.now(), json(why(job).toData()), job.id);
  },
});

const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));
const parsed = (value: SQLOutputValue | undefined) => (typeof value === 'string' ? JSON.parse(value) : null);
const text = (value: SQLOutputValue | undefined) => (typeof value === 'string' ? value : null);
const iso = (value: SQLOutputValue | undefined) => (typeof value === 'number' ? new Date(value).toISOString() : null);

/** A job of several objects has them in its input. */
const objectsIn = (input: { readonly objects?: unknown } | null): { readonly objects?: string[] } =>
  Array.isArray(input?.objects) ? { objects: input.objects.map(String) } : {};

/** Where a restore goes is in its input. */
export const destinationIn = (kind: string, input: unknown): { readonly to?: string | null } => {
  if (kind !== 'restore' || input === null || typeof input !== 'object') return {};
  const { to, original } = input as { readonly to?: Partial<Record<'path' | 'pathBase64', string>>; original?: true };
  if (original === true) return { to: null };
  if (typeof to?.path === 'string') return { to: to.path };
  return typeof to?.pathBase64 === 'string' ? { to: Buffer.from(to.pathBase64, 'base64').toString() } : {};
};

const fromRow = (row: Record<string, SQLOutputValue>): StoredJob => ({
  id: String(row.id),
  kind: String(row.kind) as JobRecord['kind'],
  state: String(row.state) as JobRecord['state'],
  object: text(row.object),
  ...objectsIn(parsed(row.input)),
  vault: String(row.vault),
  ...destinationIn(String(row.kind), parsed(row.input)),
  set: text(row.set_id),
  createdAt: iso(row.created_at) ?? '',
  startedAt: iso(row.started_at),
  finishedAt: iso(row.finished_at),
  input: parsed(row.input),
  progress: parsed(row.progress),
  error: parsed(row.error),
  result: parsed(row.result),
  resumedBy: text(row.resumed_by),
});
