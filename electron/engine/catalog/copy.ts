import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { dirname } from 'node:path';
import { backup } from 'node:sqlite';
import { ColdframeError } from '../../../shared/errors.ts';
import { syncDirectory } from '../../platform/durable-write.ts';
import { errnoOf, ioError } from '../../platform/errno.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { noteUnit } from '../../platform/garbage.ts';
import { randomId } from '../../platform/ids.ts';
import { NotARegularFile, openRegular } from '../../platform/regular-file.ts';
import { FRAME_BYTES } from '../blockset/unit.ts';
import {
  COPY_END_BYTES,
  COPY_HEAD_BYTES,
  COPY_PIECE_BYTES,
  damagedCopy,
  decodePiece,
  encodePiece,
  endPiece,
  newHead,
  readHead,
  unitBytes,
} from './copy-format.ts';
import { openCatalog } from './open.ts';
import type { Store } from './store.ts';

/** Pages that are copied before writers get their turn again. */
const PAGES_A_STEP = 2048;

/** Writes a file through `fill` so that it is there whole and durable, or not at all. Throws IO. */
const replaceFile = (target: string, fill: (fd: number) => void): void => {
  const temporary = `${target}.${randomId()}.tmp`;
  try {
    const fd = fs.openSync(temporary, 'wx', 0o600);
    try {
      fill(fd);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    failpoint('catalog:before-copy');
    fs.renameSync(temporary, target);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    if (error instanceof ColdframeError) throw error;
    throw ioError('write', errnoOf(error) ?? 'EIO', target, error);
  }
  failpoint('catalog:after-copy');
  syncDirectory(dirname(target));
};

const writeAll = (fd: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at);
};

/** Pieces of a file, each valid until the next is taken. */
function* pieces(file: string): Generator<Uint8Array> {
  const fd = fs.openSync(file, 'r');
  const buffer = Buffer.allocUnsafeSlow(COPY_PIECE_BYTES);
  try {
    for (let read = fs.readSync(fd, buffer); read > 0; read = fs.readSync(fd, buffer)) yield buffer.subarray(0, read);
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Writes a copy of the whole catalog as it is now: compressed, and sealed when there is a key of 32 bytes. `target` is
 * replaced in one step. The catalog can be used meanwhile. Resolves when the copy is durable, with its length.
 */
export const copyCatalog = async (store: Store, target: string, key: Uint8Array | null): Promise<number> => {
  const plain = `${store.file}.${randomId()}.copy`;
  try {
    await backup(store.db, plain, { rate: PAGES_A_STEP });
    return copyPlain(plain, target, key);
  } finally {
    fs.rmSync(plain, { force: true });
  }
};

/** The same of a catalog that nobody has open to write: of the file itself, unless a log lies beside it, which readers keep there. */
export const copyClosed = async (file: string, target: string, key: Uint8Array | null): Promise<number> => {
  const log = fs.statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (log === 0) return copyPlain(file, target, key);
  const store = openCatalog(file, { readOnly: true });
  try {
    return await copyCatalog(store, target, key);
  } finally {
    store.close();
  }
};

const copyPlain = (plain: string, target: string, key: Uint8Array | null): number => {
  let written = 0;
  replaceFile(target, (fd) => {
    const { head, id } = newHead(key !== null);
    const digest = createHash('sha256');
    let bytes = 0;
    let number = 0;
    const put = (content: Uint8Array): void => {
      for (const part of encodePiece(content, number++, key, id)) {
        writeAll(fd, part);
        written += part.length;
      }
    };
    writeAll(fd, head);
    for (const piece of pieces(plain)) {
      digest.update(piece);
      bytes += piece.length;
      put(piece);
      noteUnit();
    }
    put(endPiece(bytes, digest.digest()));
  });
  return written + COPY_HEAD_BYTES;
};

const readExactly = (fd: number, length: number): Buffer => {
  const buffer = Buffer.alloc(length);
  let at = 0;
  for (let read = 1; read > 0 && at < length; at += read) read = fs.readSync(fd, buffer, at, length - at, null);
  return buffer.subarray(0, at);
};

const keyMissing = (file: string): ColdframeError =>
  new ColdframeError('PASSPHRASE_MISSING', {
    message: `The copy of a catalog ${file} is sealed.`,
    guidance: 'Give the passphrase or the recovery code of its vault.',
    context: { file },
  });

/** Plain pieces of a copy, up to its end piece, which comes last. Throws CATALOG_DAMAGED, PASSPHRASE_MISSING. */
function* copiedPieces(fd: number, file: string, key: Uint8Array | null): Generator<Uint8Array> {
  const { sealed, id } = readHead(readExactly(fd, COPY_HEAD_BYTES), file);
  if (sealed && key === null) throw keyMissing(file);
  for (let number = 0; ; number += 1) {
    const frame = readExactly(fd, FRAME_BYTES);
    if (frame.length === 0) return;
    const body = readExactly(fd, unitBytes(frame, file) - FRAME_BYTES);
    yield decodePiece(Buffer.concat([frame, body]), number, sealed ? key : null, id, file);
  }
}

const unpack = (from: number, to: number, file: string, key: Uint8Array | null): void => {
  const digest = createHash('sha256');
  let bytes = 0;
  let last: Uint8Array = new Uint8Array();
  for (const piece of copiedPieces(from, file, key)) {
    if (last.length > 0) {
      digest.update(last);
      writeAll(to, last);
      bytes += last.length;
    }
    last = piece;
  }
  const complete = last.length === COPY_END_BYTES && Buffer.compare(last, endPiece(bytes, digest.digest())) === 0;
  if (!complete) throw damagedCopy(file, 'it is cut off, or its digest does not match');
};

/** Opens a copy to read. Errors: CATALOG_DAMAGED when something else than a file is there, IO. */
const openCopyFile = (file: string): number => {
  try {
    return openRegular(file, fs.constants.O_RDONLY);
  } catch (error) {
    if (error instanceof NotARegularFile) throw damagedCopy(file, error.message);
    throw ioError('open', errnoOf(error) ?? 'EIO', file, error);
  }
};

/** Whether a copy is there and says that it is sealed; one whose head cannot be read says nothing. Throws IO. */
export const isSealedCopy = (file: string): boolean => {
  if (!fs.existsSync(file)) return false;
  let fd: number | null = null;
  try {
    fd = openCopyFile(file);
    return readHead(readExactly(fd, COPY_HEAD_BYTES), file).sealed;
  } catch (error) {
    if (error instanceof ColdframeError && error.code === 'CATALOG_DAMAGED') return false;
    throw error;
  } finally {
    if (fd !== null) fs.closeSync(fd);
  }
};

/** Works the log of the catalog that is to be replaced into it: over another database it would be read as part of that. */
export const retireLog = (target: string): void => {
  try {
    if (fs.existsSync(target)) openCatalog(target).close();
  } catch {
    // It is damaged or newer: what is in its log is of no use to the one that takes its place.
  }
  for (const rest of ['-wal', '-shm']) fs.rmSync(target + rest, { force: true });
};

/**
 * Makes a catalog of a copy. `target` must not be open; it is replaced in one step once the copy has proved whole.
 * Throws CATALOG_DAMAGED, CATALOG_TOO_NEW, PASSPHRASE_MISSING, IO.
 */
export const openCopy = (file: string, target: string, key: Uint8Array | null): void => {
  const from = openCopyFile(file);
  try {
    replaceFile(target, (to) => {
      unpack(from, to, file, key);
      retireLog(target);
    });
  } finally {
    fs.closeSync(from);
  }
};
