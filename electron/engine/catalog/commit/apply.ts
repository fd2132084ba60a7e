import { ByteReader, malformed } from '../../blockset/byte-reader.ts';
import { TAG } from '../../blockset/records.ts';
import { addTouched, NodeBitmap, writeTouched } from '../node-bitmap.ts';
import { nodeAt } from '../nodes.ts';
import { setKeyFor } from '../set-keys.ts';
import type { Store } from '../store.ts';
import { type RecordStream, rawRecords } from '../stream.ts';
import { ElementBatch } from './element-batch.ts';
import { RecordParser } from './parse.ts';
import { PartStage } from './part-stage.ts';
import { StateEditor } from './state-editor.ts';

const PROGRESS_ELEMENTS = 20_000;

/** How a set is committed. */
export interface CommitOptions {
  /** Hears now and then how many elements were taken. */
  readonly progress?: (elements: number) => void;
  /** Elements that are held in memory at a time. */
  readonly batchElements?: number;
  /** Its stream is all that it holds: its state does not begin with that of its parent, which need not be there. */
  readonly alone?: boolean;
}

const BATCH_ELEMENTS = 25_000;

/** Which set is committed, on top of what. Ordinals are the order of commits within the vault. */
export interface Place {
  readonly setKey: number;
  readonly object: number;
  readonly root: number;
  readonly ordinal: number;
  /** Ordinal of the parent; null for a set that stands alone. */
  readonly parent: number | null;
}

/**
 * Writes the versions of a set: its state is that of its parent, without what it says is removed and everything beneath
 * it, with its elements. The parent may be any set of the object. Memory is bounded by the size of a batch and a bit for
 * each node. Runs within the caller's transaction.
 */
export const applyChanges = (store: Store, place: Place, stream: RecordStream, options: CommitOptions): void => {
  const state = new StateEditor(store, place.ordinal);
  const parts = new PartStage(store);
  const between = touchedSince(store, place);
  const revives = place.parent !== null && between !== null;
  const batch = new ElementBatch(store, state, parts, place.root, revives, options.batchElements ?? BATCH_ELEMENTS);
  const removed = readStream(store, place, stream, batch, options);
  batch.apply();
  if (between !== null) returnToParent(place, between, state);
  if (removed) removePaths(store, place, stream, state);
  dropBeneathLeaves(state, batch);
  for (const dir of batch.parents) state.imply(dir);
  state.rows.flush();
  parts.attach(state);
  writeTouched(store, place.ordinal, state.touched);
};

/** Stages the elements, and says whether the stream has removed paths, too. */
const readStream = (
  store: Store,
  place: Place,
  stream: RecordStream,
  batch: ElementBatch,
  options: CommitOptions,
): boolean => {
  const keys = [place.setKey];
  const parser = new RecordParser(store, (index) => {
    const key = keys[index];
    if (key === undefined) throw malformed(`it refers to set number ${index}, which its stream does not name`);
    return key;
  });
  let removed = false;
  let taken = 0;
  for (const record of rawRecords(stream)) {
    if (record.tag === TAG.element) {
      batch.add(parser.element(record));
      taken += 1;
      if (taken % PROGRESS_ELEMENTS === 0) options.progress?.(taken);
    } else if (record.tag === TAG.elementPart) batch.addPart(parser.part(record));
    else if (record.tag === TAG.removed) removed = true;
    else if (record.tag === TAG.setReference) {
      const body = new ByteReader(record.bytes, record.start, record.end);
      const index = body.varint();
      keys[index] = setKeyFor(store, body.raw(16).toString('hex'));
    }
  }
  return removed;
};

/** Takes away what the stream says is removed; that is about the parent's state, not about the set's own elements. */
const removePaths = (store: Store, place: Place, stream: RecordStream, state: StateEditor): void => {
  for (const { tag, bytes, start, end } of rawRecords(stream)) {
    if (tag !== TAG.removed) continue;
    const node = nodeAt(store, place.root, new ByteReader(bytes, start, end).byteString());
    if (node !== undefined) state.removeTree(node, true);
  }
};

/** What the sets between parent and newest touched; null when the parent is the newest. */
const touchedSince = (store: Store, place: Place): NodeBitmap | null => {
  const sql = 'SELECT ordinal FROM ordinal_of WHERE object = ? AND ordinal > ? AND ordinal < ?';
  const ordinals = store.all<[number]>(sql, place.object, place.parent ?? 0, place.ordinal);
  if (ordinals.length === 0) return null;
  const touched = new NodeBitmap();
  for (const [ordinal] of ordinals) addTouched(store, ordinal, touched);
  return touched;
};

/** Undoes what they did, but for what the set holds itself. */
const returnToParent = (place: Place, touched: NodeBitmap, state: StateEditor): void => {
  for (const node of touched) if (!state.own.has(node)) state.revert(node, place.parent);
};

/** What was beneath a directory that is none any more is gone with it. */
const dropBeneathLeaves = (state: StateEditor, batch: ElementBatch): void => {
  state.rows.flush();
  for (const node of [...batch.leaves, ...batch.parents]) {
    const type = state.typeOf(state.headOf(node));
    if (type !== null && type !== 1) state.removeBeneath(node);
  }
};
