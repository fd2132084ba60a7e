import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ByteString } from '../../../shared/byte-string.ts';
import { commitSet, diff, entry, list, openCatalog, versions } from './index.ts';
import { OBJECT, path, sampleId, sampleSet, scratchFolder } from './testing/sample.ts';

const TREE = ['/a', '/a/b', '/a/b/c', '/a/b-', '/a-', '/a-/x', '/é'].map(
  (one) => [one, 'dir', 1] as [string, 'dir' | 'file', number],
);

/** Takes pages of one entry each. */
const paged = (page: (after: ByteString | null) => Iterable<{ readonly path: ByteString }>): string[] => {
  const taken: string[] = [];
  for (let after: ByteString | null = null; ; ) {
    const [next] = page(after);
    if (next === undefined) return taken;
    taken.push(next.path);
    after = next.path;
  }
};

test('a directory is listed in byte order, and everything beneath it in the order of a walk', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  commitSet(store, sampleSet(0, null, { elements: [...TREE, ['/a/f', 'file', 9]] }));
  const listed = (dir: string, recursive: boolean): string[] =>
    [...list(store, sampleId(0), path(dir), { recursive })].map((one) => one.path);
  expect(listed('/', false)).toEqual(['/a', '/a-', '/é']);
  expect(listed('/', true)).toEqual(['/a', '/a/b', '/a/b/c', '/a/b-', '/a/f', '/a-', '/a-/x', '/é']);
  expect(listed('/a/f', true)).toEqual(['/a/f']);
  expect(() => listed('/none', false)).toThrow(expect.objectContaining({ code: 'NO_SUCH_PATH' }));
  expect(entry(store, sampleId(0), path('/a/f'))).toMatchObject({ type: 'file', bytes: 109, set: sampleId(0) });
  store.close();
});

test('what lies in the root directory is kept beside it, also right behind it', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  const elements: Parameters<typeof sampleSet>[2]['elements'] = [
    ['/', 'dir', 1],
    ['/bin', 'symlink', 2],
    ['/swap.img', 'file', 3],
    ['/etc', 'dir', 4],
    ['/etc/hosts', 'file', 5],
  ];
  commitSet(store, sampleSet(0, null, { elements }));
  const listed = [...list(store, sampleId(0), path('/'), { recursive: true })].map((one) => [one.path, one.type]);
  expect(listed).toEqual([
    ['/bin', 'symlink'],
    ['/etc', 'dir'],
    ['/etc/hosts', 'file'],
    ['/swap.img', 'file'],
  ]);
  expect(entry(store, sampleId(0), path('/'))).toMatchObject({ type: 'dir' });
  store.close();
});

test('page by page, a listing and a comparison give the same as all at once', () => {
  const names = fc.array(fc.constantFrom('a', 'b', 'a-', 'é'), { minLength: 1, maxLength: 3 });
  const trees = fc.uniqueArray(
    names.map((parts) => `/${parts.join('/')}`),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(trees, trees, (before, now) => {
      using folder = scratchFolder();
      const store = openCatalog(`${folder.path}/catalog.db`);
      const elements = (paths: readonly string[]) => paths.map((one) => [one, 'dir', one.length] as const);
      commitSet(store, sampleSet(0, null, { elements: [['/', 'dir', 0], ...elements(before)] }));
      commitSet(store, sampleSet(1, null, { elements: [['/', 'dir', 0], ...elements(now)] }));
      const listing = { recursive: true };
      expect(paged((after) => list(store, sampleId(1), path('/'), { ...listing, after }))).toEqual(
        [...list(store, sampleId(1), path('/'), listing)].map((one) => one.path),
      );
      const differences = [...diff(store, sampleId(0), sampleId(1))].map((one) => one.path);
      expect(paged((after) => diff(store, sampleId(0), sampleId(1), { after }))).toEqual(differences);
      const below = differences.filter((one) => one === '/a' || one.startsWith('/a/'));
      expect([...diff(store, sampleId(0), sampleId(1), { path: path('/a') })].map((one) => one.path)).toEqual(below);
      store.close();
    }),
    { numRuns: 40 },
  );
});

test('the versions of a path say from when to when they stood', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  const file = (tag: number) => ({ elements: [['/f', 'file', tag] as const] });
  commitSet(store, sampleSet(0, null, file(1)));
  commitSet(store, sampleSet(1, 0, {}));
  commitSet(store, sampleSet(2, 1, file(2)));
  commitSet(store, sampleSet(3, 2, { removed: ['/f'] }));
  commitSet(store, sampleSet(4, 3, file(3)));
  const day = (n: number): number => Date.UTC(2026, 0, 1 + n);
  expect(versions(store, OBJECT.name, path('/f')).map((one) => [one.set, one.from, one.until])).toEqual([
    [sampleId(4), day(4), null],
    [sampleId(2), day(2), day(3)],
    [sampleId(0), day(0), day(2)],
  ]);
  store.close();
});

test('sets of different objects are not compared', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  const other = sampleSet(1, null, {});
  commitSet(store, sampleSet(0, null, {}));
  const object = { id: 'ee'.repeat(16) as typeof OBJECT.id, name: 'photos' };
  commitSet(store, { ...other, summary: { ...other.summary, object } });
  expect(() => [...diff(store, sampleId(0), sampleId(1))]).toThrow(expect.objectContaining({ code: 'USAGE' }));
  store.close();
});
