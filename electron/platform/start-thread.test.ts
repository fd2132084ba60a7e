import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { spareThreads, startThread } from './start-thread.ts';
import { endThread } from './thread-end.ts';

const plans = (): ReturnType<typeof startThread> => startThread('restore-plan', null);

/** What a plan thread says to an order that makes no sense: it has begun its work. */
const answerOf = async (thread: ReturnType<typeof startThread>): Promise<unknown> => {
  thread.postMessage({ kind: 'restore', order: {} });
  const [answer] = await once(thread, 'message');
  return answer;
};

let ready = { end: async (): Promise<void> => undefined };
afterEach(async () => await ready.end());

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
