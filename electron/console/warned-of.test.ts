import { expect, test } from 'vitest';
import { warnedOf } from './warned-of.ts';

const warning = (path: string, message = 'could not be read') => ({ code: 'UNREADABLE', path, message });

test('an act without warnings adds nothing to its entry', () => {
  expect([warnedOf({}), warnedOf({ warnings: [], damaged: [] })]).toEqual([{}, {}]);
});

test('an entry has what its act warned of, a line each, damage before the rest', () => {
  const damaged = [{ tape: 'CF0001', chunk: 7, elements: ['a', 'b'] }];
  expect(warnedOf({ warnings: [warning('/x'), warning('/y', 'two\nlines')], damaged })).toEqual({
    warnings: 3,
    warned: 'DAMAGED tape CF0001, chunk 7: a, b\nUNREADABLE /x: could not be read\nUNREADABLE /y: two lines',
  });
});

test('of a great many warnings an entry has the first and their number, and stays small', () => {
  const { warnings, warned } = warnedOf({ warnings: Array.from({ length: 5000 }, () => warning('/p'.repeat(2000))) });
  expect(warnings).toBe(5000);
  expect(String(warned).split('\n')).toHaveLength(20);
  expect(String(warned).length).toBeLessThan(20 * 501);
});
