import { chmodSync } from 'node:fs';
import { errnoName, ioError } from '../errno.ts';
import { addressText, type SocketAddress } from '../socket-address.ts';
import { loadKoffi } from './koffi.ts';
import { libc } from './libc.ts';
import { allocate, lazily, type NativeMemory } from './memory.ts';

const AF = { unix: 1, inet: 2, inet6: 10 } as const;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO = { reuseAddress: 2, sendBuffer: 7, keepAlive: 9, receiveTimeout: 20, sendTimeout: 21 } as const;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const MSG_NOSIGNAL = 0x4000;
const MSG_WAITALL = 0x100;
const SHUT_RDWR = 2;
const BACKLOG = 128;
const SEND_BUFFER_BYTES = 1024 * 1024;
/** Bytes of a path in an address, its NUL included (unix(7)). */
const UNIX_PATH_BYTES = 108;
const EAGAIN = 11;
const EINTR = 4;
const EINPROGRESS = 115;

/** What `receive` and `send` answer when nothing happened within the time limit of the socket. */
export const NOTHING_YET = -1;

const address = lazily(() => allocate(128));
const small = lazily(() => allocate(16));
const text = lazily(() => allocate(256));

/** Listens; `accept` of this socket never waits. A socket in the file system is for its mode only. Errors: `IO`. */
export function listenAt(at: SocketAddress, mode: number): number {
  const fd = newSocket(at, SOCK_NONBLOCK);
  try {
    if (at.kind === 'tcp') setOption(fd, SOL_SOCKET, SO.reuseAddress, 1);
    checkedAt(libc().bind(fd, address().address, putAddress(at)), 'bind', at);
    // Nobody can connect before it listens, so the mode is right when the first one may.
    if (at.kind === 'unix') chmodSync(at.path, mode);
    checkedAt(libc().listen(fd, BACKLOG), 'listen', at);
    return fd;
  } catch (error) {
    libc().close(fd);
    throw error;
  }
}

/** Connects, within a time limit, which then holds for every `receive` and `send` until it is set anew. Errors: `IO`. */
export function connectTo(at: SocketAddress, limitMs: number): number {
  const fd = newSocket(at, 0);
  try {
    setTimeLimits(fd, limitMs);
    const length = putAddress(at);
    const result = libc().connect(fd, address().address, length);
    // This is how a time limit that passed is told.
    if (result < 0 && libc().errno() === EINPROGRESS) throw ioError('connect', 'ETIMEDOUT', addressText(at));
    checkedAt(result, 'connect', at);
    if (at.kind === 'tcp') setUpTcp(fd);
    else setUpUnix(fd);
    return fd;
  } catch (error) {
    libc().close(fd);
    throw error;
  }
}

/** Two sockets of this process that are connected with each other. Errors: `IO`. */
export function socketPair(): readonly [number, number] {
  const into = small();
  const result = libc().socketpair(AF.unix, SOCK_STREAM | SOCK_CLOEXEC, 0, into.address);
  if (result < 0) throw ioError('socketpair', errnoName(libc().errno()), 'this process');
  const pair = [into.bytes.readInt32LE(0), into.bytes.readInt32LE(4)] as const;
  for (const fd of pair) setUpUnix(fd);
  return pair;
}

/** Takes the next connection of a listening socket; null when none waits, or it went away again. */
export function acceptFrom(fd: number): number | null {
  const accepted = libc().accept4(fd, 0, 0, SOCK_CLOEXEC);
  return accepted < 0 ? null : accepted;
}

/** Small messages go out at once, and a peer that vanished is noticed some day. */
export function setUpTcp(fd: number): void {
  setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  setOption(fd, SOL_SOCKET, SO.keepAlive, 1);
}

/** As much room for what is sent as the system gives: a sender that waits for a reader is two switches of context. */
export function setUpUnix(fd: number): void {
  setOption(fd, SOL_SOCKET, SO.sendBuffer, SEND_BUFFER_BYTES);
}

/** How long one `receive` or `send` waits at most. */
export function setTimeLimits(fd: number, limitMs: number): void {
  const { bytes, address: at } = small();
  bytes.writeBigInt64LE(BigInt(Math.floor(limitMs / 1000)), 0);
  bytes.writeBigInt64LE(BigInt((limitMs % 1000) * 1000), 8);
  libc().setsockopt(fd, SOL_SOCKET, SO.receiveTimeout, at, 16);
  libc().setsockopt(fd, SOL_SOCKET, SO.sendTimeout, at, 16);
}

/**
 * Bytes that arrived, at least one; 0 at the end; NOTHING_YET when the time limit passed; null when the
 * connection broke. `all`: comes back with less than asked for only then.
 */
