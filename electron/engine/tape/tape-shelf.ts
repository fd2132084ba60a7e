import { closeSync, constants, mkdirSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { durableWrite } from '../../platform/durable-write.ts';
import { errnoOf, ioError, isErrno } from '../../platform/errno.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { openRegular } from '../../platform/regular-file.ts';
import { containerImage } from './container.ts';
import { legibleFront } from './damaged-front.ts';
import type { KeyEnvelope } from './key-envelope.ts';
import type { NodeHeader } from './node-header.ts';
import { readTail } from './tail.ts';
import { isAboutTape, isNewerOnTape } from './tape-errors.ts';
import { encodeTapeStart, type LabelRequest, readTapeIdentity } from './tape-label.ts';
import { VirtualTape } from './virtual-tape.ts';

const FRONT_BYTES = 1_048_576;

/** Where the virtual tape with a barcode lies. */
export const tapePath = (dir: string, barcode: string): string => join(dir, 'tapes', `${barcode}.tap`);

/** What a tail tells without any key. */
interface TailGlance {
  readonly full: boolean;
  readonly chunks: number;
  readonly payloadBytes: number;
  readonly writtenAt: number;
  readonly envelopes: readonly KeyEnvelope[];
  readonly envelopesGeneration: number;
}

/** What a look at a tape file tells without any key. */
export interface TapeGlance {
  /** With a damaged front, what is legible of it: `sequence` may be 0 then. */
  readonly header: NodeHeader;
  /**
   * What is wrong with its labels or its node header, or that these or its tail are of a newer version; null when they are
   * as they should be. Such a tape can be read, not written.
   */
  readonly front: ColdframeError | null;
  /** Length of the file. */
  readonly bytes: number;
  /** From its tail; null when it has none. */
  readonly tail: TailGlance | null;
  /** Nothing lies behind the node header. */
  readonly bare: boolean;
}

/** Who a tape file says that it is. Errors: NO_SUCH_TAPE, TAPE_DAMAGED, IO. */
export const identifyTape = (path: string): NodeHeader => {
  const medium = VirtualTape.open({ path, capacity: Number.MAX_SAFE_INTEGER, mode: 'read' });
  try {
    return frontOf(medium, path).header;
  } finally {
    medium.close();
  }
};

/** Reads labels and tail of a tape file. Errors: NO_SUCH_TAPE, TAPE_DAMAGED, IO. */
export const glanceAtTape = (path: string): TapeGlance => {
  const medium = VirtualTape.open({ path, capacity: Number.MAX_SAFE_INTEGER, mode: 'read' });
  try {
    const { header, start, front } = frontOf(medium, path);
    const bytes = medium.endOffset;
    const tail = glanceAtTail(medium, header);
    const known = { header, bytes, bare: start === bytes };
    return tail instanceof ColdframeError ? { ...known, front: front ?? tail, tail: null } : { ...known, front, tail };
  } finally {
    medium.close();
  }
};

/** The front of a tape, or what is legible of a damaged one. `start`: where its chunks begin; null when not known. */
const frontOf = (
  medium: VirtualTape,
  path: string,
): Pick<TapeGlance, 'header' | 'front'> & { readonly start: number | null } => {
  try {
    const { header, start } = readTapeIdentity(medium);
    return { header, front: null, start: start.offset };
  } catch (thrown) {
    const front = asColdframeError(thrown);
    const header =
      front.code === 'TAPE_DAMAGED' ? legibleFront(beginningOf(path), basename(path).slice(0, 6), path) : null;
    if (header === null) throw front;
    return { header, front, start: null };
  }
};

const beginningOf = (path: string): Buffer => {
  const fd = openRegular(path, constants.O_RDONLY);
  try {
    const bytes = Buffer.alloc(FRONT_BYTES);
    return bytes.subarray(0, readSync(fd, bytes, 0, FRONT_BYTES, 0));
  } catch {
    return Buffer.alloc(0);
  } finally {
    closeSync(fd);
  }
};

/** What the tail tells, null without one; the error when it is of a newer version. */
const glanceAtTail = (medium: VirtualTape, header: NodeHeader): TapeGlance['tail'] | ColdframeError => {
  try {
    const { label, trailer, envelopes, envelopesGeneration } = readTail(
      medium,
      header.tape.volume,
      header.sealed,
      null,
    );
    const { chunks, payloadBytes, writtenAt } = trailer;
    return { full: label === 'EOV1', chunks, payloadBytes, writtenAt, envelopes, envelopesGeneration };
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (isNewerOnTape(error)) return error;
    if (error.kind === 'damaged') return null;
    throw error;
  }
};

/** Writes labels, README and node header as a new tape file, whole or not at all; replaces what was there. */
export const writeTapeStart = (path: string, request: LabelRequest): number => {
  const image = containerImage(encodeTapeStart(request));
  failpoint('label:before-write');
  durableWrite(path, image);
  failpoint('label:after-write');
  return image.length;
};

/** Barcodes of the tape files that are there. */
export const shelvedBarcodes = (dir: string): string[] => {
  try {
    const names = readdirSync(join(dir, 'tapes')).filter((name) => /^[A-Z0-9]{8}\.tap$/.test(name));
    return names.map((name) => name.slice(0, -'.tap'.length)).sort();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw ioError('list', errnoOf(error) ?? 'EIO', join(dir, 'tapes'), error);
  }
};

/** Whether a tape file exists. */
export const isShelved = (dir: string, barcode: string): boolean =>
  statSync(tapePath(dir, barcode), { throwIfNoEntry: false }) !== undefined;

/** Makes the folder of the tapes. */
export const makeShelf = (dir: string): void => {
  mkdirSync(join(dir, 'tapes'), { recursive: true, mode: 0o700 });
};

/** A thrown value as an error that speaks of the tape, when it is one about the tape; else throws it again. */
export const aboutTape = (thrown: unknown): ColdframeError => {
  const error = asColdframeError(thrown);
  if (isAboutTape(error)) return error;
  throw error;
};
