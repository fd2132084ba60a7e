import { expect, test } from 'vitest';
import type { ByteString } from '../../../../shared/byte-string.ts';
import { PlanNotes } from './plan-notes.ts';
import { LISTED_CONFLICTS } from './restore-plan.ts';

test('what is left out for a folder in its way is named, however much is overwritten before it', () => {
  const notes = new PlanNotes();
  for (let file = 0; file < LISTED_CONFLICTS + 5; file += 1)
    notes.conflict('replace', null, () => `/f${file}` as ByteString);
  notes.conflict('blocked', null, () => '/in the way' as ByteString);
  const { conflicts } = notes.summary();
  expect(conflicts.first).toHaveLength(LISTED_CONFLICTS);
  expect([conflicts.total, conflicts.blocked]).toEqual([LISTED_CONFLICTS + 6, { total: 1, first: ['/in the way'] }]);
});

test('of what is in the way, what was changed last is named first, however much is the same or was changed before', () => {
  const notes = new PlanNotes();
  const side = (bytes: number, seconds: number) => ({ bytes, modifiedAt: { seconds, nanos: 5 } });
  const meet = (name: string, same: boolean, now: number) =>
    notes.conflict('replace', { same, there: side(10, now), wanted: side(7, 100) }, () => name as ByteString);
  for (let file = 0; file < LISTED_CONFLICTS * 3; file += 1) meet(`/same${file}`, true, 100);
  for (let file = 0; file < LISTED_CONFLICTS * 2; file += 1) meet(`/older${file}`, false, 50);
  for (let file = 0; file < LISTED_CONFLICTS * 2 + 5; file += 1) meet(`/newer${file}`, false, 200 + file);
  const last = LISTED_CONFLICTS * 2 + 4;
  notes.conflict('replace', { same: false, there: side(1, last), wanted: null }, () => '/folder wanted' as ByteString);
  const { total, first, standings } = notes.summary().conflicts;
  expect(total).toBe(LISTED_CONFLICTS * 7 + 6);
  expect(standings).toEqual({
    same: { count: LISTED_CONFLICTS * 3, bytes: LISTED_CONFLICTS * 30 },
    changed: { count: LISTED_CONFLICTS * 4 + 6, bytes: LISTED_CONFLICTS * 40 + 51, newer: LISTED_CONFLICTS * 2 + 5 },
  });
  expect(first).toHaveLength(LISTED_CONFLICTS);
  const newest = Array.from({ length: LISTED_CONFLICTS - 1 }, (_, back) => `/newer${last - back}`);
  // Of those with one time, who came first stands first.
  expect(first.map(({ path }) => path)).toEqual([...newest.slice(0, 201), '/folder wanted', ...newest.slice(201)]);
});
