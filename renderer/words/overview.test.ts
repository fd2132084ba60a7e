import { expect, test } from 'vitest';
import { overviewWords } from './overview.ts';

const wrong = (context: Record<string, string | number | null>) =>
  overviewWords.attention({
    code: 'CHECK_WRONG',
    urgency: 'lost',
    object: 'files',
    vault: '/v',
    action: null,
    context: { kind: 'verify', job: 'j', failures: 1, ...context },
  } as unknown as Parameters<typeof overviewWords.attention>[0]);

test('the sets that something wrong is in are named as one or several, with how many more there are', () => {
  expect(wrong({ sets: '1a2b3c4d', setCount: 1 }).about).toContain('In the set 1a2b3c4d.');
  expect(wrong({ sets: '1a2b3c4d, 2b3c4d5e', setCount: 7 }).about).toContain(
    'In the sets 1a2b3c4d, 2b3c4d5e and 5 more.',
  );
  expect(wrong({ sets: '1a2b3c4d, 2b3c4d5e' }).about).toContain('In the sets 1a2b3c4d, 2b3c4d5e.');
});
