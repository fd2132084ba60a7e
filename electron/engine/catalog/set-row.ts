import type { BlockSetSummary, Level, SetState, Warning } from '../../../shared/model/block-set.ts';
import type { LeftOut, Selection } from '../../../shared/model/selection.ts';
import { bytes, millis, objectId, setId, tapeId } from '../../../shared/units.ts';
import { setKeyFor } from './set-keys.ts';
import type { Store } from './store.ts';

/** What a set row keeps beside the summary. */
export interface SetDetail {
  /** All of its own chunks are there; it is complete when its parent is, too. */
  readonly whole: boolean;
  readonly warnings: readonly Warning[];
  readonly tapes: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly selection: Selection | null;
  /** Of the set header: host, platform, provider. */
  readonly source: Readonly<Record<string, string>>;
}

/** A row of `block_set` with what it refers to. */
export interface SetRow {
  readonly key: number;
  /** Null until the set's elements are in the catalog. */
  readonly ordinal: number | null;
  readonly objectKey: number;
  readonly root: number;
  readonly summary: BlockSetSummary;
  readonly detail: SetDetail;
}

type Columns = [
  ...[number, number | null, number, number, string, string, string, string, string, string | null],
  ...[number, number | null, number, number, number, number, number, number, number, string],
];

const SELECT = `SELECT s.key, s.ordinal, s.object, o.root, r.id, o.id, o.name, s.level, s.state, p.id,
  s.created_at, s.finished_at, s.elements, s.logical_bytes, s.bytes_read, s.bytes_stored, s.segments, s.drives,
  s.duration_ms, s.detail
  FROM block_set s JOIN set_ref r ON r.key = s.key JOIN object o ON o.key = s.object
  LEFT JOIN set_ref p ON p.key = s.parent`;

/** The detail of a set of which nothing is known yet. */
export const EMPTY_DETAIL: SetDetail = {
  whole: false,
  warnings: [],
  tapes: [],
  leftOut: [],
  selection: null,
  source: {},
};

const toRow = (store: Store, row: Columns): SetRow => {
  const [key, ordinal, objectKey, root, id, object, name, level, state, parent] = row;
  const [createdAt, finishedAt, elements, logical, read, stored, segments, drives, duration, json] = row.slice(10) as [
    ...[number, number | null, number, number, number, number, number, number, number, string],
  ];
  const detail: SetDetail = { ...EMPTY_DETAIL, ...(JSON.parse(json) as Partial<SetDetail>) };
  const unfinished = state === 'writing' || state === 'interrupted';
  const tapes = unfinished ? tapesOfChunks(store, key) : detail.tapes;
  const summary: BlockSetSummary = {
    id: setId(id),
    object: { id: objectId(object), name },
    level: level as Level,
    state: state as SetState,
    parent: parent === null ? null : setId(parent),
    createdAt: millis(createdAt),
    finishedAt: finishedAt === null ? null : millis(finishedAt),
    elements,
    logicalBytes: bytes(logical),
    bytesRead: bytes(read),
    bytesStored: bytes(unfinished ? bytesOfChunks(store, key) : stored),
    segments,
    tapes: tapes.map(tapeId),
    drives,
    durationMs: millis(duration),
    warnings: detail.warnings,
  };
  return { key, ordinal, objectKey, root, summary, detail };
};

/** Tapes with chunks of a set, in the order in which the set came to them. */
export const tapesOfChunks = (store: Store, key: number): string[] =>
  store
    .all<[string]>('SELECT tape FROM chunk WHERE set_key = ? GROUP BY tape ORDER BY min(sequence), tape', key)
    .map(([tape]) => tape);

/** What the chunks of a set take, each once, wherever it lies. */
export const bytesOfChunks = (store: Store, key: number): number =>
  store.get<[number | null]>(
    'SELECT sum(bytes) FROM (SELECT max(payload_bytes) AS bytes FROM chunk WHERE set_key = ? GROUP BY sequence)',
    key,
  )?.[0] ?? 0;

/** Set rows by a condition on `s` (block_set), `r` (set_ref of it), `o` (object) or `p` (set_ref of the parent). */
export const setRows = (store: Store, where: string, ...values: (string | number)[]): SetRow[] =>
  store.all<Columns>(`${SELECT} ${where}`, ...values).map((row) => toRow(store, row));

/** The row of a set id. */
export const findSet = (store: Store, id: string): SetRow | undefined => setRows(store, 'WHERE r.id = ?', id)[0];

const UPSERT = `INSERT INTO block_set VALUES (${Array(16).fill('?').join(',')})
  ON CONFLICT(key) DO UPDATE SET ordinal = excluded.ordinal, level = excluded.level, state = excluded.state,
  parent = excluded.parent, created_at = excluded.created_at, finished_at = excluded.finished_at,
  elements = excluded.elements, logical_bytes = excluded.logical_bytes, bytes_read = excluded.bytes_read,
  bytes_stored = excluded.bytes_stored, segments = excluded.segments, drives = excluded.drives,
  duration_ms = excluded.duration_ms, detail = excluded.detail`;

/** Writes the row of a set; `objectKey` is from `objectKeyFor`. */
export const putSet = (
  store: Store,
  summary: BlockSetSummary,
  detail: SetDetail,
  objectKey: number,
  ordinal: number | null,
): number => {
  const key = setKeyFor(store, summary.id);
  const parent = summary.parent === null ? null : setKeyFor(store, summary.parent);
  store.run(
    UPSERT,
    key,
    ordinal,
    objectKey,
    summary.level,
    summary.state,
    parent,
    summary.createdAt,
    summary.finishedAt,
    summary.elements,
    summary.logicalBytes,
    summary.bytesRead,
    summary.bytesStored,
    summary.segments,
    summary.drives,
    summary.durationMs,
    JSON.stringify(detail),
  );
  return key;
};

/** The key of an object, made with its root node when it is new; its newest name counts. */
export const objectKeyFor = (store: Store, object: BlockSetSummary['object']): { key: number; root: number } => {
  const known = store.get<[number, number, string]>('SELECT key, root, name FROM object WHERE id = ?', object.id);
  if (known !== undefined) {
    if (known[2] !== object.name) store.run('UPDATE object SET name = ? WHERE key = ?', object.name, known[0]);
    return { key: known[0], root: known[1] };
  }
  const root = store.run("INSERT INTO node(dir, name) VALUES (0, '')");
  const key = store.run('INSERT INTO object(id, name, root) VALUES (?, ?, ?)', object.id, object.name, root);
  return { key, root };
};
