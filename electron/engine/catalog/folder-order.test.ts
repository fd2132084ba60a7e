import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FolderOrder, type FolderPage, folderHead } from './folder-order.ts';
import { commitSet, list, openCatalog } from './index.ts';
import { path, sampleId, sampleSet, scratchFolder } from './testing/sample.ts';

const PAGE: FolderPage = { offset: 0, limit: 100, sort: 'name', descending: false, foldersFirst: false };

const ORDERS = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

test('a folder whose entries came long after one another is read by their hashes, and gives the same', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  const others = Array.from({ length: 40 }, (_, n): [string, 'file', number] => [`/other-${n}`, 'file', 1]);
  commitSet(
    store,
    sampleSet(0, null, { elements: [['/', 'dir', 1], ['/d', 'dir', 1], ['/d/b', 'file', 1], ...others] }),
  );
  commitSet(
    store,
    sampleSet(1, 0, {
      elements: [
        ['/d/a', 'file', 2],
        ['/d/b', 'file', 3],
      ],
    }),
  );
  const namesIn = (n: number): string[] =>
    FolderOrder.of(store, sampleId(n), path('/d'))
      .page(store, PAGE)
      .map((entry) => entry.path);
  expect(namesIn(0)).toEqual(['/d/b']);
  expect(namesIn(1)).toEqual(['/d/a', '/d/b']);
  expect(folderHead(store, sampleId(1), path('/d'), { ...PAGE, limit: 1 }, 0)).toMatchObject({ total: 2 });
  // Of short folders the whole is there as soon.
  expect(folderHead(store, sampleId(1), path('/d'), { ...PAGE, limit: 1 }, 3)).toBeNull();
  store.close();
});

test('a folder is given in any order, folders first if wanted, and from any place', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  const elements: Parameters<typeof sampleSet>[2]['elements'] = [
    ['/b', 'file', 30],
    ['/a', 'file', 10],
    ['/d', 'dir', 1],
    ['/c', 'file', 20],
    ['/e', 'dir', 2],
  ];
  commitSet(store, sampleSet(0, null, { elements }));
  const order = FolderOrder.of(store, sampleId(0), path('/'));
  const names = (page: Partial<FolderPage>): string =>
    order
      .page(store, { ...PAGE, ...page })
      .map((entry) => entry.path.slice(1))
      .join('');
  expect(order.count).toBe(5);
  expect(names({})).toBe('abcde');
  expect(names({ descending: true })).toBe('edcba');
  expect(names({ foldersFirst: true })).toBe('deabc');
  expect(names({ foldersFirst: true, descending: true })).toBe('edcba');
  expect(names({ sort: 'size', foldersFirst: true })).toBe('deacb');
  expect(names({ sort: 'size', foldersFirst: true, descending: true })).toBe('edbca');
  expect(names({ sort: 'time' })).toBe('deacb');
  expect(names({ offset: 3, limit: 1 })).toBe('d');
  expect(names({ offset: 9 })).toBe('');
  store.close();
});

test('pages put together are the listing of the set, whatever later sets changed', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'dd', 'é', 'folder', 'link');
  const typeOf = (each: string) => (each === 'folder' ? 'dir' : each === 'link' ? 'symlink' : 'file');
  const change = fc.record({ put: fc.array(name), removed: fc.array(name) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 4 }), (changes, limit) => {
      using folder = scratchFolder();
      const store = openCatalog(`${folder.path}/catalog.db`);
      for (const [n, { put, removed }] of changes.entries()) {
        const elements = [...new Set(put)].map((each) => [`/${each}`, typeOf(each), n + 1] as [string, 'file', number]);
        const gone = [...new Set(removed)].filter((each) => !put.includes(each)).map((each) => `/${each}`);
        commitSet(
          store,
          sampleSet(n, n === 0 ? null : n - 1, { elements: [['/', 'dir', 1], ...elements], removed: gone }),
        );
      }
      for (const n of changes.keys()) {
        const order = FolderOrder.of(store, sampleId(n), path('/'));
        const paged = Array.from({ length: Math.ceil(order.count / limit) }, (_, page) =>
          order.page(store, { ...PAGE, offset: page * limit, limit }),
        ).flat();
        expect(paged).toEqual([...list(store, sampleId(n), path('/'))]);
        for (const [descending, foldersFirst] of ORDERS) {
          const page = { ...PAGE, limit, descending, foldersFirst };
          expect(folderHead(store, sampleId(n), path('/'), page, 0)).toEqual({
            entries: order.page(store, page),
            total: order.count,
          });
        }
      }
      store.close();
    }),
    { numRuns: 25 },
  );
});
