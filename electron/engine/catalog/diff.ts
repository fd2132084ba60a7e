import { type ByteString, joinBytes } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { ClassReader } from './attribute-class.ts';
import { browsable, type Entry, SetsByOrdinal, toEntry } from './entries.ts';
import { namePattern, searchText } from './name-pattern.ts';
import { addTouched, NodeBitmap } from './node-bitmap.ts';
import { nodeAt } from './nodes.ts';
import type { Store } from './store.ts';
import { type VersionRow, versionAt } from './version-at.ts';
import { nameTowards } from './walk.ts';

/** Elements that are looked at before something else can be done. */
const SLICE = 512;

/** A path that differs between two sets: `before` is null when it was added, `after` when it was removed. */
export interface Difference {
  readonly change: 'added' | 'removed' | 'changed';
  readonly path: ByteString;
  readonly before: Entry | null;
  readonly after: Entry | null;
  /** It is there still, and its content, which the earlier set has, could not be read for the later one. */
  readonly contentUnread: boolean;
}

/** Nodes that may differ, and the directories above them: where a walk has to look. Bit by bit: there may be millions of them. */
function* suspects(store: Store, { one, other }: Pair): Generator<void, NodeBitmap> {
  const nodes = new NodeBitmap();
  const sql = 'SELECT ordinal FROM ordinal_of WHERE object = ? AND ordinal > ? AND ordinal <= ?';
  const [low, high] = one.ordinal < other.ordinal ? [one.ordinal, other.ordinal] : [other.ordinal, one.ordinal];
  for (const [ordinal] of store.all<[number]>(sql, one.objectKey, low, high)) {
    addTouched(store, ordinal, nodes);
    yield;
  }
  const above = new NodeBitmap();
  let seen = 0;
  for (const node of nodes) {
    if (++seen % SLICE === 0) yield;
    for (let at = node; at !== 0 && !above.has(at); ) {
      above.add(at);
      at = store.get<[number]>('SELECT dir FROM node WHERE id = ?', at)?.[0] ?? 0;
    }
  }
  return above;
}

const sameBytes = (one: Uint8Array | null, other: Uint8Array | null): boolean =>
  one === other || (one !== null && other !== null && Buffer.compare(one, other) === 0);

/** Digests stand at the end of a short layout: a file that was only copied anew, because it had been racy, has not changed. */
const sameContent = (classes: ClassReader, one: VersionRow, other: VersionRow): boolean => {
  if (!sameBytes(one.identity, other.identity)) return false;
  if (one.kind !== other.kind && (one.kind === null || other.kind === null || !classes.isAlike(one.kind, other.kind)))
    return false;
  if (one.layout === null || other.layout === null || one.layout.length > 80 || other.layout.length > 80) return true;
  return sameBytes(one.layout.subarray(-32), other.layout.subarray(-32));
};

/**
 * What differs from one set to another of the same object, at and beneath a path; each directory followed by what is in
 * it, names in byte order. `after` is the last path of the page before. Reads no more than what the sets in between
 * touched. Throws NO_SUCH_SET, SET_STATE, USAGE.
 */
export function* diff(store: Store, from: string, to: string, options: DiffOptions = {}): Generator<Difference> {
  const pair = pairOf(store, from, to);
  const looking = suspects(store, pair);
  let look = looking.next();
  while (!look.done) look = looking.next();
  for (const found of steps(store, pair, look.value, options)) if (found !== null) yield found;
}

interface DiffOptions {
  readonly path?: ByteString | null;
  readonly after?: ByteString | null;
}

/** How much of a kind of change there is: elements, and the length of the files among them, as they are later or, of those removed, were. */
export interface ChangeTotal {
  readonly count: number;
  readonly bytes: number;
}

export interface Comparison {
  /** Of all whose name fits, whatever kind is wanted. */
  readonly totals: Readonly<Record<Difference['change'], ChangeTotal>>;
  /** The first of the wanted kind whose name fits. */
  readonly first: readonly Difference[];
}

export interface CompareOptions {
  readonly path?: ByteString | null;
  /** Only these are given; null: all. */
  readonly change: Difference['change'] | null;
  /** Only those whose name fits count, as `find` takes it; null: all. */
  readonly name: string | null;
  readonly most: number;
}

/**
 * What differs from one set to another, counted to its end. Bit by bit, so that something else can be done in between; the store is this one's
 * alone until it is through. Throws as `diff` does.
 */
