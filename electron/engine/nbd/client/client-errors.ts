import { ColdframeError } from '../../../../shared/errors.ts';
import { type Errno, ioError } from '../../../platform/errno.ts';
import { wireErrnoName } from '../wire-error.ts';

export const lost = (where: string, why: string, errno: Errno, cause?: unknown): ColdframeError =>
  new ColdframeError('NBD_LOST', {
    message: `The connection to ${where} is lost: ${why}.`,
    guidance: 'Check that the server runs and can be reached, then try again.',
    context: { where, errno },
    cause,
  });

export const unreachable = (where: string, errno: Errno, cause: unknown): ColdframeError =>
  new ColdframeError('NBD_LOST', {
    message: `${where} cannot be reached (${errno}).`,
    guidance: 'Check that the server runs and can be reached, then try again.',
    context: { where, errno },
    cause,
  });

export const malformed = (where: string, what: string): ColdframeError =>
  new ColdframeError('NBD_MALFORMED', {
    message: `${where} does not keep to the NBD protocol: ${what}.`,
    guidance: 'Nothing that it sent with this was used. Check what kind of server listens there, and its version.',
    context: { where, errno: 'EPROTO' },
  });

export const refused = (
  where: string,
  why: string,
  guidance = 'Check how the server was started, and what it offers (nbdinfo --list).',
): ColdframeError =>
  new ColdframeError('NBD_REFUSED', {
    message: `${where} refuses: ${why}.`,
    guidance,
    context: { where },
  });

export const noSuchExport = (where: string, name: string): ColdframeError =>
  new ColdframeError('NO_SUCH_EXPORT', {
    message: `${where} has no export “${name}”.`,
    guidance: 'List what it offers (nbdinfo --list) and choose one of those.',
    context: { where, export: name },
  });

/** What the server says went wrong with one request; the connection goes on. */
export const failedThere = (where: string, call: string, error: number): ColdframeError =>
  ioError(call, wireErrnoName(error) as Errno, where);
