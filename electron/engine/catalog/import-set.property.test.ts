import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elements, importSet, openCatalog, sets, wantedSets } from './index.ts';
import { place, sampleId, sampleSet, scratchFolder } from './testing/sample.ts';

/** Full, two on top of it, one of those with another on top. */
const HISTORY = [
  sampleSet(0, null, {
    elements: [
      ['/a', 'dir', 0],
      ['/a/x', 'file', 1],
      ['/a/y', 'file', 2],
    ],
  }),
  sampleSet(1, 0, { elements: [['/a/x', 'file', 3]], removed: ['/a/y'] }),
  sampleSet(2, 0, { elements: [['/a/z', 'file', 4]] }),
  sampleSet(3, 1, { elements: [['/a/y', 'file', 5]] }),
].map((set, n) => ({ ...set, places: [place(n, 0), place(n, 1)] }));

const CONTENT = [
  ['/a', '/a/x 1', '/a/y 2'],
  ['/a', '/a/x 3'],
  ['/a', '/a/x 1', '/a/y 2', '/a/z 4'],
  ['/a', '/a/x 3', '/a/y 5'],
];

const contentOf = (store: ReturnType<typeof openCatalog>, n: number): string[] =>
  [...elements(store, sampleId(n))].map(({ attributes }) =>
    attributes.type === 'dir' ? attributes.path : `${attributes.path} ${attributes.size - 100}`,
  );

test('sets may come from tapes in any order and several times, with a stop in between', () => {
  const orders = fc
    .shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
    .chain((order) => fc.array(fc.nat(3), { maxLength: 3 }).map((again) => [...order, ...again]));
  fc.assert(
    fc.property(orders, fc.nat(5), (order, stop) => {
      using folder = scratchFolder();
      let store = openCatalog(`${folder.path}/catalog.db`);
      for (const [turn, n] of order.entries()) {
        importSet(store, HISTORY[n] as (typeof HISTORY)[number]);
        if (turn !== stop) continue;
        store.close();
        store = openCatalog(`${folder.path}/catalog.db`);
      }
      expect(sets(store).map((set) => set.state)).toEqual(['complete', 'complete', 'complete', 'complete']);
      for (const n of CONTENT.keys()) expect(contentOf(store, n)).toEqual(CONTENT[n]);
      expect(wantedSets(store)).toEqual([]);
      store.close();
    }),
    { numRuns: 25 },
  );
});

test('a set whose parent is missing is listed as incomplete, and the parent is asked for', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  expect(importSet(store, HISTORY[3] as (typeof HISTORY)[number])).toBe('waiting');
  expect(sets(store).map((set) => set.state)).toEqual(['incomplete']);
  expect(wantedSets(store)).toEqual([sampleId(1)]);
  expect(() => [...elements(store, sampleId(3))]).toThrow(expect.objectContaining({ code: 'SET_STATE' }));
  store.close();
});

test('a set with missing chunks is completed when they are found', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  const whole = HISTORY[0] as (typeof HISTORY)[number];
  const partial = { ...whole, summary: { ...whole.summary, state: 'incomplete' as const }, places: [place(0, 0)] };
  expect(importSet(store, partial)).toBe('committed');
  expect(sets(store)[0]?.state).toBe('incomplete');
  expect(importSet(store, whole)).toBe('known');
  expect(sets(store)[0]?.state).toBe('complete');
  store.close();
});
