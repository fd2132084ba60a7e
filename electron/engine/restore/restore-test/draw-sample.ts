import type { ByteString } from '../../../../shared/byte-string.ts';
import { ColdframeError } from '../../../../shared/errors.ts';
import { type Catalog, elements, list, openCatalog, type StoredElement } from '../../catalog/index.ts';
import { RunControl, type SharedRunControl } from '../../mover/run-control.ts';
import { numbersFrom } from './random-numbers.ts';

/** FS_IMMUTABLE_FL and FS_APPEND_FL: what bears them could not be removed from the scratch folder again. */
const UNREMOVABLE = 0x10 | 0x20;
/** Directories come with what is in them; devices have no content, and not everybody may make one. */
const NOT_DRAWN: ReadonlySet<string> = new Set(['dir', 'chardev', 'blockdev']);
/** So many are drawn for each that is wanted: some turn out not to be for a test. */
const DRAWN_FOR_EACH = 4;
/** Elements between two looks at whether to go on. */
const LOOK_EACH = 4096;

/** What a restore test is to take of a set. */
export interface SampleOrder {
  readonly catalog: string;
  readonly set: string;
  /** How many elements, and how many bytes of content, at most. */
  readonly elements: number;
  readonly bytes: number;
  /** What is taken in any case, if it is in the set: what went wrong the last time. */
  readonly first: readonly ByteString[];
  /** Of the random numbers: another sample for another one. */
  readonly seed: number;
  readonly control: SharedRunControl;
}

export interface Sample {
  readonly paths: readonly ByteString[];
  /** Their content. */
  readonly bytes: number;
  /** Elements of the set that are neither directories nor devices. */
  readonly population: number;
  /** Of these: longer than the bytes that a test may take, so that no test ever reads them. */
  readonly tooLong: number;
  /** Of what was to be taken in any case: what is in the set and did not fit. */
  readonly left: readonly ByteString[];
}

/**
 * Draws elements of a set, each as likely as any other; directories are restored on the way to them and not drawn. Elements whose
 * content the backup could not read are passed over. Throws NO_SUCH_SET, SET_STATE, CANCELLED.
 */
export const drawSample = (order: SampleOrder): Sample => {
  const store = openCatalog(order.catalog, { readOnly: true });
  store.db.exec('PRAGMA cache_size = -8192; BEGIN');
  try {
    return draw(store, order);
  } finally {
    store.close();
  }
};

const draw = (store: Catalog, order: SampleOrder): Sample => {
  const run = new RunControl(order.control);
  const random = numbersFrom(order.seed);
  const wanted = Math.max(1, order.elements);
  const drawn: ByteString[] = [];
  let [population, tooLong, fit] = [0, 0, 0];
  for (const { path, type, bytes } of all(store, order.set)) {
    if (NOT_DRAWN.has(type)) continue;
    population += 1;
    if (population % LOOK_EACH === 0) run.passageSync();
    if (bytes > order.bytes) {
      tooLong += 1;
      continue;
    }
    fit += 1;
    // A reservoir: whatever the set holds, no more than this is kept, and each is as likely to be in it.
    if (drawn.length < wanted * DRAWN_FOR_EACH) drawn.push(path);
    else {
      const at = Math.floor(random() * fit);
      if (at < drawn.length) drawn[at] = path;
    }
  }
  const sample = taken(store, order, [...order.first, ...shuffled(drawn, random)]);
  const left = order.first.filter((path) => {
    const element = sample.paths.includes(path) ? null : elementAt(store, order.set, path);
    return element !== null && isForTest(element);
  });
  return { ...sample, population, tooLong, left };
};

const taken = (
  store: Catalog,
  order: SampleOrder,
  candidates: readonly ByteString[],
): Pick<Sample, 'paths' | 'bytes'> => {
  const paths = new Set<ByteString>();
  let bytes = 0;
  for (const path of candidates) {
    if (paths.size >= Math.max(order.elements, order.first.length)) break;
    const element = paths.has(path) ? null : elementAt(store, order.set, path);
    if (element === null || !isForTest(element) || bytes + element.attributes.size > order.bytes) continue;
    paths.add(path);
    bytes += element.attributes.size;
  }
  return { paths: [...paths], bytes };
};

const isForTest = ({ attributes: { type, marks, fileFlags } }: StoredElement): boolean =>
  !NOT_DRAWN.has(type) && !marks.unreadable && ((fileFlags ?? 0) & UNREMOVABLE) === 0;

/** An element of a set; null when the set has none at the path. */
export const elementAt = (store: Catalog, set: string, path: ByteString): StoredElement | null => {
  try {
    for (const element of elements(store, set, [path])) return element.attributes.path === path ? element : null;
    return null;
  } catch (error) {
    if (error instanceof ColdframeError && error.code === 'NO_SUCH_PATH') return null;
    throw error;
  }
};

/** Nothing for a set in which nothing is. */
function* all(store: Catalog, set: string): ReturnType<typeof list> {
  try {
    yield* list(store, set, '/' as ByteString, { recursive: true });
  } catch (error) {
    if (!(error instanceof ColdframeError && error.code === 'NO_SUCH_PATH')) throw error;
  }
}

const shuffled = <T>(items: readonly T[], random: () => number): T[] => {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
};
