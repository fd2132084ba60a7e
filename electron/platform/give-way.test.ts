import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { giveWay } from './give-way.ts';
import { keepThreads, startJobThread } from './job-thread.ts';
import { KEPT_MS } from './testing/keep-threads.ts';
import { endThread } from './thread-end.ts';

beforeEach(() => keepThreads(0));
afterEach(() => keepThreads(KEPT_MS, KEPT_MS));

/** The nice value of each thread of this process. */
const priorities = (): Map<string, number> =>
  new Map(readdirSync('/proc/self/task').map((thread) => [thread, getPriority(Number(thread))]));

/** Threads that are there and were not, once one that was started has said something. */
const sinceThen = async (
  before: Map<string, number>,
  name: 'restore-reader' | 'restore-plan',
  setup: unknown,
  request: unknown,
) => {
  const thread = startJobThread<unknown>(name, setup);
  thread.postMessage(request);
  await once(thread, 'message');
  const now = priorities();
  await endThread(thread);
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
