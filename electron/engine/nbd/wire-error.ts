import { ColdframeError } from '../../../shared/errors.ts';
import { errnoOf } from '../../platform/errno.ts';
import { WIRE_ERROR, type WireErrno } from './protocol.ts';

/** What an errno of a device is called on the wire (doc/proto.md, “Error values”); all others are `EIO`. */
const NAMES: Readonly<Record<string, WireErrno>> = {
  EPERM: 'EPERM',
  EACCES: 'EPERM',
  EROFS: 'EPERM',
  ENOMEM: 'ENOMEM',
  EINVAL: 'EINVAL',
  ENOSPC: 'ENOSPC',
  EDQUOT: 'ENOSPC',
  EFBIG: 'ENOSPC',
  EOVERFLOW: 'EOVERFLOW',
  ENOTSUP: 'ENOTSUP',
  EOPNOTSUPP: 'ENOTSUP',
  ESHUTDOWN: 'ESHUTDOWN',
};

/** What a thrown error is called on the wire; devices say it in the context of theirs, whatever its code. */
export const wireErrnoOf = (error: unknown): WireErrno => {
  const said = error instanceof ColdframeError ? error.context.errno : errnoOf(error);
  return NAMES[String(said)] ?? 'EIO';
};

/** What people read. It never carries the text of an error, which may name paths of this machine. */
export const WIRE_TEXT: Readonly<Record<WireErrno, string>> = {
  EPERM: 'the export may not be written to',
  EIO: 'the volume reported an error',
  ENOMEM: 'there is no memory for this',
  EINVAL: 'the request is not valid',
  ENOSPC: 'there is no room, or the request goes beyond the end',
  EOVERFLOW: 'the request is too large',
  ENOTSUP: 'this cannot be done faster than by writing',
  ESHUTDOWN: 'the export is no longer served',
};

const BY_NUMBER = new Map<number, WireErrno>(
  Object.entries(WIRE_ERROR).map(([name, value]) => [value, name as WireErrno]),
);

/** The name of an error that a server sent; one that the protocol does not have counts as `EINVAL`, as it demands. */
export const wireErrnoName = (value: number): WireErrno => BY_NUMBER.get(value) ?? 'EINVAL';
