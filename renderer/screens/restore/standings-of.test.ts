import { expect, test } from 'vitest';
import { standingsOf } from './standings-of.ts';

test('what is in the way is added up over all plans; where one does not tell, nothing is told', () => {
  const standings = { same: { count: 2, bytes: 20 }, changed: { count: 1, bytes: 5, newer: 1 } };
  expect(standingsOf([{ standings }, { standings }])).toEqual({
    same: { count: 4, bytes: 40 },
    changed: { count: 2, bytes: 10, newer: 2 },
  });
  expect(standingsOf([{ standings }, {}])).toBeNull();
});
