import { expect, test } from 'vitest';
import { type Catalog, commitSet, expireSets, goneFrom, openCatalog } from './index.ts';
import { path, sampleId, sampleSet, scratchFolder } from './testing/sample.ts';

const goneIn = (store: Catalog, n: number, folder = '/d', most = 100) => {
  const reading = goneFrom(store, sampleId(n), path(folder), most);
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
  }
};

/** Names with the newest set that had each. */
const shortly = (store: Catalog, n: number, most?: number) =>
  goneIn(store, n, '/d', most).entries.map(({ path: at, last }) => [at.slice(3), last]);

/** Set 0 has a, b and c in /d; 1 has lost b, 2 has lost a and has it back in 3, which has lost c; /e/x went with its folder. */
const scene = (file: string): Catalog => {
  const store = openCatalog(file);
  const files = ['/d/a', '/d/b', '/d/c', '/e/x'].map((each): [string, 'file', number] => [each, 'file', 1]);
  const folders = ['/', '/d', '/e'].map((each): [string, 'dir', number] => [each, 'dir', 1]);
  commitSet(store, sampleSet(0, null, { elements: [...folders, ...files] }));
  commitSet(store, sampleSet(1, 0, { removed: ['/d/b'] }));
  commitSet(store, sampleSet(2, 1, { removed: ['/d/a', '/e', '/e/x'] }));
  commitSet(store, sampleSet(3, 2, { removed: ['/d/c'], elements: [['/d/a', 'file', 9]] }));
  return store;
};

test('a folder says what earlier sets had in it and a set has not: what went last first, with the last set that had it', () => {
  using folder = scratchFolder();
  const store = scene(`${folder.path}/catalog.db`);
  expect(shortly(store, 0)).toEqual([]);
  expect(shortly(store, 1)).toEqual([['b', sampleId(0)]]);
  expect(shortly(store, 2)).toEqual([
    ['a', sampleId(1)],
    ['b', sampleId(0)],
  ]);
  // What is there again is not gone, though it was.
  expect(shortly(store, 3)).toEqual([
    ['c', sampleId(2)],
    ['b', sampleId(0)],
  ]);
  expect(goneIn(store, 3, '/d', 1)).toMatchObject({ total: 2, entries: [{ path: '/d/c', type: 'file' }] });
  expect(goneIn(store, 3, '/')).toMatchObject({ total: 1, entries: [{ path: '/e', type: 'dir', last: sampleId(1) }] });
  expect(() => goneIn(store, 3, '/e')).toThrow(expect.objectContaining({ code: 'NO_SUCH_PATH' }));
  store.close();
});

test('what only expired sets had is not told', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  const top: [string, 'dir', number][] = [
    ['/', 'dir', 1],
    ['/d', 'dir', 1],
  ];
  const whole = (n: number, names: string) => {
    const files = names.split('').map((each): [string, 'file', number] => [`/d/${each}`, 'file', n]);
    return sampleSet(n, null, { elements: [...top, ...files] });
  };
  commitSet(store, whole(0, 'abc'));
  commitSet(store, whole(1, 'ac'));
  commitSet(store, sampleSet(2, 1, { removed: ['/d/c'] }));
  expect(shortly(store, 2)).toEqual([
    ['c', sampleId(1)],
    ['b', sampleId(0)],
  ]);
  expireSets(store, { sets: [sampleId(0)], run: 'r', at: 1, sequences: {} });
  expect(shortly(store, 2)).toEqual([['c', sampleId(1)]]);
  store.close();
});

/** Steps of a reading before it is through. */
const stepsOf = (store: Catalog, n: number): number => {
  const reading = goneFrom(store, sampleId(n), path('/d'), 10);
  for (let steps = 0; ; steps += 1) if (reading.next().done) return steps;
};

test('a folder is gone through in slices, whether or not its nodes lie together, and something else may be done though nothing is gone', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  const folders = ['/', '/d', '/x'].map((each): [string, 'dir', number] => [each, 'dir', 1]);
  const files = (from: string, count: number) =>
    Array.from({ length: count }, (_, n): [string, 'file', number] => [`${from}${n}`, 'file', 1]);
  commitSet(store, sampleSet(0, null, { elements: [...folders, ['/d/first', 'file', 1]] }));
  expect(stepsOf(store, 0)).toBe(1);
  commitSet(store, sampleSet(1, 0, { elements: files('/x/', 2600) }));
  commitSet(store, sampleSet(2, 1, { elements: files('/d/', 300) }));
  expect(stepsOf(store, 2)).toBe(2);
  const removed = files('/d/', 300).flatMap(([each], n) => (n % 3 === 0 ? [each] : []));
  commitSet(store, sampleSet(3, 2, { removed }));
  const { entries, total } = goneIn(store, 3, '/d', 1000);
  expect(total).toBe(100);
  expect(entries.map((each) => each.path).sort()).toEqual(removed.sort());
  store.close();
});
