import { expect, test } from 'vitest';
import type { ByteString } from '../../../../shared/byte-string.ts';
import { PlanNotes } from './plan-notes.ts';
import { LISTED_CONFLICTS } from './restore-plan.ts';

test('what is left out for a folder in its way is named, however much is overwritten before it', () => {
  const notes = new PlanNotes();
  for (let file = 0; file < LISTED_CONFLICTS + 5; file += 1) notes.conflict('replace', () => `/f${file}` as ByteString);
  notes.conflict('blocked', () => '/in the way' as ByteString);
  const { conflicts } = notes.summary();
  expect(conflicts.first).toHaveLength(LISTED_CONFLICTS);
  expect([conflicts.total, conflicts.blocked]).toEqual([LISTED_CONFLICTS + 6, { total: 1, first: ['/in the way'] }]);
});
