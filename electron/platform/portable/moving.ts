import { linkSync, lstatSync, realpathSync, renameSync, unlinkSync } from 'node:fs';
import { type ByteString, baseOf, displayText } from '../../../shared/byte-string.ts';
import { ioError, isErrno } from '../errno.ts';
import { calling } from './calling-node.ts';
import { fromSystemPath, toSystemPath } from './system-path.ts';

/** What systems and file systems say that do not give a file a second name. */
const NO_LINKS = ['EPERM', 'ENOSYS', 'EOPNOTSUPP', 'EXDEV', 'EMLINK', 'EINVAL', 'EISDIR'] as const;

/** Moves a name over what is there, but not over a directory, nor over what bears another name. */
export const moveOver = (from: ByteString, to: ByteString): void => {
  const there = calling('stat', to, (at) => lstatSync(at, { throwIfNoEntry: false }));
  if (there?.isDirectory()) throw ioError('rename', 'EISDIR', displayText(to));
  if (there?.isFile() && storedName(to) !== baseOf(to)) throw ioError('rename', 'EEXIST', displayText(to));
  move(from, to);
};

/**
 * Moves a name only if nothing is there. A file gets a second name first, which the system refuses when there is
 * something; what cannot have one is moved after a look, and who comes in between is overwritten.
 */
export const moveIfFree = (from: ByteString, to: ByteString): void => {
  if (calling('stat', from, (at) => lstatSync(at)).isFile() && linked(from, to)) {
    calling('unlink', from, (at) => unlinkSync(at));
    return;
  }
  const there = calling('stat', to, (at) => lstatSync(at, { throwIfNoEntry: false }));
  if (there !== undefined) throw ioError('rename', 'EEXIST', displayText(to));
  move(from, to);
};

const move = (from: ByteString, to: ByteString): void =>
  calling('rename', to, (at) => renameSync(toSystemPath(from), at));

const linked = (from: ByteString, to: ByteString): boolean => {
  try {
    calling('link', to, (at) => linkSync(toSystemPath(from), at));
    return true;
  } catch (error) {
    if (isErrno(error, ...NO_LINKS)) return false;
    throw error;
  }
};

/** The name as the folder has it: where `A` and `a` are one name, the file that has it may be another one of the backup. */
const storedName = (path: ByteString): ByteString =>
  baseOf(calling('realpath', path, (at) => fromSystemPath(realpathSync.native(at, { encoding: 'buffer' }))));
