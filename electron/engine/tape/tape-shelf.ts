import { closeSync, constants, mkdirSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import { durableWrite } from '../../platform/durable-write.ts';
import { errnoOf, ioError, isErrno } from '../../platform/errno.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { openRegular } from '../../platform/regular-file.ts';
import { containerImage } from './container.ts';
import type { TapeRecord } from './library-state.ts';
import type { NodeHeader } from './node-header.ts';
import { isAboutTape } from './tape-errors.ts';
import { frontOf, type GlancedTape, glanceAtMedium, type TapeGlance } from './tape-glance.ts';
import { encodeTapeStart, type LabelRequest } from './tape-label.ts';
import { VirtualTape } from './virtual-tape.ts';

const FRONT_BYTES = 1_048_576;

/** Where the virtual tape with a barcode lies. */
export const tapePath = (dir: string, barcode: string): string => join(dir, 'tapes', `${barcode}.tap`);

/** Where the file of a tape lies, as far as the library knows. */
export const placeOf = (dir: string, { barcode, liesAs }: Pick<TapeRecord, 'barcode' | 'liesAs'>): string =>
  tapePath(dir, liesAs ?? barcode);

/** Who a tape file says that it is. Errors: NO_SUCH_TAPE, TAPE_DAMAGED, IO. */
export const identifyTape = (path: string): NodeHeader => frontOfTape(path).header;

/** The same, and what is wrong with the beginning of it. Errors: NO_SUCH_TAPE, TAPE_DAMAGED, IO. */
export const frontOfTape = (path: string): Pick<TapeGlance, 'header' | 'front'> => {
  const medium = VirtualTape.open({ path, capacity: Number.MAX_SAFE_INTEGER, mode: 'read' });
  try {
    return frontOf(fileOf(medium, path));
  } finally {
    medium.close();
  }
};

/** Reads labels and tail of a tape file. Errors: NO_SUCH_TAPE, TAPE_DAMAGED, IO. */
export const glanceAtTape = (path: string): TapeGlance => {
  const medium = VirtualTape.open({ path, capacity: Number.MAX_SAFE_INTEGER, mode: 'read' });
  try {
    return glanceAtMedium(fileOf(medium, path));
  } finally {
    medium.close();
  }
};

const fileOf = (medium: VirtualTape, path: string): GlancedTape => ({
  medium,
  volume: basename(path).slice(0, 6),
  beginning: () => beginningOf(path),
});

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

/** Whether a tape file exists. What cannot be looked at is there: whoever opens it is told why it cannot be, and nothing is put in its place. */
export const isShelved = (dir: string, barcode: string): boolean => {
  try {
    return statSync(tapePath(dir, barcode), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
};

/** The same of the file of a tape, wherever it lies. */
export const isThere = (dir: string, { barcode, liesAs }: Pick<TapeRecord, 'barcode' | 'liesAs'>): boolean =>
  isShelved(dir, liesAs ?? barcode);

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
