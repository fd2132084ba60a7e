import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fewestTapes } from './fewest-tapes.ts';

const TAPES = ['A', 'B', 'C', 'D', 'E', 'F'];
const choice = fc.record({
  tapes: fc.uniqueArray(fc.constantFrom(...TAPES), { minLength: 1, maxLength: 4 }),
  weight: fc.nat(9),
});

test('no smaller number of tapes would do, and every choice has one of its own among them', () => {
  fc.assert(
    fc.property(fc.array(choice, { maxLength: 10 }), (choices) => {
      const does = (tapes: readonly string[]): boolean =>
        choices.every((each) => each.tapes.some((tape) => tapes.includes(tape)));
      const found = [...fewestTapes(choices)];
      expect(does(found)).toBe(true);
      const all = Array.from({ length: 2 ** TAPES.length }, (_, bits) => TAPES.filter((_tape, at) => (bits >> at) & 1));
      expect(found.length).toBe(Math.min(...all.filter(does).map((tapes) => tapes.length)));
    }),
  );
});

test('one tape that has all of two others goes for both, wherever it is named', () => {
  const choices = [
    { tapes: ['A', 'C'], weight: 9 },
    { tapes: ['B', 'C'], weight: 1 },
  ];
  expect([...fewestTapes(choices)]).toEqual(['C']);
  expect([...fewestTapes(choices.toReversed())]).toEqual(['C']);
});

test('of two that do as well it is the one that is named first', () => {
  expect([...fewestTapes([{ tapes: ['B', 'A'], weight: 1 }])]).toEqual(['B']);
});

test('hundreds of choices among hundreds of tapes come to an end', () => {
  const choices = Array.from({ length: 300 }, (_, at) => ({
    tapes: [`${at % 211}`, `${(at * 7) % 97}`, `${(at * 13) % 151}`],
    weight: 1,
  }));
  const found = fewestTapes(choices);
  expect(choices.every(({ tapes }) => tapes.some((tape) => found.has(tape)))).toBe(true);
});
