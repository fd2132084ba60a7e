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

/** Rows of `meta`: no reason for a new schema, and they travel with every copy of the catalog. */
const PREFIX = 'expired:';
/** Everything that begins with the prefix stands before it. */
const BEHIND = 'expired;';

/** Every set that expired and that the catalog remembers. */
export const expiredSets = (store: Store): ExpiredSet[] =>
  store
    .all<[string, string]>('SELECT name, value FROM meta WHERE name >= ? AND name < ? ORDER BY name', PREFIX, BEHIND)
    .flatMap(([name, value]) => {
      const read = record.safeParse(JSON.parse(value));
      return read.success ? [{ id: name.slice(PREFIX.length), ...read.data }] : [];
    });

/** Whether a set expired. */
export const isExpired = (store: Store, id: string): boolean =>
  store.get('SELECT 1 FROM meta WHERE name = ?', PREFIX + id) !== undefined;

/** The newest run of retention that a catalog knows of; null when there was none. */
export const newestExpiry = (store: Store): string | null =>
  expiredSets(store).toSorted((one, other) => other.at - one.at || (one.run < other.run ? 1 : -1))[0]?.run ?? null;

/** How many chunks of sets that expired lie on a tape, as it is labelled now. */
export const expiredChunksOn = (store: Store, tape: string, sequence: number): number =>
  expiredSets(store).reduce(
    (sum, { tapes }) =>
      sum + tapes.reduce((own, on) => own + (on.tape === tape && on.sequence === sequence ? on.chunks : 0), 0),
    0,
  );

/** Remembers sets as expired. */
export const rememberExpired = (store: Store, sets: Iterable<ExpiredSet>): void => {
  for (const { id, ...kept } of sets)
    store.run('INSERT OR REPLACE INTO meta VALUES (?, ?)', PREFIX + id, JSON.stringify(kept));
};

/** Takes it back that sets expired: something that is kept turned out to need them. */
export const forgetExpired = (store: Store, ids: Iterable<string>): void => {
  for (const id of ids) store.run('DELETE FROM meta WHERE name = ?', PREFIX + id);
};

/** Forgets where chunks of sets lie that are not in the catalog. */
export const forgetChunks = (store: Store, ids: Iterable<string>): void =>
  store.transaction(() => {
    for (const id of ids) store.run('DELETE FROM chunk WHERE set_key = (SELECT key FROM set_ref WHERE id = ?)', id);
  });
