import { ColdframeError } from '../../../shared/errors.ts';
import { errnoOf } from '../../platform/errno.ts';
import { NotARegularFile } from '../../platform/regular-file.ts';

/** What lies on the tape is not what the format demands. `where` is a byte offset in the medium, or null. */
export const tapeDamaged = (tape: string, what: string, where: number | null = null, cause?: unknown): ColdframeError =>
  new ColdframeError('TAPE_DAMAGED', {
    message: `Tape ${tape} is damaged${where === null ? '' : ` at byte ${where}`}: ${what}.`,
    guidance:
      'What else lies on the tape can still be read. Run "verify" to see what is affected, then back it up again.',
    context: { tape, offset: where },
    cause,
  });

/** The tape, or what lies at a place on it, is not the one that was expected. Nothing was written. */
export const tapeMismatch = (tape: string, what: string): ColdframeError =>
  new ColdframeError('TAPE_MISMATCH', {
    message: `Tape ${tape} is not the one that was expected: ${what}. Nothing was written to it.`,
    guidance: 'Put the right tape in its place and run it again. What lies on other tapes is not touched by this.',
    context: { tape },
  });

/** What lies in the place of a tape that is to be labelled is another tape, or none that can be used: why, in either case. */
export const notOurs = (tape: string, why: ColdframeError): ColdframeError =>
  why.code === 'TAPE_MISMATCH'
    ? why
    : tapeMismatch(tape, `what lies in its place is no sound tape (${why.message.replace(/\.$/, '')})`);

/** Somebody else wrote to a tape while it was open to append. What this writer did since its last flush counts for nothing. */
export const tapeChanged = (tape: string, what: string): ColdframeError =>
  new ColdframeError('TAPE_IN_USE', {
    message: `Tape ${tape} was changed by somebody else while it was written: ${what}.`,
    guidance:
      'See that no other console and no program that copies files uses the vault, then run the backup again. Nothing was reported as done that is not on tape.',
    context: { tape },
  });

/** The chunk does not fit; nothing of it is valid. `empty`: nothing else lies on the tape, so no other would do better. */
export const tapeFull = (tape: string, needed: number, left: number, empty = false): ColdframeError =>
  new ColdframeError('TAPE_FULL', {
    message: `Tape ${tape} is full: ${needed} bytes are needed and ${Math.max(0, left)} are left.`,
    guidance: empty
      ? 'The tapes of this vault are too small for a chunk of this size; make a vault with larger tapes.'
      : 'The backup goes on with the next tape. Label more tapes when none is left.',
    context: { tape, needed, left, empty },
  });

/** A format version above the one that this code writes. */
export const formatTooNew = (what: string, version: number): ColdframeError =>
  new ColdframeError('FORMAT_TOO_NEW', {
    message: `${what} has format version ${version}, which is newer than this version of Coldframe reads.`,
    guidance: 'Install a newer version of Coldframe. Nothing was changed.',
    context: { version },
  });

/**
 * The same of something on one tape, which is then as good as damaged: one flipped bit makes a version a higher one, and
 * what else there is, on this tape and on others, is read.
 */
export const newerOnTape = (tape: string, part: 'label' | 'chunk' | 'tail', version: number): ColdframeError =>
  new ColdframeError('TAPE_DAMAGED', {
    message: `Tape ${tape} is out of use: ${part === 'chunk' ? 'a chunk on it' : `its ${part}`} says format version ${version}, which this version of Coldframe does not know: it was damaged, or written by a newer version.`,
    guidance:
      'If a newer version wrote to this vault, use that one. Otherwise go on as with a damaged tape: "verify" says what is affected.',
    context: { tape, part, newer: version },
  });

/** Whether an error is one of `newerOnTape`; `context.newer` is the version then. */
export const isNewerOnTape = ({ context }: ColdframeError): boolean => typeof context.newer === 'number';

/** What the system says of one file: a place that cannot be read, one that is somebody else's, a link that leads nowhere. */
const OF_ONE_FILE: ReadonlySet<unknown> = new Set(['EIO', 'EACCES', 'EPERM', 'ELOOP']);

/** Whether an error is about one tape, as a place that cannot be read is: others may still do. */
export const isAboutTape = ({ kind, code, context }: ColdframeError): boolean =>
  kind === 'damaged' ||
  code === 'NO_SUCH_TAPE' ||
  code === 'TAPE_MISMATCH' ||
  (code === 'IO' && OF_ONE_FILE.has(context.errno));

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Where on a medium: byte in the file, and how many records and file marks lie before it, if that is known. */
export interface MediumPlace {
  readonly offset: number;
  readonly block: number | null;
}

/** An error of the operating system on a file of the vault: DISK_FULL, NO_SUCH_TAPE or IO, with path and operation. */
export const mediumError = (
  cause: unknown,
  path: string,
  doing: string,
  place: MediumPlace | null = null,
): ColdframeError => {
  if (cause instanceof ColdframeError) return cause;
  if (cause instanceof NotARegularFile) return tapeDamaged(path, cause.message, null, cause);
  const errno = errnoOf(cause) ?? 'EIO';
  const context = { path, errno, offset: place?.offset ?? null, block: place?.block ?? null };
  const at = place === null ? '' : ` at ${place.block === null ? '' : `block ${place.block}, `}byte ${place.offset}`;
  if (DISK_FULL.has(errno)) {
    const message = `The disk has no room while ${doing} ${path}${at} (${errno}).`;
    return new ColdframeError('DISK_FULL', {
      message,
      guidance: 'Make room on the disk of the vault and run the backup again.',
      context,
      cause,
    });
  }
  if (errno === 'ENOENT') {
    const message = `${path} is not there.`;
    return new ColdframeError('NO_SUCH_TAPE', {
      message,
      guidance: 'Put the file back in its place and run it again.',
      context,
      cause,
    });
  }
  return new ColdframeError('IO', {
    message: `The operating system reported ${errno} while ${doing} ${path}${at}.`,
    guidance: 'Check the disk and its connection. What was flushed before stays readable.',
    context,
    cause,
  });
};
