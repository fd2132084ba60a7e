import { expect, test } from 'vitest';
import { warnedOf } from './warned-of.ts';

const warning = (path: string, message = 'could not be read') => ({ code: 'UNREADABLE', path, message });

test('an act without warnings adds nothing to its entry', () => {
  expect([warnedOf({}), warnedOf({ warnings: [], damaged: [] })]).toEqual([{}, {}]);
});

test('an entry has what its act warned of, a line each, damage before the rest', () => {
  const damaged = [{ tape: 'CF0001', chunk: 7, elements: ['a', 'b'] }];
  const tapes = [{ tape: 'CF0001', barcode: 'CF0001L8' }];
  expect(warnedOf({ warnings: [warning('/x'), warning('/y', 'two\nlines')], damaged, tapes })).toEqual({
    warnings: 3,
    warned: 'DAMAGED tape CF0001L8, chunk 7: a, b\nUNREADABLE /x: could not be read\nUNREADABLE /y: two lines',
  });
});

test('of content an entry says whether it is damaged, whole on another tape, away, or on no tape that is known', () => {
  const chunk = (tape: string, number: number, wholeOn: readonly string[] = []) => ({
    tape,
    chunk: number,
    elements: ['/a', '/b', '/c', '/d'].slice(0, number),
    wholeOn,
  });
  const damaged = [chunk('2', 0), chunk('1', 1, ['3', '4']), chunk('', 2), chunk('1', 4)];
  const tapes = ['1', '3', '4'].map((tape) => ({ tape, barcode: `CF000${tape}L8` }));
  const lines = (warned: unknown) => String((warned as { warned: string }).warned).split('\n');
  expect(lines(warnedOf({ damaged, tapes, missingTapes: [{ tape: '2', barcode: 'CF0002L8', away: true }] }))).toEqual([
    'NO TAPE KNOWN of chunk 2: /a, /b',
    'DAMAGED tape CF0001L8, chunk 4: /a, /b, /c and 1 more',
    'damaged on CF0001L8, whole on CF0003L8, CF0004L8, chunk 1: /a',
    'AWAY tape CF0002L8, chunk 0: no element has content in it',
  ]);
  // One that is there and cannot be read is not away; of a restore that is told by its tapes.
  const unreadable = warnedOf({ damaged: [chunk('2', 1)], missingTapes: [{ tape: '2', away: false }] });
  const restored = warnedOf({ damaged: [chunk('2', 1)], tapes: [{ tape: '2', barcode: 'CF0002L8', present: false }] });
  expect([lines(unreadable), lines(restored)]).toEqual([
    ['DAMAGED tape 2, chunk 1: /a'],
    ['AWAY tape CF0002L8, chunk 1: /a'],
  ]);
});

test('of a great many warnings an entry has the first and their number, and stays small', () => {
  const { warnings, warned } = warnedOf({ warnings: Array.from({ length: 5000 }, () => warning('/p'.repeat(2000))) });
  expect(warnings).toBe(5000);
  expect(String(warned).split('\n')).toHaveLength(6);
  expect(String(warned).length).toBeLessThan(6 * 241);
});
