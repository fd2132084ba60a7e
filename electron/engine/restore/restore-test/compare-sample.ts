import type { ByteString } from '../../../../shared/byte-string.ts';
import { baseOf, displayText, parentOf } from '../../../../shared/byte-string.ts';
import { type DestinationFiles, destinationFiles } from '../../../platform/destination-files.ts';
import { FileStat } from '../../../platform/file-stat.ts';
import { type Catalog, openCatalog, parts, type StoredElement } from '../../catalog/index.ts';
import { RunControl, type SharedRunControl } from '../../mover/run-control.ts';
import { standingAt } from '../plan/destination-view.ts';
import { StandingContent } from '../plan/standing-content.ts';
import { pathParts } from '../plan/target-path.ts';
import { differingAttributes, isExcused, type NotSet } from './compare-attributes.ts';
import { compareWithSource } from './compare-with-source.ts';
import { elementAt } from './draw-sample.ts';

export interface CompareOrder {
  readonly catalog: string;
  readonly set: string;
  readonly paths: readonly ByteString[];
  /** Folder that the set was restored to, with the whole paths of its elements below it. */
  readonly scratch: ByteString;
  /** What the restore said that it could not set here. */
  readonly notSet: readonly NotSet[];
  /** Whether the paths are those of a source on this machine. */
  readonly source: boolean;
  readonly control: SharedRunControl;
}

/** What is wrong about an element that was restored to be looked at. */
export interface TestFailure {
  readonly path: ByteString;
  readonly code:
    | 'NOT_RESTORED'
    | 'TAPE_AWAY'
    | 'CONTENT_DIFFERS'
    | 'ATTRIBUTES_DIFFER'
    | 'SOURCE_DIFFERS'
    | 'NOT_TRIED_AGAIN';
  readonly message: string;
}

export interface Comparison {
  /** Elements that came back, and their content, of which nothing is wrong. */
  readonly right: number;
  readonly bytes: number;
  /** Of these: read from the source too and equal to it; no longer what was backed up there, or not to be told. */
  readonly sourceSame: number;
  readonly sourceChanged: number;
  readonly failures: readonly TestFailure[];
}

/**
 * Compares what was restored with what the catalog says of it: type, length, every digest, holes, attributes; and with the source, byte by byte, where that
 * did not change since. Reads the files anew, so it does not take the restore's word for anything. Throws NO_SUCH_SET, CANCELLED, IO.
 */
export const compareSample = (order: CompareOrder): Comparison => {
  const store = openCatalog(order.catalog, { readOnly: true });
  const run = new RunControl(order.control);
  const notSet = new Set(order.notSet);
  const failures: TestFailure[] = [];
  let [right, bytes, sourceSame, sourceChanged] = [0, 0, 0, 0];
  try {
    for (const path of order.paths) {
      run.passageSync();
      const element = elementAt(store, order.set, path);
      const found = element === null ? gone(path) : compareElement(store, element, order, notSet);
      if ('code' in found) {
        failures.push(found);
        continue;
      }
      right += 1;
      bytes += element?.attributes.size ?? 0;
      if (found.source === 'same') sourceSame += 1;
      else sourceChanged += 1;
    }
    return { right, bytes, sourceSame, sourceChanged, failures };
  } finally {
    store.close();
  }
};

const gone = (path: ByteString): TestFailure => ({
  path,
  code: 'NOT_RESTORED',
  message: 'The set does not have it any more.',
});

const compareElement = (
  store: Catalog,
  element: StoredElement,
  order: CompareOrder,
  notSet: ReadonlySet<NotSet>,
): TestFailure | { readonly source: 'same' | 'other' } => {
  const { attributes } = element;
  const { path } = attributes;
  const fail = (code: TestFailure['code'], message: string): TestFailure => ({ path, code, message });
  const files = destinationFiles();
  const name = baseOf(path);
  const stat = new FileStat();
  let directory: number;
  try {
    directory = openFolder(files, order.scratch, parentOf(path));
  } catch {
    return fail('NOT_RESTORED', 'It did not come back, and nor did its folder.');
  }
  try {
    if (standingAt(files, directory, name, stat) === 'nothing') return fail('NOT_RESTORED', 'It did not come back.');
    const linkTarget = attributes.type === 'symlink' ? files.readLink(directory, name) : '';
    const extendedAttributes = files.readExtendedAttributes(directory, name);
    const differing = differingAttributes(attributes, { stat, linkTarget, extendedAttributes });
    const wrong = differing.filter((kind) => !isExcused(kind, notSet));
    if (attributes.type === 'file' && !wrong.includes('type') && !holdsContent(store, element, directory, name))
      return fail('CONTENT_DIFFERS', 'Its content is not what the catalog has digests of.');
    if (wrong.length > 0) return fail('ATTRIBUTES_DIFFER', `Not as the catalog says: ${wrong.join(', ')}.`);
    if (!order.source) return { source: 'other' };
    const restored = attributes.type === 'file' ? files.openForReading(directory, name) : null;
    try {
      const verdict = compareWithSource(attributes, restored);
      if (verdict === 'differs')
        return fail(
          'SOURCE_DIFFERS',
          `It is what was backed up, and ${displayText(path)} is something else now, though neither its size nor its times say that it was changed.`,
        );
      return { source: verdict === 'same' ? 'same' : 'other' };
    } finally {
      if (restored !== null) files.closeFd(restored);
    }
  } finally {
    files.closeFd(directory);
  }
};

/** Opens a folder below another one, step by step: its path may be longer than the system takes at once. */
const openFolder = (files: DestinationFiles, scratch: ByteString, path: ByteString): number => {
  let folder = files.openRoot(scratch);
  for (const name of pathParts(path)) {
    const above = folder;
    try {
      folder = files.openDirectory(above, name);
    } finally {
      files.closeFd(above);
    }
  }
  return folder;
};

const holdsContent = (
  store: Catalog,
  { attributes, extents, version, partCount }: StoredElement,
  directory: number,
  name: ByteString,
): boolean => {
  const content = StandingContent.open(destinationFiles(), directory, name);
  if (content === null) return false;
  content.add(extents);
  if (partCount > 1) for (const part of parts(store, version)) content.add(part.extents);
  return content.end(attributes.size);
};
