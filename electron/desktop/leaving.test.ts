import { expect, test } from 'vitest';
import { type LeaveChoice, Leaving } from './leaving.ts';

const scene = (given: { jobs?: number; choice?: LeaveChoice; tray?: boolean } = {}) => {
  const { jobs = 0, choice = 'stay', tray = false } = given;
  const done: string[] = [];
  const leaving = new Leaving({
    jobsHere: async () => jobs,
    stopJobs: () => done.push('stop'),
    ask: async (count) => {
      done.push(`ask ${count}`);
      return choice;
    },
    staysInTray: async () => tray,
    hide: () => done.push('hide'),
    end: async () => void done.push('end'),
  });
  return { done, leaving };
};

test('closing the window hides it where there is a tray', async () => {
  const { done, leaving } = scene({ tray: true, jobs: 2 });
  await leaving.close();
  expect([done, leaving.ending]).toEqual([['hide'], false]);
});

test('without a tray closing the window ends the program', async () => {
  const { done, leaving } = scene();
  await leaving.close();
  expect([done, leaving.ending]).toEqual([['end'], true]);
});

test.each([
  ['stay', ['ask 2'], false],
  ['wait', ['ask 2', 'end'], true],
  ['stop', ['ask 2', 'stop', 'end'], true],
] as const)('while jobs run it asks first: %s', async (choice, expected, ending) => {
  const { done, leaving } = scene({ jobs: 2, choice });
  await leaving.close();
  expect([done, leaving.ending]).toEqual([expected, ending]);
});

test('it asks once, however often it is told to go, and ends once', async () => {
  const { done, leaving } = scene({ jobs: 1, choice: 'wait' });
  await Promise.all([leaving.quit(), leaving.quit(), leaving.close()]);
  await leaving.quit();
  await leaving.stop();
  expect(done.filter((what) => what !== 'stop')).toEqual(['ask 1', 'end']);
});

test('a signal stops the jobs and asks nobody', async () => {
  const { done, leaving } = scene({ jobs: 3 });
  await leaving.stop();
  expect(done).toEqual(['stop', 'end']);
});
