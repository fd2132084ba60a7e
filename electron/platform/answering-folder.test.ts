import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { answerOf } from './answering-folder.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A look that ends when it is told to. */
const slowLook = () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { look: () => promise, end: () => resolve('found') };
};

test('waits for a look that a busy disk is late with, instead of calling the disk silent at once', async () => {
  const write = slowLook();
  const first = answerOf('write', '/busy', write.look, 10_000);
  await vi.advanceTimersByTimeAsync(1500);
  const look = vi.fn(async () => 'here');
  const second = answerOf('read', '/busy', look, 10_000);
  await vi.advanceTimersByTimeAsync(3000);
  // Not one thread more for a disk that may hang.
  expect(look).not.toHaveBeenCalled();
  write.end();
  expect(await first).toEqual({ found: 'found' });
  expect(await second).toEqual({ found: 'here' });
});

test('gives a place up once what is late there had its time, and at once from then on', async () => {
  const write = slowLook();
  const first = answerOf('write', '/hangs', write.look, 10_000);
  await vi.advanceTimersByTimeAsync(4000);
  const look = vi.fn(async () => 'here');
  const second = answerOf('read', '/hangs', look, 10_000);
  await vi.advanceTimersByTimeAsync(6000);
  expect(await first).toBeNull();
  expect(await second).toBeNull();
  const third = answerOf('read', '/hangs', look, 10_000);
  await vi.advanceTimersByTimeAsync(0);
  expect(await third).toBeNull();
  expect(look).not.toHaveBeenCalled();
  write.end();
});

test('begins no fourth look while three hang elsewhere, and does as soon as one of them ends', async () => {
  const hanging = [slowLook(), slowLook(), slowLook()];
  const answers = hanging.map(({ look }, index) => answerOf('read', `/hangs/${index}`, look, 10_000));
  await vi.advanceTimersByTimeAsync(2000);
  const look = vi.fn(async () => 'here');
  const fourth = answerOf('read', '/fine', look, 10_000);
  await vi.advanceTimersByTimeAsync(1000);
  expect(look).not.toHaveBeenCalled();
  hanging[1]?.end();
  expect(await fourth).toEqual({ found: 'here' });
  for (const { end } of hanging) end();
  await Promise.all(answers);
});
