import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type JobThread, keepThreads, spareThreads, startJobThread } from './job-thread.ts';
import { KEPT_MS } from './testing/keep-threads.ts';
import { endThread } from './thread-end.ts';

type Thread = JobThread<unknown>;

const plans = (): Thread => startJobThread('restore-plan', null);

const reader = (): Thread => startJobThread('restore-reader', { file: null });

/** Has a reader close what it has open. */
const closed = async (thread: Thread): Promise<void> => {
  const answer = once(thread, 'message');
  thread.postMessage({ kind: 'close' });
  expect((await answer)[0]).toEqual({ kind: 'unmounted' });
};

/** What a plan thread says to an order that makes no sense: it has begun its work. */
const answerOf = async (thread: Thread): Promise<unknown> => {
  const answer = once(thread, 'message');
  thread.postMessage({ kind: 'restore', order: {} });
  return (await answer)[0];
};

const statusOf = async (thread: Thread): Promise<unknown> => (await once(thread, 'exit'))[0];

let ready = { end: async (): Promise<void> => undefined };
beforeEach(() => keepThreads(0));
afterEach(async () => {
  await ready.end();
  keepThreads(KEPT_MS, KEPT_MS);
});

test('a spare thread is taken over once, and does what one that was started then does', async () => {
  ready = spareThreads(['restore-plan', 'restore-reader']);
  const [spare, fresh] = [plans(), plans()];
  expect(await answerOf(spare)).toEqual(await answerOf(fresh));
  await ready.end();
  expect(spare.threadId).not.toBe(-1);
  expect(await answerOf(spare)).toMatchObject({ kind: 'failed' });
  await Promise.all([endThread(spare), endThread(fresh)]);
  expect([spare.threadId, fresh.threadId]).toEqual([-1, -1]);
});

test('spare threads that nobody took are ended, and are not taken over any more', async () => {
  ready = spareThreads(['restore-plan']);
  await ready.end();
  const thread = plans();
  expect(await answerOf(thread)).toMatchObject({ kind: 'failed' });
  await endThread(thread);
});

test('a thread ends with its work, or is kept for the next where many jobs are run', async () => {
  const first = reader();
  const number = first.threadId;
  await closed(first);
  await endThread(first);
  keepThreads(60_000);
  const second = reader();
  expect(second.threadId).not.toBe(number);
  const kept = second.threadId;
  await closed(second);
  await endThread(second);
  expect(second.threadId).toBe(-1);
  const third = reader();
  expect(third.threadId).toBe(kept);
  await closed(third);
  const { user, system } = await third.cpuUsage();
  expect(user + system).toBeLessThan(50_000);
  await endThread(third);
});

test('one whose work has failed is not kept', async () => {
  keepThreads(60_000);
  const first = plans();
  const number = first.threadId;
  expect(await answerOf(first)).toMatchObject({ kind: 'failed' });
  await endThread(first);
  const second = plans();
  expect(second.threadId).not.toBe(number);
  await endThread(second);
});

test('one that is kept and not needed ends', async () => {
  keepThreads(20);
  const first = plans();
  const number = first.threadId;
  await endThread(first);
  await expect
    .poll(async () => {
      const next = plans();
      const other = next.threadId;
      await endThread(next);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return other;
    })
    .not.toBe(number);
});

test('one that was ended by force, or holds what it did not close, is not kept', async () => {
  keepThreads(60_000);
  const forced = reader();
  const number = forced.threadId;
  const status = statusOf(forced);
  await forced.terminate();
  await status;
  const open = reader();
  expect(open.threadId).not.toBe(number);
  const held = open.threadId;
  await endThread(open);
  const next = reader();
  expect(next.threadId).not.toBe(held);
  await endThread(next);
});

test('work that cannot begin ends its thread, and who waits hears why', async () => {
  keepThreads(60_000);
  const thread = startJobThread<unknown>('restore-reader', null);
  const died = new Promise((resolve) => {
    thread.on('exit', resolve);
  });
  const error = await new Promise((resolve) => {
    thread.on('error', resolve);
  });
  expect(error).toBeInstanceOf(TypeError);
  expect(await died).toBe(1);
  expect(thread.threadId).toBe(-1);
});

/** Work that shares memory with its thread; a function of its own, so that nothing here holds on to it afterwards. */
const shareMemory = async (bytes: number): Promise<void> => {
  const staging = new Uint8Array(new SharedArrayBuffer(bytes)).fill(1);
  const thread = startJobThread('restore-reader', { file: null, staging });
  await closed(thread);
  await endThread(thread);
};

test('memory that a kept thread shared with its work is given back while it rests', async () => {
  keepThreads(60_000);
  // So much that what others in this process give back meanwhile does not count.
  const bytes = 512 * 1024 * 1024;
  await shareMemory(bytes);
  const shared = process.memoryUsage.rss();
  await expect.poll(() => shared - process.memoryUsage.rss(), { timeout: 20_000 }).toBeGreaterThan(0.8 * bytes);
});
