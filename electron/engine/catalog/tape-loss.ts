import type { SetId, TapeId } from '../../../shared/units.ts';
import { setId, tapeId } from '../../../shared/units.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { chunkCountOn } from './chunks.ts';
import type { DamagedChunk } from './damaged-chunks.ts';
import { afterEveryRun, rememberRuns } from './expired.ts';
import { setRows } from './set-row.ts';
import type { Store } from './store.ts';
import { loseSets } from './writer.ts';

/** What is known to lie on a tape, and what of it nowhere else. */
export interface TapeLoss {
  /** Chunks on it that the catalog knows. */
  readonly chunks: number;
  /** Sets with chunks on it. */
  readonly sets: readonly SetId[];
  /** Chunks that lie on it alone. */
  readonly alone: readonly { readonly set: SetId; readonly sequence: number }[];
  /** The tapes elsewhere that have a place of something on it. */
  readonly holders: readonly TapeId[];
}

const ALONE = `SELECT r.id, c.sequence FROM chunk c JOIN set_ref r ON r.key = c.set_key WHERE c.tape = ?1 AND NOT EXISTS (
  SELECT 1 FROM chunk o WHERE o.set_key = c.set_key AND o.sequence = c.sequence AND o.tape <> c.tape
    AND o.tape IN (SELECT value FROM json_each(?2))
    AND o.tape || ' ' || r.id || ' ' || o.sequence NOT IN (SELECT value FROM json_each(?3))
    AND o.tape || ' ' || r.id || ' ' || o.sequence || ' ' || o.block NOT IN (SELECT value FROM json_each(?3)))
  ORDER BY r.id, c.sequence`;

/** What would go with a tape. `elsewhere`: the tapes on which a further place of a chunk counts; `damaged`: places that do not. */
export const tapeLoss = (
  store: Store,
  tape: TapeId,
  elsewhere: readonly string[],
  damaged: readonly Pick<DamagedChunk, 'tape' | 'set' | 'sequence' | 'block'>[] = [],
): TapeLoss => ({
  chunks: store.get<[number]>('SELECT count(*) FROM chunk WHERE tape = ?', tape)?.[0] ?? 0,
  sets: store
    .all<[string]>(
      'SELECT DISTINCT r.id FROM chunk c JOIN set_ref r ON r.key = c.set_key WHERE c.tape = ? ORDER BY r.id',
      tape,
    )
    .map(([set]) => setId(set)),
  alone: store
    .all<[string, number]>(
      ALONE,
      tape,
      JSON.stringify(elsewhere),
      JSON.stringify(
        damaged.map(({ tape, set, sequence, block }) =>
          [tape, set, sequence, ...(block === undefined ? [] : [block])].join(' '),
        ),
      ),
    )
    .map(([set, sequence]) => ({ set: setId(set), sequence })),
  holders: store
    .all<[string]>(
      `SELECT DISTINCT o.tape FROM chunk c JOIN chunk o ON o.set_key = c.set_key AND o.sequence = c.sequence
        WHERE c.tape = ?1 AND o.tape <> c.tape AND o.tape IN (SELECT value FROM json_each(?2)) ORDER BY o.tape`,
      tape,
      JSON.stringify(elsewhere),
    )
    .map(([holder]) => tapeId(holder)),
});

/** A tape that goes with what lies on it. `sets`: those that lose something; `run` and `at` name it to other homes, which count on what is gone. */
export interface TapeGoing {
  readonly tape: TapeId;
  readonly sets: readonly SetId[];
  readonly run: string;
  readonly at: number;
}

/**
 * Forgets every place on a tape, because what lies there is about to go for good: those sets, and what builds on them, are `incomplete`.
 * What an interrupted set had there is not gone on from. One transaction, durable when it returns.
 */
export const loseTape = (store: Store, { tape, sets, run, at }: TapeGoing): void => {
  store.transaction(() => {
    if (chunkCountOn(store, tape) > 0) rememberRuns(store, [[run, afterEveryRun(store, at)]]);
    store.run('DELETE FROM chunk WHERE tape = ?', tape);
    store.run(
      `DELETE FROM chunk_index WHERE NOT EXISTS (
         SELECT 1 FROM chunk c WHERE c.set_key = chunk_index.set_key AND c.sequence = chunk_index.sequence)`,
    );
    loseSets(
      store,
      sets.filter((id) => setRows(store, 'WHERE r.id = ?', id).length > 0),
    );
    failpoint('catalog:inside-loss');
  });
  failpoint('catalog:after-loss');
};
