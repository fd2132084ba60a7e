import { type FileHandle, open, rm } from 'node:fs/promises';
import { ColdframeError } from '../../shared/errors.ts';
import { errnoOf, ioError, isErrno } from './errno.ts';
import { randomId } from './ids.ts';
import { publishFile } from './publish-file.ts';

/**
 * Makes a file that is not there yet, from pieces that come one after the other: under a temporary name beside it, flushed, then by its
 * own name; durable when it returns. Answers its length in bytes. Errors: DESTINATION_TAKEN when something has that name, IO.
 */
export const createFile = async (
  path: string,
  pieces: AsyncIterable<string> | Iterable<string>,
  mode = 0o600,
): Promise<number> => {
  const temporary = `${path}.${randomId()}.tmp`;
  const file = await open(temporary, 'wx', mode).catch((error: unknown) => {
    throw ioError('open', errnoOf(error) ?? 'EIO', path, error);
  });
  try {
    const bytes = await writeAll(file, pieces, path);
    publish(temporary, path);
    return bytes;
  } finally {
    await rm(temporary, { force: true });
  }
};

const writeAll = async (
  file: FileHandle,
  pieces: AsyncIterable<string> | Iterable<string>,
  path: string,
): Promise<number> => {
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      const content = Buffer.from(piece);
      bytes += content.length;
      await file.writeFile(content).catch((error: unknown) => {
        throw ioError('write', errnoOf(error) ?? 'EIO', path, error);
      });
    }
    await file.sync().catch((error: unknown) => {
      throw ioError('fsync', errnoOf(error) ?? 'EIO', path, error);
    });
  } finally {
    await file.close();
  }
  return bytes;
};

const publish = (temporary: string, path: string): void => {
  try {
    publishFile(temporary, path);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    throw new ColdframeError('DESTINATION_TAKEN', {
      message: `${path} is there already, and is not overwritten.`,
      guidance: 'Name another file, or move that one away.',
      context: { path },
    });
  }
};
