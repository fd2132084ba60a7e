import * as z from 'zod';
import type { Store } from './store.ts';

const record = z.object({
  object: z.object({ id: z.string(), name: z.string() }),
  createdAt: z.number(),
  /** When it expired. */
  at: z.number(),
  /** The run of retention that let it go: one for all sets that went together. */
  run: z.string(),
  /** Chunks that it had on each tape, and which label the tape had: one that was labelled anew holds them no more. */
  tapes: z.array(z.object({ tape: z.string(), sequence: z.number(), chunks: z.number() })),
});

/** What is kept of a set that expired: enough to know its chunks on tapes for what they are. */
export type ExpiredSet = z.output<typeof record> & { readonly id: string };

/**
 * Rows of `meta`, one for each set and one for each run: no reason for a new schema, and they travel with every copy of the catalog. Everything that
 * begins with a prefix stands before the same with a semicolon.
 */
const SET = 'expired:';
const SETS_END = 'expired;';
const RUN = 'expiry:';
const RUNS_END = 'expiry;';

/** Every set that expired and that the catalog remembers. */
export const expiredSets = (store: Store): ExpiredSet[] =>
  store
    .all<[string, string]>('SELECT name, value FROM meta WHERE name >= ? AND name < ? ORDER BY name', SET, SETS_END)
    .flatMap(([name, value]) => {
      const read = record.safeParse(JSON.parse(value));
      return read.success ? [{ id: name.slice(SET.length), ...read.data }] : [];
    });

/** Whether a set expired. */
export const isExpired = (store: Store, id: string): boolean =>
  store.get('SELECT 1 FROM meta WHERE name = ?', SET + id) !== undefined;

/** The newest run of retention that a catalog knows of; null when there was none. */
export const newestExpiry = (store: Store): string | null =>
  store
    .get<[string]>(
      'SELECT name FROM meta WHERE name >= ? AND name < ? ORDER BY value DESC, name LIMIT 1',
      RUN,
      RUNS_END,
    )?.[0]
    .slice(RUN.length) ?? null;

/** Every run after which tapes hold no more what they held before: of retention, and of reclaiming; with when it was. */
export const runsOf = (store: Store): (readonly [run: string, at: number])[] =>
  store
    .all<[string, number]>('SELECT name, value FROM meta WHERE name >= ? AND name < ? ORDER BY name', RUN, RUNS_END)
    .map(([name, at]) => [name.slice(RUN.length), Number(at)] as const);

/** Remembers such runs: whoever has a catalog that does not know one of them counts on what is gone. */
export const rememberRuns = (store: Store, runs: Iterable<readonly [run: string, at: number]>): void => {
  for (const [run, at] of runs)
    store.run(
      'INSERT INTO meta VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = max(value, excluded.value)',
      RUN + run,
      at,
    );
};

/**
 * When a run that begins at `at` counts as to have been: after every other one, also after one that a clock dated ahead. Else the newest that
 * others are told of would not be the last.
 */
export const afterEveryRun = (store: Store, at: number): number => {
  const last = store.get<[number | null]>(
    'SELECT max(value) FROM meta WHERE name >= ? AND name < ?',
    RUN,
    RUNS_END,
  )?.[0];
  return Math.max(at, (last ?? 0) + 1);
};

/** Whether a catalog knows of a run of retention, or of one that reclaimed a tape. */
export const knowsExpiry = (store: Store, run: string): boolean =>
  store.get('SELECT 1 FROM meta WHERE name = ?', RUN + run) !== undefined;

/** How many chunks of sets that expired lie on each tape; asked for by the sequence of its label, too. */
export const expiredChunks = (store: Store): ((tape: string, sequence: number) => number) => {
  const counts = new Map<string, number>();
  for (const { tapes } of expiredSets(store))
    for (const { tape, sequence, chunks } of tapes)
      counts.set(`${tape} ${sequence}`, (counts.get(`${tape} ${sequence}`) ?? 0) + chunks);
  return (tape, sequence) => counts.get(`${tape} ${sequence}`) ?? 0;
};

/** Remembers sets as expired. */
export const rememberExpired = (store: Store, sets: Iterable<ExpiredSet>): void => {
  for (const { id, ...kept } of sets) {
    store.run('INSERT OR REPLACE INTO meta VALUES (?, ?)', SET + id, JSON.stringify(kept));
    rememberRuns(store, [[kept.run, kept.at]]);
  }
};

/** Takes it back that sets expired: something that is kept turned out to need them. */
export const forgetExpired = (store: Store, ids: Iterable<string>): void => {
  for (const id of ids) store.run('DELETE FROM meta WHERE name = ?', SET + id);
};

/** Forgets where chunks of sets lie that are not in the catalog. */
export const forgetChunks = (store: Store, ids: Iterable<string>): void =>
  store.transaction(() => {
    for (const id of ids) store.run('DELETE FROM chunk WHERE set_key = (SELECT key FROM set_ref WHERE id = ?)', id);
  });
