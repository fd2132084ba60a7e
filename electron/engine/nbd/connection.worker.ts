import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { allocate } from '../../platform/linux/memory.ts';
import { threadSetup } from '../../platform/thread-setup.ts';
import { serveBlocking } from './blocking-connection.ts';
import { slotsOf } from './board.ts';
import { ExportTable } from './export-table.ts';
import { endSession, sessionOf } from './serve-slot.ts';
import type { ConnectionSetup, FromThread, ToConnection } from './thread-messages.ts';
import { WireBuffer } from './wire-buffer.ts';

const BUFFER_BYTES = 1024 * 1024;

const port = parentPort;
if (port === null) throw new Error('Connections are served in worker threads only.');
const setup = threadSetup<ConnectionSetup>();
const wake = new Int32Array(setup.wake);
const slots = slotsOf(setup.board);
const table = new ExportTable();
const tell = (message: FromThread): void => port.postMessage(message);
/** For one connection after the other: a thread that never returns to its event loop is slow to give memory back. */
const buffers = [new WireBuffer(BUFFER_BYTES, allocate), new WireBuffer(BUFFER_BYTES, allocate)];
const work: { readonly fd: number; readonly slot: number }[] = [];
let ending = false;

/** This thread never returns to its event loop, so it looks for messages itself. */
const refresh = (): void => {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    const message = next.message as ToConnection;
    if (message === null) ending = true;
    else if (message.kind === 'exports') table.update(message.exports);
    else work.push(message);
  }
};

/** Nothing of the connection before is in it, nor the room that a large request of that one took. */
const usable = (which: number): WireBuffer => {
  const before = buffers[which];
  const buffer =
    before === undefined || before.bytes.length > BUFFER_BYTES ? new WireBuffer(BUFFER_BYTES, allocate) : before;
  buffer.clear();
  buffers[which] = buffer;
  return buffer;
};

const serve = (fd: number, index: number): void => {
  const slot = slots[index];
  if (slot === undefined) throw new RangeError(`There is no slot ${index}.`);
  const [input, out] = [usable(0), usable(1)];
  const session = sessionOf(input, out, { slot, table, refresh, tell, tls: false });
  try {
    serveBlocking(fd, session, slot, setup.limits);
  } finally {
    endSession(session, slot, tell);
  }
};

while (!ending) {
  const seen = Atomics.load(wake, 0);
  refresh();
  const next = work.shift();
  if (next !== undefined) serve(next.fd, next.slot);
  else if (!ending) Atomics.wait(wake, 0, seen);
}
port.close();
