import { expect, test } from 'vitest';
import { oneAtATime } from './submission.ts';

test('what is asked for while another is under way is not done, and after it, or its failure, is', async () => {
  const run = oneAtATime();
  const begun: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = run(async () => {
    begun.push('first');
    await promise;
  });
  await run(async () => {
    begun.push('second');
  });
  resolve();
  await first;
  await expect(run(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  await run(async () => {
    begun.push('third');
  });
  expect(begun).toEqual(['first', 'third']);
});
