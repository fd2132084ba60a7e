import { readSync } from 'node:fs';
import type { ByteString } from '../../../shared/byte-string.ts';
import { CACHE_TAG_NAME } from '../../../shared/model/unprotected-places.ts';
import { FileStat, TYPE_FILE } from '../../platform/file-stat.ts';
import type { OpenDirectory, SourceFiles } from '../../platform/source-files.ts';
import { CACHE_TAG } from './temp-places.ts';

/** Swap signatures stand in the last 10 bytes of the first page, whatever the page size of the machine that made it. */
const PAGE_SIZES = [4096, 8192, 16384, 65536];
const SWAP_SIGNATURE = /^SWAP(?:SPACE2|-SPACE)$/;
const scratch = new FileStat();

/** Whether a directory is tagged as a cache: the file alone does not count, its signature does. */
export function isTaggedCache(files: SourceFiles, directory: OpenDirectory): boolean {
  const name = CACHE_TAG_NAME as ByteString;
  return directory.has(name) && readText(files, directory, name, 0, CACHE_TAG.length) === CACHE_TAG;
}

/** Whether a file has the signature of a Linux swap area. */
export function isSwapArea(files: SourceFiles, directory: OpenDirectory, name: ByteString): boolean {
  return PAGE_SIZES.some((page) => SWAP_SIGNATURE.test(readText(files, directory, name, page - 10, 10)));
}

/** A few bytes of a regular file as Latin-1; '' when they cannot be read: then it is not what was looked for. */
function readText(
  files: SourceFiles,
  directory: OpenDirectory,
  name: ByteString,
  offset: number,
  length: number,
): string {
  try {
    const fd = directory.openFile(name);
    try {
      files.statFile(fd, scratch);
      if (scratch.type !== TYPE_FILE) return '';
      const bytes = Buffer.alloc(length);
      return bytes.toString('latin1', 0, readSync(fd, bytes, 0, length, offset));
    } finally {
      files.closeFile(fd);
    }
  } catch {
    return '';
  }
}
