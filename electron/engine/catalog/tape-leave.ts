import { ColdframeError } from '../../../shared/errors.ts';
import type { TapeId } from '../../../shared/units.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { afterEveryRun, rememberRuns } from './expired.ts';
import { tapesOfChunks } from './set-row.ts';
import type { Store } from './store.ts';

/** Which tape is about to be labelled anew; `run`, an id, and `at`, milliseconds since 1970: by which other homes tell that they have not heard of it. */
export interface TapeLeave {
  readonly tape: TapeId;
  readonly run: string;
  readonly at: number;
}

/** What of each tape the catalog still needs: how many chunks, and bytes of payload. A chunk counts once a tape. */
export const liveOnTapes = (store: Store): Map<string, { readonly chunks: number; readonly bytes: number }> =>
  new Map(
    store
      .all<[string, number, number]>(
        `SELECT tape, count(*), sum(bytes) FROM (
           SELECT tape, max(payload_bytes) AS bytes FROM chunk GROUP BY set_key, sequence, tape) GROUP BY tape`,
      )
      .map(([tape, chunks, bytes]) => [tape, { chunks, bytes }] as const),
  );

/**
 * Forgets every place on a tape whose chunks all lie on another one, too. One transaction, durable when it returns. Throws TAPE_NEEDED,
 * changing nothing, when the tape is the only one that is known to hold a chunk.
 */
export const leaveTape = (store: Store, { tape, run, at }: TapeLeave): void => {
  store.transaction(() => {
    const alone = store.get<[number]>(
      `SELECT count(*) FROM chunk c WHERE c.tape = ?1 AND NOT EXISTS (
         SELECT 1 FROM chunk o WHERE o.set_key = c.set_key AND o.sequence = c.sequence AND o.tape <> ?1)`,
      tape,
    )?.[0];
    if (alone !== 0) throw onlyThere(tape, alone ?? 0);
    const sets = store.all<[number]>('SELECT DISTINCT set_key FROM chunk WHERE tape = ?', tape);
    store.run('DELETE FROM chunk WHERE tape = ?', tape);
    for (const [key] of sets) nameTapes(store, key);
    rememberRuns(store, [[run, afterEveryRun(store, at)]]);
    failpoint('catalog:inside-leave');
  });
  failpoint('catalog:after-leave');
};

/** Has a set name the tapes that its chunks lie on now. */
const nameTapes = (store: Store, key: number): void => {
  const detail = store.get<[string]>('SELECT detail FROM block_set WHERE key = ?', key)?.[0];
  if (detail === undefined) return;
  const known = JSON.parse(detail) as Record<string, unknown>;
  store.run(
    'UPDATE block_set SET detail = ? WHERE key = ?',
    JSON.stringify({ ...known, tapes: tapesOfChunks(store, key) }),
    key,
  );
};

const onlyThere = (tape: TapeId, chunks: number): ColdframeError =>
  new ColdframeError('TAPE_NEEDED', {
    message: `${chunks} chunks on tape ${tape} are not known to lie on another one. Nothing was changed.`,
    guidance: 'Run it again: what lies on one tape alone is copied first.',
    context: { tape, chunks },
  });
