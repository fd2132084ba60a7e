/**
 * Numbers of the NBD protocol (github.com/NetworkBlockDevice/nbd, doc/proto.md, section “Values”). All fields are big-endian.
 * 64-bit magic numbers are kept as their two halves, so that nothing on the way of a request makes a bigint.
 */
export const MAGIC = {
  nbd: [0x4e42444d, 0x41474943],
  option: [0x49484156, 0x454f5054],
  optionReply: [0x0003e889, 0x045565a9],
  request: 0x25609513,
  simpleReply: 0x67446698,
  structuredReply: 0x668e33ef,
} as const;

export const HANDSHAKE_FLAG = { fixedNewstyle: 1, noZeroes: 2 } as const;

export const OPTION = {
  exportName: 1,
  abort: 2,
  list: 3,
  startTls: 5,
  info: 6,
  go: 7,
  structuredReply: 8,
  listMetaContext: 9,
  setMetaContext: 10,
} as const;

const ERROR_BIT = 0x80000000;
export const REPLY = {
  ack: 1,
  server: 2,
  info: 3,
  metaContext: 4,
  errUnsupported: ERROR_BIT + 1,
  errPolicy: ERROR_BIT + 2,
  errInvalid: ERROR_BIT + 3,
  errTlsRequired: ERROR_BIT + 5,
  errUnknown: ERROR_BIT + 6,
  errShutdown: ERROR_BIT + 7,
  errTooBig: ERROR_BIT + 9,
} as const;

export const INFO = { export: 0, name: 1, description: 2, blockSize: 3 } as const;

export const EXPORT_FLAG = {
  hasFlags: 1,
  readOnly: 2,
  sendFlush: 4,
  sendFua: 8,
  sendTrim: 0x20,
  sendWriteZeroes: 0x40,
  sendDf: 0x80,
  canMultiConn: 0x100,
  sendCache: 0x400,
  sendFastZero: 0x800,
} as const;

export const COMMAND = {
  read: 0,
  write: 1,
  disconnect: 2,
  flush: 3,
  trim: 4,
  cache: 5,
  writeZeroes: 6,
  blockStatus: 7,
} as const;

export const COMMAND_FLAG = { fua: 1, noHole: 2, df: 4, reqOne: 8, fastZero: 16 } as const;

export const CHUNK = {
  none: 0,
  offsetData: 1,
  offsetHole: 2,
  blockStatus: 5,
  error: 0x8001,
  errorOffset: 0x8002,
} as const;
export const CHUNK_IS_ERROR = 0x8000;
export const CHUNK_DONE = 1;

export const STATE = { hole: 1, zero: 2 } as const;

export const WIRE_ERROR = {
  EPERM: 1,
  EIO: 5,
  ENOMEM: 12,
  EINVAL: 22,
  ENOSPC: 28,
  EOVERFLOW: 75,
  ENOTSUP: 95,
  ESHUTDOWN: 108,
} as const;
export type WireErrno = keyof typeof WIRE_ERROR;

export const REQUEST_BYTES = 28;
export const SIMPLE_REPLY_BYTES = 16;
export const CHUNK_HEADER_BYTES = 20;

/** The longest string that the protocol has, in bytes. */
export const MAX_STRING = 4096;
/** The most bytes that one request reads or writes, here and at whoever says nothing about it. */
export const MAX_PAYLOAD = 32 * 1024 * 1024;
/** More runs of one context are not told in one reply; who asked goes on behind the last one. */
export const MAX_RUNS = 16_384;

/** The context that the protocol itself defines. */
export const ALLOCATION_CONTEXT = 'base:allocation';