export function receive(fd: number, at: number, length: number, all = false): number | null {
  for (;;) {
    const outcome = outcomeOf(libc().recv(fd, at, length, all ? MSG_WAITALL : 0));
    if (outcome !== undefined) return outcome;
  }
}

/** Bytes that were taken; NOTHING_YET and null as above. */
export function send(fd: number, at: number, length: number): number | null {
  for (;;) {
    const outcome = outcomeOf(libc().send(fd, at, length, MSG_NOSIGNAL));
    if (outcome !== undefined) return outcome;
  }
}

/** Undefined: a signal came between, and the call has to be made again. */
const outcomeOf = (result: number): number | null | undefined => {
  if (result >= 0) return result;
  const errno = libc().errno();
  if (errno === EINTR) return undefined;
  return errno === EAGAIN ? NOTHING_YET : null;
};

/** Where bytes lie, for a call that is made at once: nothing may be allocated before it. */
export function addressOf(bytes: Uint8Array): number {
  return Number(loadKoffi().address(bytes));
}

/** Ends a connection in both directions; who waits in a call on it is woken. The descriptor stays. */
export function shutDown(fd: number): void {
  libc().shutdown(fd, SHUT_RDWR);
}

export function closeSocket(fd: number): void {
  libc().close(fd);
}

/** The port that a listening TCP socket was given. */
export function portOf(fd: number): number {
  const { bytes, address: at } = small();
  bytes.writeUInt32LE(128, 0);
  libc().getsockname(fd, address().address, at);
  return address().bytes.readUInt16BE(2);
}

/** The host that a connection comes from, as a text that is good for comparing alone; one text for all that come from no host, or are gone. */
export function peerOf(fd: number): string {
  const { bytes, address: at } = small();
  bytes.writeUInt32LE(128, 0);
  if (libc().getpeername(fd, address().address, at) < 0) return '';
  const peer = address().bytes;
  const family = peer.readUInt16LE(0);
  if (family === AF.inet) return peer.toString('hex', 4, 8);
  return family === AF.inet6 ? peer.toString('hex', 8, 24) : '';
}

/** Calls back whenever something can be accepted, until it is closed. */
export function whenReadable(fd: number, callback: () => void): { close(): void } {
  return loadKoffi().node.poll(fd, { readable: true }, callback);
}

/** The address of a host name in numbers; null for a name. */
function familyOf(host: string): { family: 4 | 6; bytes: Buffer } | null {
  const name = text();
  name.bytes[name.bytes.latin1Write(host.slice(0, 200), 0)] = 0;
  const into = small();
  for (const family of [4, 6] as const) {
    const found = libc().inet_pton(family === 4 ? AF.inet : AF.inet6, name.address, into.address);
    if (found === 1) return { family, bytes: Buffer.from(into.bytes.subarray(0, family === 4 ? 4 : 16)) };
  }
  return null;
}

function newSocket(at: SocketAddress, flags: number): number {
  const domain = at.kind === 'unix' ? AF.unix : familyOf(at.host)?.family === 6 ? AF.inet6 : AF.inet;
  return checkedAt(libc().socket(domain, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), 'socket', at);
}

/** Puts an address where the calls find it and gives its length. */
function putAddress(at: SocketAddress): number {
  const memory = address();
  memory.bytes.fill(0);
  return at.kind === 'unix' ? putPath(memory, at) : putHost(memory, at);
}

function putPath({ bytes }: NativeMemory, at: Extract<SocketAddress, { kind: 'unix' }>): number {
  const path = Buffer.from(at.path);
  if (path.length >= UNIX_PATH_BYTES) throw ioError('bind', 'ENAMETOOLONG', at.path);
  bytes.writeUInt16LE(AF.unix, 0);
  path.copy(bytes, 2);
  return 2 + path.length + 1;
}

function putHost({ bytes }: NativeMemory, at: Extract<SocketAddress, { kind: 'tcp' }>): number {
  const host = familyOf(at.host);
  if (host === null) throw ioError('resolve', 'EINVAL', addressText(at));
  bytes.writeUInt16LE(host.family === 4 ? AF.inet : AF.inet6, 0);
  bytes.writeUInt16BE(at.port, 2);
  host.bytes.copy(bytes, host.family === 4 ? 4 : 8);
  return host.family === 4 ? 16 : 28;
}

function setOption(fd: number, level: number, option: number, value: number): void {
  const { bytes, address: at } = small();
  bytes.writeInt32LE(value, 0);
  libc().setsockopt(fd, level, option, at, 4);
}

function checkedAt(result: number, call: string, at: SocketAddress): number {
  if (result >= 0) return result;
  throw ioError(call, errnoName(libc().errno()), addressText(at));
}
