import { expect, test } from 'vitest';
import { type LeaveChoice, Leaving } from './leaving.ts';

const scene = (
  given: { jobs?: number; choice?: LeaveChoice; tray?: boolean; until?: Promise<void>; code?: boolean } = {},
) => {
  const { jobs = 0, choice = 'stay', tray = false } = given;
  const done: string[] = [];
  const leaving = new Leaving({
    jobsHere: async () => jobs,
    stopJobs: () => done.push('stop'),
    interruptJobs: () => done.push('interrupt'),
    ask: async (count) => {
      done.push(`ask ${count}`);
      return choice;
    },
    mayLeave: () => given.code !== true,
    staysInTray: async () => tray,
    hide: () => done.push('hide'),
    end: async () => {
      done.push('end');
      await given.until;
    },
    exit: () => done.push('exit'),
  });
  return { done, leaving };
};

test('closing the window hides it where there is a tray', async () => {
  const { done, leaving } = scene({ tray: true, jobs: 2 });
  await leaving.close();
  expect([done, leaving.ended]).toEqual([['hide'], false]);
});

test('without a tray closing the window ends the program', async () => {
  const { done, leaving } = scene();
  await leaving.close();
  expect([done, leaving.ended]).toEqual([['end', 'exit'], true]);
});

test.each([
  ['stay', ['ask 2'], false],
  ['wait', ['ask 2', 'end', 'exit'], true],
  ['stop', ['ask 2', 'stop', 'end', 'exit'], true],
] as const)('while jobs run it asks first: %s', async (choice, expected, ending) => {
  const { done, leaving } = scene({ jobs: 2, choice });
  await leaving.close();
  expect([done, leaving.ended]).toEqual([expected, ending]);
});

test('while a recovery code is shown that somebody wants to keep, nothing ends, unless the system wants that', async () => {
  const { done, leaving } = scene({ code: true, jobs: 1, choice: 'wait' });
  await leaving.close();
  await leaving.quit();
  expect([done, leaving.ended]).toEqual([[], false]);
  await leaving.stop();
  expect(done).toEqual(['interrupt', 'end', 'exit']);
});

test('it asks once, however often it is told to go, and ends once', async () => {
  const { done, leaving } = scene({ jobs: 1, choice: 'wait' });
  await Promise.all([leaving.quit(), leaving.quit(), leaving.close()]);
  await leaving.quit();
  await leaving.stop();
  expect(done.filter((what) => what !== 'interrupt')).toEqual(['ask 1', 'end', 'exit', 'ask 1']);
});

test('a signal interrupts the jobs and asks nobody', async () => {
  const { done, leaving } = scene({ jobs: 3 });
  await leaving.stop();
  expect(done).toEqual(['interrupt', 'end', 'exit']);
});

test('while it waits for jobs nothing closes, and whoever tries again is asked again and may stop them', async () => {
  const jobs = Promise.withResolvers<void>();
  const { done, leaving } = scene({ jobs: 1, choice: 'stop', until: jobs.promise });
  void leaving.end();
  await leaving.close();
  expect([done, leaving.ended]).toEqual([['end', 'ask 1', 'stop'], false]);
  jobs.resolve();
  await expect.poll(() => leaving.ended).toBe(true);
  expect(done.at(-1)).toBe('exit');
});
