import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { giveWay } from './give-way.ts';
import { startThread } from './start-thread.ts';

/** The nice value of a thread; null when it has just ended. */
const priorityOf = (thread: string): number | null => {
  try {
    return getPriority(Number(thread));
  } catch {
    return null;
  }
};

/** The nice value of each thread of this process. */
const priorities = (): Map<string, number> =>
  new Map(
    readdirSync('/proc/self/task').flatMap((thread) => {
      const nice = priorityOf(thread);
      return nice === null ? [] : [[thread, nice] as const];
    }),
  );

/** Threads that are there and were not, once one that was started has said something. */
const sinceThen = async (
  before: Map<string, number>,
  name: 'restore-reader' | 'restore-plan',
  setup: unknown,
  request: unknown,
) => {
  // A thread of its own: one that other tests have left could be older than `before`.
  const thread = startThread(name, null);
  const { port1, port2 } = new MessageChannel();
  thread.postMessage({ setup, port: port2 }, [port2]);
  port1.postMessage(request);
  await once(port1, 'message');
  const now = priorities();
  port1.close();
  await thread.terminate();
  return { own: [...now].filter(([id]) => !before.has(id)).map(([, nice]) => nice), now };
};

test.runIf(process.platform === 'linux')(
  'a thread that moves data gives way, and no other thread of the process with it',
  async () => {
    const before = priorities();
    const usual = getPriority(process.pid);
    const moving = await sinceThen(before, 'restore-reader', { file: null }, { kind: 'close' });
    expect(moving.own).toContain(Math.min(19, usual + 7));
    for (const [thread, nice] of before) if (moving.now.has(thread)) expect(moving.now.get(thread)).toBe(nice);
    const planning = await sinceThen(priorities(), 'restore-plan', null, { kind: 'restore', order: {} });
    expect(planning.own.length).toBeGreaterThan(0);
    expect(planning.own.every((nice) => nice === usual)).toBe(true);
  },
);

test('the main thread of a process never does', () => {
  const before = getPriority(process.pid);
  giveWay();
  expect(getPriority(process.pid)).toBe(before);
});

test('every thread that reads, compresses, checks or writes content gives way, and none that somebody waits for', () => {
  const workers = readdirSync('electron', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.worker.ts'),
  );
  const giving = workers.filter((file) => /^\s*giveWay\(\);$/m.test(readFileSync(`electron/${file}`, 'utf8')));
  const names = giving.map((file) => file.replace(/^.*\/|\.worker\.ts$/g, '')).toSorted();
  expect(names).toEqual([
    'back-end',
    'drive-label',
    'front-end',
    'merge',
    'rebuild',
    'reclaim',
    'replica',
    'restore-reader',
    'restore-verifier',
    'restore-writer',
    'scan',
    'tape-copy',
    'tape-transfer',
    'volume-copy',
  ]);
});
