import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { closeFilled, commitSet, elements, find, openCatalog, openCopy, sets } from './index.ts';
import { MIGRATIONS } from './schema.ts';
import { path, sampleId, sampleSet, scratchFolder } from './testing/sample.ts';

/** A catalog as the first release wrote it: `testing/fixtures/make-golden.ts` made it once; it is never made again. */
const GOLDEN = join(import.meta.dirname, 'testing/fixtures/catalog-v1.copy');
const NEXT = 'ALTER TABLE object ADD COLUMN note TEXT';

const golden = (folder: { readonly path: string }): string => {
  const file = `${folder.path}/catalog.db`;
  openCopy(GOLDEN, file, null);
  return file;
};

test('a catalog of the first version opens in this one and in the next, and goes on', () => {
  using folder = scratchFolder();
  const file = golden(folder);
  for (const migrations of [MIGRATIONS, [...MIGRATIONS, NEXT]]) {
    const store = openCatalog(file, { migrations });
    expect(sets(store).map((set) => [set.id, set.state])).toEqual([
      [sampleId(0), 'complete'],
      [sampleId(1), 'complete'],
    ]);
    expect([...elements(store, sampleId(1))].map((one) => [one.attributes.path, one.attributes.size])).toEqual([
      ['/docs', 0],
      ['/docs/letter.txt', 107],
      ['/docs/plan.txt', 102],
    ]);
    expect([...find(store, 'letter')].map((one) => one.path)).toEqual(['/docs/letter.txt']);
    store.close();
  }
  const store = openCatalog(file, { migrations: [...MIGRATIONS, NEXT] });
  commitSet(store, sampleSet(2, 1, { removed: ['/docs/plan.txt'] }));
  expect(store.get('SELECT note FROM object')).toEqual([null]);
  expect([...elements(store, sampleId(2), [path('/docs')])]).toHaveLength(2);
  store.close();
});

test('a catalog of a newer version is refused, by writers and readers', () => {
  using folder = scratchFolder();
  const file = golden(folder);
  openCatalog(file, { migrations: [...MIGRATIONS, NEXT] }).close();
  for (const readOnly of [false, true]) {
    expect(() => openCatalog(file, { readOnly })).toThrow(expect.objectContaining({ code: 'CATALOG_TOO_NEW' }));
  }
});

test('a migration that fails leaves the catalog as it was', () => {
  using folder = scratchFolder();
  const file = golden(folder);
  expect(() => openCatalog(file, { migrations: [...MIGRATIONS, `${NEXT}; SELECT nonsense`] })).toThrow();
  const store = openCatalog(file);
  expect(sets(store)).toHaveLength(2);
  store.close();
});

test('what is no catalog is refused and left alone', () => {
  using folder = scratchFolder();
  const file = `${folder.path}/other.db`;
  const other = new DatabaseSync(file);
  other.exec('CREATE TABLE mine(x)');
  other.close();
  expect(() => openCatalog(file)).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
  writeFileSync(file, 'x'.repeat(5000));
  expect(() => openCatalog(file)).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
  rmSync(file);
  expect(() => openCatalog(file, { readOnly: true })).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
  copyFileSync(GOLDEN, file);
  expect(() => openCatalog(file)).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
});

test('a catalog that is filled without a flush takes nothing half, and is like any other once it is closed', () => {
  using folder = scratchFolder();
  const file = `${folder.path}/catalog.db`;
  const store = openCatalog(file, { passing: true });
  expect(store.get('PRAGMA synchronous')).toEqual([0]);
  commitSet(store, sampleSet(0, null, { elements: [['/docs', 'dir', 1]] }));
  expect(() =>
    store.transaction(() => {
      store.run('DELETE FROM version');
      throw new Error('stopped');
    }),
  ).toThrow('stopped');
  closeFilled(store);
  expect(readdirSync(folder.path).filter((name) => name.startsWith('catalog.db'))).toEqual(['catalog.db']);
  const copied = `${folder.path}/elsewhere.db`;
  copyFileSync(file, copied);
  const reader = openCatalog(copied, { readOnly: true });
  expect(reader.get('PRAGMA journal_mode')).toEqual(['wal']);
  expect(sets(reader)).toHaveLength(1);
  expect([...elements(reader, sampleId(0))]).toHaveLength(1);
  reader.close();
  const writer = openCatalog(file);
  expect(writer.get('PRAGMA synchronous')).toEqual([2]);
  writer.close();
});
