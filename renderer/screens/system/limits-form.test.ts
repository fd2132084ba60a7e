import { expect, test } from 'vitest';
import { endlessRule } from '../../../shared/model/limit-rules.ts';
import { NEW_ROW, rowsOf, rulesOf, wrongIn } from './limits-form.ts';

test('rules are typed as they were kept, and what cannot be kept is told by its field', () => {
  const rules = [
    { days: ['sat' as const], from: '22:00', to: '06:00', source: 20_000_000, vault: null },
    { days: [], from: '00:00', to: '00:00', source: 16_385, vault: 5 * 1024 * 1024 },
  ];
  const rows = rowsOf(rules);
  expect(rows.map(({ source, vault }) => [source, vault])).toEqual([
    ['20 MB', ''],
    ['16385 B', '5 MiB'],
  ]);
  expect(rulesOf(rows)).toEqual(rules);
  const wrong = { ...NEW_ROW, from: '8', to: '24:00', source: '1 KB', vault: 'fast' };
  expect(wrongIn(wrong)).toEqual(['from', 'to', 'source', 'vault']);
  expect(rulesOf([...rows, wrong])).toBe(null);
  expect(rulesOf([{ ...NEW_ROW, source: ' 1.5 MiB/s ' }])).toMatchObject([{ source: 1_572_864, vault: null }]);
});

test('a rule that holds at every moment is told where others stand behind it', () => {
  const day = { days: [], from: '08:00', to: '18:00' };
  const always = { days: [], from: '00:00', to: '00:00' };
  const week = { ...always, days: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] };
  expect([[], [always], [day, always], [{ ...always, days: ['mon'] }, day]].map(endlessRule)).toEqual(
    Array(4).fill(null),
  );
  expect(
    [
      [always, day],
      [day, week, always],
    ].map(endlessRule),
  ).toEqual([0, 1]);
});
