import { COMMAND, COMMAND_FLAG, MAGIC, MAX_PAYLOAD, type WireErrno } from './protocol.ts';

/** The header of one request. One object is filled again and again, since this is the way of every byte. */
export interface Request {
  flags: number;
  command: number;
  /** The two halves of what the client wants back with the reply. */
  cookieHigh: number;
  cookieLow: number;
  /** As a float: beyond 2^53 it is not exact, and far behind the end of any device. */
  offset: number;
  length: number;
}

export const emptyRequest = (): Request => ({
  flags: 0,
  command: 0,
  cookieHigh: 0,
  cookieLow: 0,
  offset: 0,
  length: 0,
});

/** Reads the 28 bytes of a header. False: it is none, and what follows cannot be told apart any more. */
export const readRequest = (bytes: Buffer, at: number, into: Request): boolean => {
  if (bytes.readUInt32BE(at) !== MAGIC.request) return false;
  into.flags = bytes.readUInt16BE(at + 4);
  into.command = bytes.readUInt16BE(at + 6);
  into.cookieHigh = bytes.readUInt32BE(at + 8);
  into.cookieLow = bytes.readUInt32BE(at + 12);
  into.offset = bytes.readUInt32BE(at + 16) * 2 ** 32 + bytes.readUInt32BE(at + 20);
  into.length = bytes.readUInt32BE(at + 24);
  return true;
};

/** What a request is checked against. */
export interface RequestLimits {
  readonly size: number;
  readonly readOnly: boolean;
  readonly structured: boolean;
  /** Whether a context was chosen. */
  readonly contexts: boolean;
}

interface CommandRule {
  /** Flags beside FUA, which every command takes. */
  readonly flags: number;
  readonly writes: boolean;
  /** What is said when it goes beyond the end; null: it has no range, and offset and length must be 0. */
  readonly beyond: WireErrno | null;
}

/** doc/proto.md, “Request types” and “Error values”. */
const RULES: Readonly<Record<number, CommandRule>> = {
  [COMMAND.read]: { flags: COMMAND_FLAG.df, writes: false, beyond: 'EINVAL' },
  [COMMAND.write]: { flags: 0, writes: true, beyond: 'ENOSPC' },
  [COMMAND.flush]: { flags: 0, writes: false, beyond: null },
  [COMMAND.trim]: { flags: 0, writes: true, beyond: 'EINVAL' },
  [COMMAND.cache]: { flags: 0, writes: false, beyond: 'EINVAL' },
  [COMMAND.writeZeroes]: { flags: COMMAND_FLAG.noHole | COMMAND_FLAG.fastZero, writes: true, beyond: 'ENOSPC' },
  [COMMAND.blockStatus]: { flags: COMMAND_FLAG.reqOne, writes: false, beyond: 'EINVAL' },
};

/** What is wrong with a request, by its header alone; null: nothing. */
export const faultOf = (request: Request, limits: RequestLimits): WireErrno | null => {
  const rule = RULES[request.command];
  if (rule === undefined || (request.flags & ~(rule.flags | COMMAND_FLAG.fua)) !== 0) return 'EINVAL';
  if (rule.writes && limits.readOnly) return 'EPERM';
  if (rule.beyond === null) return request.offset === 0 && request.length === 0 ? null : 'EINVAL';
  if (request.offset + request.length > limits.size) return rule.beyond;
  if (request.command === COMMAND.read) return faultOfRead(request, limits.structured);
  if (request.command === COMMAND.write) return request.length > MAX_PAYLOAD ? 'EINVAL' : null;
  if (request.command === COMMAND.blockStatus) return limits.contexts && request.length > 0 ? null : 'EINVAL';
  return null;
};

/** Without structured replies there is no flag against fragments, nor an error that says “in smaller pieces”. */
const faultOfRead = ({ flags, length }: Request, structured: boolean): WireErrno | null => {
  if ((flags & COMMAND_FLAG.df) !== 0 && !structured) return 'EINVAL';
  if (length <= MAX_PAYLOAD) return null;
  return structured ? 'EOVERFLOW' : 'EINVAL';
};
