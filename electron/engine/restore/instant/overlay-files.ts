import { closeSync, existsSync, ftruncateSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { displayText } from '../../../../shared/byte-string.ts';
import { ColdframeError } from '../../../../shared/errors.ts';
import { syncDirectory } from '../../../platform/durable-write.ts';
import { errnoOf, ioError } from '../../../platform/errno.ts';
import { openPositional } from '../../../platform/positional-file.ts';
import { OVERLAY_WORD, type OverlaySpec, overlayOver, PAGE_BYTES } from './overlay-volume.ts';
import type { SetVolumeSpec } from './set-volume.ts';

/** The map of a kept overlay lies beside it, behind a header that says what it is of. */
export const MAP_HEADER_BYTES = 4096;
const FORMAT = 'coldframe-overlay';

const mapPathOf = (path: string): string => `${path}.map`;

/** What the header says. */
const identityOf = ({ set, path, size }: SetVolumeSpec, pieceBytes: number) => ({
  format: FORMAT,
  version: 1,
  set,
  volume: displayText(path),
  size,
  pieceBytes,
});

/** An overlay that ends with its server, in a new file. Errors: IO, DISK_FULL. */
export const privateOverlay = (base: SetVolumeSpec, path: string): OverlaySpec => {
  makeSparse(path, base.size);
  return overlayOver(base, path, null);
};

/**
 * The overlay in a file that its user names: a new one, or the one that was kept there of this volume of this set. Errors:
 * OVERLAY_FOREIGN, IO, DISK_FULL.
 */
export const keptOverlay = (base: SetVolumeSpec, path: string): OverlaySpec => {
  const overlay = overlayOver(base, path, mapPathOf(path));
  if (existsSync(path)) readMap(overlay);
  else if (existsSync(mapPathOf(path))) throw foreign(path, 'its map is there, and it is not');
  else makeKept(overlay);
  return overlay;
};

/** Makes a kept overlay durable as it is, when nobody writes to it any more. Not of a private one. */
export const settleOverlay = async ({ path, mapPath, map, words }: OverlaySpec): Promise<void> => {
  if (mapPath === null) return;
  if (Atomics.load(new Int32Array(words), OVERLAY_WORD.failed) !== 0) throw ioError('flush', 'EIO', path);
  const marks = new Int32Array(words);
  try {
    await using data = await openFile(path, 'r+');
    await data.datasync();
    await using file = await openFile(mapPath, 'r+');
    for (let at: number = OVERLAY_WORD.pages; at < marks.length; at += 1) {
      if (Atomics.exchange(marks, at, 0) === 0) continue;
      const page = at - OVERLAY_WORD.pages;
      const copy = Uint8Array.from(new Uint8Array(map, page * PAGE_BYTES, PAGE_BYTES));
      await file.write(copy, 0, copy.length, MAP_HEADER_BYTES + page * PAGE_BYTES);
    }
    await file.datasync();
  } catch (error) {
    throw ioError('flush', errnoOf(error) ?? 'EIO', path, error);
  }
};

/** Removes a private overlay. */
export const dropOverlay = ({ path, mapPath }: OverlaySpec): void => {
  if (mapPath === null) rmSync(path, { force: true });
};

/** The map first: where it is missing, the file is no overlay of ours. */
const makeKept = (overlay: OverlaySpec): void => {
  const { base, path, pieceBytes } = overlay;
  const mapPath = mapPathOf(path);
  const header = Buffer.alloc(MAP_HEADER_BYTES, ' ');
  header.write(JSON.stringify(identityOf(base, pieceBytes)));
  makeSparse(mapPath, MAP_HEADER_BYTES + overlay.map.byteLength);
  try {
    const file = openPositional(mapPath, 'update');
    try {
      file.write(header, 0);
      file.sync();
    } finally {
      file.close();
    }
    makeSparse(path, base.size);
    syncDirectory(dirname(path));
  } catch (error) {
    rmSync(mapPath, { force: true });
    throw error;
  }
};

const readMap = ({ base, path, pieceBytes, map }: OverlaySpec): void => {
  const mapPath = mapPathOf(path);
  if (!existsSync(mapPath)) throw foreign(path, 'it has no map beside it');
  if (statSync(path).size !== base.size) throw foreign(path, 'it is not as long as the volume');
  const fd = openSync(mapPath, 'r');
  try {
    const header = Buffer.alloc(MAP_HEADER_BYTES);
    readSync(fd, header, 0, MAP_HEADER_BYTES, 0);
    if (header.toString('utf8').trim() !== JSON.stringify(identityOf(base, pieceBytes)))
      throw foreign(path, 'its map speaks of another set or volume');
    const content = Buffer.alloc(map.byteLength);
    if (readSync(fd, content, 0, content.length, MAP_HEADER_BYTES) !== content.length)
      throw foreign(path, 'its map is cut off');
    new Uint8Array(map).set(content);
  } finally {
    closeSync(fd);
  }
};

const makeSparse = (path: string, size: number): void => {
  try {
    const fd = openSync(path, 'wx', 0o600);
    try {
      ftruncateSync(fd, size);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw ioError('create', errnoOf(error) ?? 'EIO', path, error);
  }
};

const foreign = (path: string, why: string): ColdframeError =>
  new ColdframeError('OVERLAY_FOREIGN', {
    message: `${path} is no overlay of this volume of this set: ${why}.`,
    guidance: 'Name a file that is not there yet, or the one that was used with this very set. Nothing was changed.',
    context: { path },
  });
