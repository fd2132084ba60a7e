import type { ByteString } from '../../../shared/byte-string.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { ByteWriter } from '../blockset/byte-writer.ts';
import { SetTable, writeElement, writeElementPart, writeSetReferences } from '../blockset/records.ts';
import { chunksOn } from './chunks.ts';
import { elements, parts } from './elements.ts';
import { commitWaiting, forgetWaiting, noteIncomplete } from './import-set.ts';
import { setKeyFor } from './set-keys.ts';
import { findSet } from './set-row.ts';
import type { Store } from './store.ts';
import type { RecordStream } from './stream.ts';
import { beginSet, commitSet, interruptSet } from './writer.ts';

const PIECE_BYTES = 1 << 20;

/**
 * Takes a set over from an earlier catalog as that had it, because the tapes do not tell it now: as `incomplete`, with
 * its elements when they were known; an interrupted one stays interrupted. Durable when it returns. Throws
 * CATALOG_DAMAGED when the earlier catalog cannot be read; then nothing has changed. False when that does not know it.
 */
export const keepSet = (store: Store, earlier: Store, id: BlockSetSummary['id']): boolean => {
  const known = findSet(earlier, id);
  if (known === undefined) return false;
  const { summary, detail } = known;
  if (summary.state === 'writing' || summary.state === 'interrupted') {
    store.transaction(() => {
      beginSet(store, summary);
      interruptSet(store, id);
    });
    return true;
  }
  const { leftOut, selection, source } = detail;
  const set = { summary: { ...summary, state: 'incomplete' as const }, leftOut, selection, source };
  if (known.ordinal === null) {
    noteIncomplete(store, set);
    return true;
  }
  store.transaction(() => {
    forgetWaiting(store, setKeyFor(store, id));
    commitSet(store, { ...set, stream: allElements(earlier, id) }, { alone: true });
    commitWaiting(store);
  });
  return true;
};

/** Whether what a set holds is in the catalog. */
export const isBrowsable = (store: Store, id: string): boolean => (findSet(store, id)?.ordinal ?? null) !== null;

/** Whether the catalog has a set at all. */
export const isKnown = (store: Store, id: string): boolean => findSet(store, id) !== undefined;

/** Everything that a set holds, as the records of a set that stands alone. */
const allElements = (earlier: Store, id: string): RecordStream =>
  function* () {
    const others = earlier.all<[string]>('SELECT id FROM set_ref ORDER BY key').map(([set]) => set);
    const table = new SetTable(id, others);
    const out = new ByteWriter();
    writeSetReferences(out, table);
    for (const record of elements(earlier, id)) {
      writeElement(out, record, table);
      if (record.partCount > 1) writeParts(out, earlier, record.version, record.attributes.path, table);
      if (out.length < PIECE_BYTES) continue;
      yield Buffer.from(out.view());
      out.reset();
    }
    yield out.view();
  };

const writeParts = (out: ByteWriter, earlier: Store, version: number, path: ByteString, table: SetTable): void => {
  for (const { part, extents } of parts(earlier, version)) writeElementPart(out, path, part, extents, table);
};

/** The tapes on which chunks are known to lie. */
export const knownTapes = (store: Store): string[] =>
  store.all<[string]>('SELECT DISTINCT tape FROM chunk ORDER BY tape').map(([tape]) => tape);

/** Takes over where chunks on a tape lay by an earlier catalog, but for those of which the store knows better. */
export const keepPlaces = (store: Store, earlier: Store, tape: Parameters<typeof chunksOn>[1]): void => {
  const insert = 'INSERT OR IGNORE INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
  store.transaction(() => {
    for (const { set, sequence, kind, tapeSequence, block, offset, payloadBytes } of chunksOn(earlier, tape))
      store.run(insert, setKeyFor(store, set), sequence, kind, tape, tapeSequence, block, offset, payloadBytes);
  });
};
