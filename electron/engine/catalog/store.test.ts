import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commitSet, elements, openCatalog, sets } from './index.ts';
import type { Store } from './store.ts';
import { sampleId, sampleSet, scratchFolder } from './testing/sample.ts';

const many = (n: number, count: number) =>
  sampleSet(n, n === 0 ? null : n - 1, {
    elements: Array.from({ length: count }, (_, at) => [`/d/${n}-${at}`, 'file', at] as const),
  });

test('a full disk stops a commit with an error that says so, and nothing has changed', () => {
  using folder = scratchFolder();
  const store = openCatalog(`${folder.path}/catalog.db`);
  commitSet(store, many(0, 10));
  const pages = store.get<[number]>('PRAGMA page_count')?.[0] ?? 0;
  store.db.exec(`PRAGMA max_page_count = ${pages + 10}`);
  expect(() => commitSet(store, many(1, 5000))).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
  expect(sets(store).map((set) => set.id)).toEqual([sampleId(0)]);
  store.db.exec('PRAGMA max_page_count = 4294967294');
  commitSet(store, many(1, 5000));
  expect([...elements(store, sampleId(1))]).toHaveLength(5010);
  store.close();
});

test('a damaged file is called damaged', () => {
  using folder = scratchFolder();
  const file = `${folder.path}/catalog.db`;
  const store = openCatalog(file);
  commitSet(store, many(0, 5000));
  store.close();
  const size = 40 * 4096;
  truncateSync(file, size);
  writeFileSync(`${file}-wal`, '');
  expect(() => {
    const damaged = openCatalog(file, { readOnly: true });
    try {
      for (const set of sets(damaged)) for (const _ of elements(damaged, set.id)) void _;
    } finally {
      damaged.close();
    }
  }).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
});

test('a file that somebody writes over while it is open is called damaged by whatever comes upon it first', () => {
  using folder = scratchFolder();
  const file = `${folder.path}/catalog.db`;
  const looks: ((store: Store) => unknown)[] = [
    (store) => store.transaction(() => store.run('DELETE FROM block_set')),
    (store) => [...store.each('SELECT * FROM block_set')],
    (store) => store.all('SELECT * FROM block_set'),
    (store) => store.get('SELECT * FROM block_set'),
    (store) => store.run('DELETE FROM block_set'),
  ];
  for (const look of looks) {
    openCatalog(file).close();
    const store = openCatalog(file);
    writeFileSync(file, 'this is a letter, not a database, and long enough to be taken for one');
    expect(() => look(store)).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
    store.close();
    for (const rest of ['', '-wal', '-shm']) rmSync(`${file}${rest}`, { force: true });
  }
});
