import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ColdframeError } from '../../shared/errors.ts';
import { isErrno, reasonOf } from './errno.ts';

/** Far more than any passphrase has. */
const MOST_BYTES = 64 * 1024;
/** How long a pipe may have no writer, and how long its writer may take. */
const WRITER_PATIENCE_MS = 5_000;
const CONTENT_PATIENCE_MS = 60_000;

export interface SecretOptions {
  readonly signal?: AbortSignal;
  readonly writerPatienceMs?: number;
}

const known = new Map<string, Promise<string>>();

/**
 * The secret in a file or in what a pipe delivers: its content in UTF-8, one trailing newline removed. Read once in a
 * process, as a pipe gives it once. Errors: PASSPHRASE_MISSING, PASSPHRASE_NOT_TEXT, CANCELLED, USAGE for what is no file
 * or holds too much.
 */
export const secretFromFile = (named: string, options: SecretOptions = {}): Promise<string> => {
  const file = resolve(named);
  const secret = known.get(file) ?? readSecret(file, options);
  known.set(file, secret);
  return secret;
};

/** As `secretFromFile`, anew each time. */
export const readSecret = async (file: string, options: SecretOptions = {}): Promise<string> => {
  try {
    // Without O_NONBLOCK a pipe that nobody writes to could not even be opened.
    const fd = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
    try {
      const content = await contentOf(fd, file, options);
      if (!isUtf8(content)) throw secretNotText(file, { file });
      return content.toString('utf8').replace(/\r?\n$/, '');
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    if (cause instanceof ColdframeError) throw cause;
    if (options.signal?.aborted) {
      throw new ColdframeError('CANCELLED', { message: 'Nothing was done.', guidance: '', context: { file } });
    }
    throw new ColdframeError('PASSPHRASE_MISSING', {
      message: `The file ${file} cannot be read: ${reasonOf(cause)}.`,
      guidance: 'Name a readable file that holds the passphrase or recovery code and nothing else.',
      context: { file },
      cause,
    });
  }
};

/** Whether others than its owner have rights on a file with a secret. A pipe is no file; Windows has no such mode. */
export const isOpenToOthers = (file: string): boolean => {
  const stat = statSync(file, { throwIfNoEntry: false });
  return process.platform !== 'win32' && stat?.isFile() === true && (stat.mode & 0o077) !== 0;
};

/** For a secret that has no UTF-8 form of its own: decoded with replacements, different ones would become the same. */
export const secretNotText = (source: string, context: Readonly<Record<string, string>> = {}): ColdframeError =>
  new ColdframeError('PASSPHRASE_NOT_TEXT', {
    message: `${source} does not hold UTF-8 text, which a passphrase or recovery code has to be.`,
    guidance:
      'Make a passphrase with, for example: openssl rand -base64 32. A vault that an earlier version sealed with this one opens with the character U+FFFD in the place of what is not UTF-8: docs/errors.md, "Passphrases that are not UTF-8", says how to write that.',
    context,
  });

const contentOf = async (fd: number, file: string, options: SecretOptions): Promise<Buffer> => {
  const stat = fstatSync(fd);
  if (!stat.isFile() && !stat.isFIFO()) throw unsuitable(file, 'is neither a file nor a pipe');
  const content = Buffer.alloc(MOST_BYTES + 1);
  const since = performance.now();
  let length = 0;
  let hadWriter = false;
  for (;;) {
    const count = readSome(fd, content, length);
    length += count ?? 0;
    hadWriter ||= count !== 0;
    if (length > MOST_BYTES) throw unsuitable(file, `holds more than ${MOST_BYTES / 1024} KiB`);
    if (count === 0 && (length > 0 || stat.isFile())) return content.subarray(0, length);
    if (count !== null && count > 0) continue;
    const patience = hadWriter ? CONTENT_PATIENCE_MS : (options.writerPatienceMs ?? WRITER_PATIENCE_MS);
    if ((count === 0 && hadWriter) || performance.now() - since > patience) throw silent(file);
    await sleep(20, undefined, { signal: options.signal });
  }
};

/** Bytes that were read: 0 at the end, or while a pipe has no writer; null while the writer has written nothing. */
const readSome = (fd: number, into: Buffer, at: number): number | null => {
  try {
    return readSync(fd, into, at, into.length - at, null);
  } catch (error) {
    if (isErrno(error, 'EAGAIN')) return null;
    throw error;
  }
};

const unsuitable = (file: string, why: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `${file} ${why}: that is no passphrase.`,
    guidance: 'Name a file, or a pipe, that holds the passphrase or recovery code and nothing else.',
    context: { file },
  });

const silent = (file: string): ColdframeError =>
  new ColdframeError('PASSPHRASE_MISSING', {
    message: `The pipe ${file} did not deliver a passphrase: nobody writes to it, or its writer wrote none or did not end.`,
    guidance: 'Start what writes the passphrase to it, or name a file.',
    context: { file },
  });
