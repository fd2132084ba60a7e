import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chunkPlaces, elements, interruptUnfinished, openCatalog, openCopy, sets, storedSoFar } from './index.ts';
import { sampleId, scratchFolder } from './testing/sample.ts';

/** Backs up in a process of its own that is killed at a place; returns whether it was. */
const killedAt = (folder: { readonly path: string }, place: string): boolean => {
  const env = { ...process.env, COLDFRAME_FAILPOINT: place, NODE_OPTIONS: '' };
  const script = join(import.meta.dirname, 'testing/fixtures/back-up.ts');
  const { signal, status, stderr } = spawnSync(process.execPath, [script, folder.path], { env, encoding: 'utf8' });
  if (signal === null && status !== 0) throw new Error(stderr);
  return signal === 'SIGKILL';
};

test.each([
  ['catalog:before-migration', 'nothing'],
  ['catalog:after-migration', 'nothing'],
  ['catalog:before-chunks', 'begun'],
  ['catalog:after-chunks', 'chunks'],
  ['catalog:before-commit', 'chunks'],
  ['catalog:after-commit', 'committed'],
  ['catalog:before-copy', 'committed'],
  ['catalog:after-copy', 'copied'],
])('killed at %s, the catalog has: %s', (place, state) => {
  using folder = scratchFolder();
  expect(killedAt(folder, place)).toBe(true);
  const store = openCatalog(`${folder.path}/catalog.db`);
  const states = ['nothing', 'begun', 'chunks', 'committed', 'copied'];
  const reached = (one: string): boolean => states.indexOf(state) >= states.indexOf(one);
  expect(interruptUnfinished(store)).toEqual(reached('begun') && !reached('committed') ? [sampleId(0)] : []);
  expect(sets(store).map((set) => set.state)).toEqual(
    reached('committed') ? ['complete'] : reached('chunks') ? ['interrupted'] : [],
  );
  if (reached('chunks')) expect([...chunkPlaces(store, sampleId(0))]).toHaveLength(1);
  if (state === 'chunks') expect([...storedSoFar(store, sampleId(0))]).toHaveLength(1);
  if (reached('committed')) expect([...elements(store, sampleId(0))]).toHaveLength(2);
  store.close();
  if (state === 'copied') openCopy(`${folder.path}/copy`, `${folder.path}/again.db`, null);
  expect(killedAt(folder, 'catalog:before-copy:2')).toBe(false);
});
