import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import * as catalog from './index.ts';
import { path, place, sampleId, sampleSet, scratchFolder } from './testing/sample.ts';

const set = (n: number) => ({ ...sampleSet(n, n === 0 ? null : n - 1, changes[n] ?? {}), places: [place(n, 0)] });
const changes = [
  { elements: [['/d', 'dir', 1] as const, ['/d/kept', 'file', 1] as const, ['/d/going', 'file', 1] as const] },
  { removed: ['/d/going'], elements: [['/d/kept', 'file', 2] as const, ['/d/new', 'symlink', 2] as const] },
  { elements: [['/d/newest', 'file', 3] as const] },
];

describe('a set that the tapes do not tell', () => {
  let earlier: catalog.Catalog;
  let store: catalog.Catalog;

  beforeEach(() => {
    const folder = scratchFolder();
    earlier = catalog.openCatalog(`${folder.path}/earlier.db`);
    store = catalog.openCatalog(`${folder.path}/catalog.db`);
    onTestFinished(() => {
      earlier.close();
      store.close();
      folder[Symbol.dispose]();
    });
    for (let n = 0; n < 3; n += 1) catalog.importSet(earlier, set(n));
  });

  const listed = (of: catalog.Catalog, n: number): unknown[] =>
    [...catalog.elements(of, sampleId(n))].map(({ version, ...element }) => ({ ...element, known: version > 0 }));
  const states = (): string[] => catalog.sets(store).map(({ state }) => state);

  test.each([[[0]], [[1]], [[0, 1]], [[0, 2]], [[1, 2]], [[0, 1, 2]]])(
    'is taken over with all that it held, as incomplete: %j',
    (kept) => {
      for (let n = 0; n < 3; n += 1)
        if (kept.includes(n)) expect(catalog.keepSet(store, earlier, sampleId(n))).toBe(true);
        else catalog.importSet(store, set(n));
      for (let n = 0; n < 3; n += 1) expect(listed(store, n)).toEqual(listed(earlier, n));
      expect(states()).toEqual([0, 1, 2].map((n) => (n < Math.min(...kept) ? 'complete' : 'incomplete')));
    },
  );

  test('lets what waited for it in', () => {
    expect(catalog.importSet(store, set(1))).toBe('waiting');
    catalog.keepSet(store, earlier, sampleId(0));
    expect(listed(store, 1)).toEqual(listed(earlier, 1));
  });

  test('leaves out what it had removed', () => {
    catalog.importSet(store, set(0));
    catalog.keepSet(store, earlier, sampleId(1));
    expect(listed(store, 1).map((each) => (each as { attributes: { path: string } }).attributes.path)).toEqual([
      path('/d'),
      path('/d/kept'),
      path('/d/new'),
    ]);
  });

  test('stays interrupted when it was', () => {
    const { id, object, level, parent, createdAt } = sampleSet(3, 2, {}).summary;
    catalog.beginSet(earlier, { id, object, level, parent, createdAt });
    expect(catalog.keepSet(store, earlier, id)).toBe(true);
    expect(states()).toEqual(['interrupted']);
  });

  test('is not made up when the earlier catalog does not know it', () => {
    expect(catalog.keepSet(store, earlier, sampleId(9))).toBe(false);
    expect(states()).toEqual([]);
  });
});