export function* compare(
  store: Store,
  from: string,
  to: string,
  { path = null, change, name, most }: CompareOptions,
): Generator<void, Comparison> {
  const pattern = name === null ? null : namePattern(name);
  const fits = (at: ByteString): boolean =>
    pattern === null ||
    pattern.fits(searchText(pattern.onPath ? at : (at.slice(at.lastIndexOf('/') + 1) as ByteString)));
  const totals = { added: { count: 0, bytes: 0 }, removed: { count: 0, bytes: 0 }, changed: { count: 0, bytes: 0 } };
  const first: Difference[] = [];
  let seen = 0;
  store.db.exec('BEGIN');
  try {
    const pair = pairOf(store, from, to);
    const look = yield* suspects(store, pair);
    for (const found of steps(store, pair, look, { path })) {
      if (++seen % SLICE === 0) yield;
      if (found === null || !fits(found.path)) continue;
      const total = totals[found.change];
      total.count += 1;
      total.bytes += (found.after ?? found.before)?.bytes ?? 0;
      if (first.length < most && (change === null || change === found.change)) first.push(found);
    }
    return { totals, first };
  } finally {
    store.db.exec('COMMIT');
  }
}

type Pair = Readonly<Record<'one' | 'other', ReturnType<typeof browsable>>>;

const pairOf = (store: Store, from: string, to: string): Pair => {
  const [one, other] = [browsable(store, from), browsable(store, to)];
  if (one.objectKey !== other.objectKey) {
    throw new ColdframeError('USAGE', {
      message: `Block sets ${from} and ${to} are of different objects.`,
      guidance: 'Compare two block sets of one object.',
    });
  }
  return { one, other };
};

/** All that is looked at; null where nothing differs. */
function* steps(
  store: Store,
  { one, other }: Pair,
  look: NodeBitmap,
  options: DiffOptions,
): Generator<Difference | null> {
  const sets = new SetsByOrdinal(store);
  const after = options.after ?? null;
  const path = options.path ?? ('/' as ByteString);
  const top = nodeAt(store, one.root, path);
  if (top === undefined || !look.has(top)) return;
  const classes = new ClassReader(store);
  const compare = (at: ByteString, head: number | null): Difference | null => {
    const before = versionAt(store, head, one.ordinal);
    const now = versionAt(store, head, other.ordinal);
    if (before === null && now === null) return null;
    if (before !== null && now !== null && (before.id === now.id || sameContent(classes, before, now))) return null;
    const change = before === null ? 'added' : now === null ? 'removed' : 'changed';
    const entry = (row: VersionRow | null): Entry | null =>
      row === null ? null : toEntry(at, row.identity ?? new Uint8Array(), sets.of(row.since));
    const unread = (row: VersionRow | null): boolean =>
      row !== null && row.kind !== null && classes.unreadable(row.kind);
    const contentUnread = before !== null && !unread(before) && unread(now);
    return { change, path: at, before: entry(before), after: entry(now), contentUnread };
  };
  yield* walkSuspects(store, look, compare, { node: top, path, after });
}

type Compare = (path: ByteString, head: number | null) => Difference | null;

function* walkSuspects(
  store: Store,
  look: NodeBitmap,
  compare: Compare,
  top: { readonly node: number; readonly path: ByteString; readonly after: ByteString | null },
): Generator<Difference | null> {
  const head = store.get<[number | null]>('SELECT head FROM node WHERE id = ?', top.node)?.[0] ?? null;
  const first = top.after === null ? compare(top.path, head) : null;
  if (first !== null) yield first;
  const left = [
    { path: top.path, rows: childRows(store, look, top.node), next: 0, skipTo: nameTowards(top.path, top.after) },
  ];
  for (let at = left.at(-1); at !== undefined; at = left.at(-1)) {
    const row = at.rows[at.next++];
    if (row === undefined) {
      left.pop();
      continue;
    }
    const [node, name, newest] = row;
    if (at.skipTo !== null && name < at.skipTo) continue;
    const path = joinBytes(at.path, name);
    const seen = at.skipTo === name;
    const found = seen ? null : compare(path, newest);
    yield found;
    left.push({
      path,
      rows: childRows(store, look, node),
      next: 0,
      skipTo: seen ? nameTowards(path, top.after) : null,
    });
  }
}

type ChildRow = [number, ByteString, number | null];

const childRows = (store: Store, look: NodeBitmap, dir: number): ChildRow[] =>
  store
    .all<ChildRow>('SELECT n.id, n.name, n.head FROM child c JOIN node n ON n.id = c.node WHERE c.dir = ?', dir)
    .filter(([node]) => look.has(node))
    .sort((one, other) => (one[1] < other[1] ? -1 : 1));
