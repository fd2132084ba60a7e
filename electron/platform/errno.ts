import { constants } from 'node:os';
import { ColdframeError } from '../../shared/errors.ts';
import { NotARegularFile } from './regular-file.ts';

/** What the operating system says went wrong: `ENOENT`, `EACCES` …; `E<number>` where it has no name here. */
export type Errno = keyof typeof constants.errno | 'EUCLEAN' | `E${number}`;

const names = new Map<number, Errno>();
for (const [name, value] of Object.entries(constants.errno)) if (!names.has(value)) names.set(value, name as Errno);
if (process.platform === 'linux') names.set(117, 'EUCLEAN');
// Two names each for one number: these are the ones that people search for.
names.set(constants.errno.EOPNOTSUPP, 'EOPNOTSUPP');
names.set(constants.errno.EAGAIN, 'EAGAIN');

/** The name of an errno. */
export const errnoName = (value: number): Errno => names.get(value) ?? `E${value}`;

/** What the system says when there is no room. */
const FULL: ReadonlySet<Errno> = new Set<Errno>(['ENOSPC', 'EDQUOT']);

/** An error of the operating system as one of ours that names the call, the reason and the path: `DISK_FULL` or `IO`. */
export function ioError(call: string, errno: Errno, path: string, cause?: unknown): ColdframeError {
  const strange = cause instanceof NotARegularFile;
  return new ColdframeError(FULL.has(errno) ? 'DISK_FULL' : 'IO', {
    message: `${call} failed for ${path}: ${strange ? cause.message : (REASONS[errno] ?? 'the system reported')} (${errno}).`,
    guidance:
      (strange ? 'Move it away, and find out who put it there.' : GUIDANCE[errno]) ??
      'Check the device and the file system it is on, then try again.',
    context: { call, errno, path },
    cause,
  });
}

/** Why something failed, in words and with the name of the errno; what an error says that has none is taken as it is. */
export const reasonOf = (cause: unknown): string => {
  const errno = errnoOf(cause);
  const reason = errno === null ? undefined : (REASONS[errno] ?? NAME_REASONS[errno]);
  if (reason !== undefined) return `${reason} (${errno})`;
  return cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause);
};

/** Whether an error, ours or Node's, is one of these errors of the operating system. */
export function isErrno(error: unknown, ...wanted: readonly Errno[]): boolean {
  const errno = errnoOf(error);
  return errno !== null && wanted.includes(errno);
}

/** The errno that an error of ours or of Node carries, or null. */
export function errnoOf(error: unknown): Errno | null {
  if (error instanceof ColdframeError) {
    return error.code === 'IO' || error.code === 'DISK_FULL' ? ((error.context.errno as Errno) ?? null) : null;
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code as Errno;
  return null;
}

const REASONS: Readonly<Partial<Record<Errno, string>>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'there is no such file or folder',
  EEXIST: 'it exists already',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  ENOTEMPTY: 'the folder is not empty',
  EXDEV: 'it would leave the file system or the folder',
  ELOOP: 'a part of the path is a symbolic link',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EIO: 'the device reported an error',
  EBUSY: 'it is in use',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this system',
  EOPNOTSUPP: 'this file system cannot do that',
  ESTALE: 'the network file system lost it',
  EADDRINUSE: 'another program uses that address',
  EADDRNOTAVAIL: 'this machine has no such address',
};

/** Of looking up a name, which the operating system has no number for. */
const NAME_REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such name is known',
  EAI_AGAIN: 'no name server answers',
};

const GUIDANCE: Readonly<Partial<Record<Errno, string>>> = {
  EACCES: 'Run Coldframe as a user who may do that, or leave it out.',
  EPERM: 'Run Coldframe with more rights (as root), or leave it out.',
  ENOENT: 'Check the path.',
  ENOTDIR: 'Give a path on which every name but the last is a folder.',
  ENOSPC: 'Free some space or choose another place, then try again.',
  EDQUOT: 'Raise the quota or choose another place, then try again.',
  EROFS: 'Mount the file system for writing or choose another place.',
  EIO: 'Check the device: the system log says more. Other files are not affected.',
  EMFILE: 'Raise the limit of open files (ulimit -n).',
};
