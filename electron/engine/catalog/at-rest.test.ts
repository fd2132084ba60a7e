import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isAtRest } from './at-rest.ts';
import { beginSet, commitSet, interruptUnfinished, openCatalog } from './index.ts';
import { indexNames } from './name-index.ts';
import { MIGRATIONS } from './schema.ts';
import { sampleSet, scratchFolder } from './testing/sample.ts';

const file = (folder: { readonly path: string }): string => `${folder.path}/catalog.db`;

test('a catalog is at rest once its writer left nothing to do', () => {
  using folder = scratchFolder();
  expect(isAtRest(file(folder))).toBe(false);
  const store = openCatalog(file(folder));
  commitSet(store, sampleSet(0, null, { elements: [['/d', 'dir', 0]] }));
  expect(isAtRest(file(folder))).toBe(false);
  indexNames(store, 100);
  store.close();
  expect(isAtRest(file(folder))).toBe(true);
  // A reader leaves an empty log.
  expect(isAtRest(file(folder))).toBe(true);
});

test.each([
  [
    'names are not indexed',
    (store: ReturnType<typeof openCatalog>) => commitSet(store, sampleSet(1, 0, { elements: [['/d/new', 'file', 1]] })),
  ],
  [
    'a set was being written',
    (store: ReturnType<typeof openCatalog>) => beginSet(store, sampleSet(1, 0, { elements: [] }).summary),
  ],
  [
    'a set waits for its parent',
    (store: ReturnType<typeof openCatalog>) => store.run("INSERT INTO waiting_set VALUES (1, 2, '{}')"),
  ],
])('it is not where %s', (_, leave) => {
  using folder = scratchFolder();
  const store = openCatalog(file(folder));
  commitSet(store, sampleSet(0, null, { elements: [['/d', 'dir', 0]] }));
  indexNames(store, 100);
  leave(store);
  store.close();
  expect(isAtRest(file(folder))).toBe(false);
});

test('it is at rest again once the set was given up', () => {
  using folder = scratchFolder();
  const store = openCatalog(file(folder));
  beginSet(store, sampleSet(0, null, { elements: [] }).summary);
  interruptUnfinished(store);
  indexNames(store, 100);
  store.close();
  expect(isAtRest(file(folder))).toBe(true);
});

test('what is in doubt is not at rest', () => {
  using folder = scratchFolder();
  openCatalog(file(folder), { migrations: MIGRATIONS.slice(0, -1) }).close();
  expect(isAtRest(file(folder))).toBe(false);
  writeFileSync(`${file(folder)}.${'ab'.repeat(16)}.copy`, '');
  openCatalog(file(folder)).close();
  expect(isAtRest(file(folder))).toBe(true);
  writeFileSync(`${file(folder)}.${'ab'.repeat(16)}.copy`, '');
  expect(isAtRest(file(folder))).toBe(false);
  writeFileSync(file(folder), 'this is a letter, not a database, and long enough to be taken for one');
  expect(isAtRest(file(folder))).toBe(false);
});
