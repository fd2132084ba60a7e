import type { MessagePort } from 'node:worker_threads';
import { asColdframeError } from '../../../shared/errors.ts';
import { collectAll } from '../../platform/garbage.ts';
import { onWork, type WorkOutcome } from '../../platform/job-thread-work.ts';
import { copyCatalog } from './copy.ts';
import { expireSets } from './expire.ts';
import { commitWaiting } from './import-set.ts';
import { openCatalog } from './open.ts';
import { settleSome } from './settle.ts';
import { spoolStream } from './spool-stream.ts';
import { fromSqlite } from './sqlite-error.ts';
import type { Store } from './store.ts';
import { leaveTape } from './tape-leave.ts';
import { loseTape } from './tape-loss.ts';
import {
  addChunks,
  beginSet,
  commitSet,
  discardSet,
  giveUpSet,
  interruptUnfinished,
  loseSets,
  type WrittenChunk,
} from './writer.ts';
import type { WriterAnswer, WriterCall, WriterRequest, WriterSetup } from './writer-protocol.ts';

type Answer = (message: WriterAnswer) => void;

/** The collector does not see buffers that came as messages: of indexes that are in the catalog this much may lie about. */
const INDEXES_LEFT = 4 << 20;
let indexesLeft = 0;

const addIndexed = (store: Store, chunks: readonly WrittenChunk[]): void => {
  addChunks(store, chunks);
  for (const { index } of chunks) indexesLeft += index?.byteLength ?? 0;
  if (indexesLeft < INDEXES_LEFT) return;
  indexesLeft = 0;
  giveBack(store);
};

/** A set of so many elements leaves much behind. */
const MANY_ELEMENTS = 20_000;

/** Pages that were read or written and will not be again soon, and what only the collector can free. */
const giveBack = (store: Store): void => {
  store.db.exec('PRAGMA shrink_memory');
  collectAll();
};

const carryOut = async (store: Store, answer: Answer, id: number, request: WriterRequest): Promise<void> => {
  switch (request.kind) {
    case 'begin':
      return beginSet(store, request.set);
    case 'add-chunks':
      return addIndexed(store, request.chunks);
    case 'commit': {
      const stream = spoolStream(request.set.spools.map(({ path }) => path));
      let most = 0;
      const progress = (elements: number): void => {
        most = elements;
        answer({ kind: 'progress', id, elements });
      };
      commitSet(store, { ...request.set, stream }, { progress });
      if (most >= MANY_ELEMENTS) giveBack(store);
      return;
    }
    case 'interrupt':
      return giveUpSet(store, request.set);
    case 'discard':
      return discardSet(store, request.set);
    case 'lose':
      return loseSets(store, request.sets);
    case 'lose-tape':
      return loseTape(store, request.going);
    case 'leave-tape':
      return leaveTape(store, request.leave);
    case 'expire':
      return expireSets(store, request.expiry);
    case 'copy':
      await copyCatalog(store, request.target, request.key);
      return;
    case 'settle':
      while (settleSome(store));
      return;
    case 'close':
      store.close();
      return;
  }
};

/**
 * Nobody waits for this work, and nobody asked for it: when the disk fails it is left for later, and whoever asks for
 * something next hears of the disk.
 */
const settleQuietly = (store: Store): boolean => {
  try {
    return settleSome(store);
  } catch {
    return false;
  }
};

/** Carries requests out one after the other; in between, when there are none, it indexes names. Ends when it is closed. */
const serve = async (store: Store, port: MessagePort, answer: Answer): Promise<WorkOutcome> => {
  const closed = Promise.withResolvers<WorkOutcome>();
  const waiting: WriterCall[] = [];
  let busy = false;
  let unsettled = true;
  const next = async (): Promise<void> => {
    const call = waiting.shift();
    if (call === undefined) {
      unsettled = store.db.isOpen && unsettled && settleQuietly(store);
      return;
    }
    unsettled = true;
    try {
      await carryOut(store, answer, call.id, call.request);
      answer({ kind: 'done', id: call.id });
    } catch (error) {
      answer({ kind: 'failed', id: call.id, error: asColdframeError(fromSqlite(error, store.file)).toData() });
    }
    if (call.request.kind === 'close') closed.resolve(store.db.isOpen ? 'spent' : 'clean');
  };
  const pump = (): void => {
    if (busy || !store.db.isOpen) return;
    busy = true;
    void next().finally(() => {
      busy = false;
      if (waiting.length > 0 || unsettled) setImmediate(pump);
    });
  };
  port.on('message', (call: WriterCall) => {
    waiting.push(call);
    pump();
  });
  pump();
  return await closed.promise;
};

onWork<WriterSetup>(async ({ file }, port) => {
  const answer: Answer = (message) => port.postMessage(message);
  let store: Store;
  try {
    store = openCatalog(file);
    const interrupted = interruptUnfinished(store);
    commitWaiting(store);
    answer({ kind: 'ready', interrupted });
  } catch (error) {
    answer({ kind: 'refused', error: asColdframeError(fromSqlite(error, file)).toData() });
    return 'spent';
  }
  return await serve(store, port, answer);
});
