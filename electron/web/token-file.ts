import { closeSync, constants, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { ColdframeError } from '../../shared/errors.ts';
import { isErrno, reasonOf } from '../platform/errno.ts';
import { newSecret } from './secrets.ts';

/** What fits into an address as it is, and is long enough that nobody guesses it. */
const TOKEN = /^[A-Za-z0-9_-]{32,512}$/;

/** The reusable token in a file that only its owner can read; a file that is not there yet is made with a new one. */
export const readTokenFile = (file: string): string => {
  try {
    return create(file);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw unusable(file, `cannot be made: ${reasonOf(error)}`);
  }
  return read(file);
};

const create = (file: string): string => {
  const token = newSecret();
  const fd = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    writeSync(fd, `${token}\n`);
  } finally {
    closeSync(fd);
  }
  return token;
};

const read = (file: string): string => {
  let fd: number | undefined;
  try {
    // Without O_NONBLOCK a pipe would be waited for.
    fd = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw unusable(file, 'is no file');
    if (process.getuid && stat.uid !== process.getuid()) throw unusable(file, `belongs to user ${stat.uid}`);
    if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) throw unusable(file, 'can be read by others');
    const token = stat.size > 1024 ? '' : readFileSync(fd, 'utf8').trim();
    if (!TOKEN.test(token)) throw unusable(file, 'holds no token');
    return token;
  } catch (error) {
    if (error instanceof ColdframeError) throw error;
    throw unusable(file, `cannot be read: ${reasonOf(error)}`);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
};

const unusable = (file: string, why: string): ColdframeError =>
  new ColdframeError('TOKEN_FILE_UNSAFE', {
    message: `The token file ${file} ${why}.`,
    guidance:
      'Name a file of your own with mode 0600 and 32 to 512 letters, digits, - and _ in it, or one that is not there yet: it is then made.',
    context: { file },
  });
