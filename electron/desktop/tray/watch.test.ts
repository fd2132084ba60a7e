import { afterEach, expect, test, vi } from 'vitest';
import type { ConsoleClient } from '../../../shared/contract/calls.ts';
import type { TrayState } from './menu.ts';
import { SILENT_MS, watchForTray } from './watch.ts';

afterEach(() => vi.useRealTimers());

test('a console that does not answer for a while is said to hang, until it answers', async () => {
  vi.useFakeTimers();
  let answer: (() => void) | null = null;
  const call = (procedure: string) =>
    new Promise((resolve) => {
      if (procedure === 'ping') answer = () => resolve({});
    });
  const states: TrayState[] = [];
  watchForTray({ call } as unknown as ConsoleClient, (state) => states.push(state));
  await vi.advanceTimersByTimeAsync(SILENT_MS - 1);
  expect(states.some(({ hangs }) => hangs)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(states.at(-1)).toMatchObject({ reached: true, hangs: true });
  (answer as unknown as () => void)();
  await vi.advanceTimersByTimeAsync(0);
  expect(states.at(-1)).toMatchObject({ hangs: false });
  // It was asked again and says nothing again.
  await vi.advanceTimersByTimeAsync(2 * SILENT_MS);
  expect(states.at(-1)).toMatchObject({ hangs: true });
});

test('a connection that ended is no console that hangs', async () => {
  vi.useFakeTimers();
  const call = (procedure: string) =>
    procedure === 'job.watch' ? Promise.reject(new Error('the connection ended')) : new Promise(() => undefined);
  const states: TrayState[] = [];
  watchForTray({ call } as unknown as ConsoleClient, (state) => states.push(state));
  await vi.advanceTimersByTimeAsync(2 * SILENT_MS);
  expect(states).toEqual([expect.objectContaining({ reached: false, hangs: false })]);
});
