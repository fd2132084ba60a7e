import { expect, test } from 'vitest';
import { beginSet, commitSet, noteIncomplete, openCatalog, passedOver, resolveSet, sets } from './index.ts';
import { OBJECT, sampleId, sampleSet, scratchFolder } from './testing/sample.ts';

const threeSets = (folder: { readonly path: string }) => {
  const store = openCatalog(`${folder.path}/catalog.db`);
  for (const n of [0, 1, 2]) commitSet(store, sampleSet(n, n === 0 ? null : n - 1, {}));
  beginSet(store, sampleSet(3, 2, {}).summary);
  return store;
};

test.each([
  [sampleId(1), 1],
  ['0001', 1],
  [sampleId(3), 3],
  ['documents', 2],
  ['documents@latest', 2],
  ['documents@2026-01-01', 0],
  ['documents@2026-01-02', 1],
  ['documents@2026-01-02T12:00:00Z', 1],
  ['documents@2026-01-02T23:30:00-02:00', 2],
])('%s means set %i', (text, n) => {
  using folder = scratchFolder();
  const store = threeSets(folder);
  expect(resolveSet(store, text).id).toBe(sampleId(n));
  store.close();
});

test.each(['nothing', 'documents@2025-01-01', 'documents@never', 'abc', ''])('"%s" means no set', (text) => {
  using folder = scratchFolder();
  const store = threeSets(folder);
  expect(() => resolveSet(store, text)).toThrow(expect.objectContaining({ code: 'NO_SUCH_SET' }));
  store.close();
});

test('the beginning of several ids is ambiguous', () => {
  using folder = scratchFolder();
  const store = threeSets(folder);
  expect(() => resolveSet(store, '000')).toThrow(expect.objectContaining({ code: 'SET_AMBIGUOUS' }));
  store.close();
});

test('a name passes over what is incomplete and later than what it means, an id and the time in it do not', () => {
  using folder = scratchFolder();
  const store = threeSets(folder);
  const passed = (text: string) => passedOver(store, text).map(({ id }) => id);
  expect(passed('documents')).toEqual([]);
  noteIncomplete(store, sampleSet(4, 2, {}));
  noteIncomplete(store, sampleSet(5, 4, {}));
  for (const text of ['documents', 'documents@latest', OBJECT.id])
    expect(passed(text)).toEqual([sampleId(5), sampleId(4)]);
  expect(resolveSet(store, 'documents').id).toBe(sampleId(2));
  expect(passed('documents@2026-01-05T12:00:00Z')).toEqual([sampleId(4)]);
  for (const text of ['documents@2026-01-02', sampleId(2), '0002', sampleId(5), 'nothing'])
    expect(passed(text)).toEqual([]);
  const next = sampleSet(6, 2, {});
  commitSet(store, { ...next, source: { ...next.source, resumed: sampleId(4) } });
  expect(passed('documents')).toEqual([]);
  store.close();
});

test('sets come oldest first, by the id or the name of their object', () => {
  using folder = scratchFolder();
  const store = threeSets(folder);
  const ids = [0, 1, 2, 3].map(sampleId);
  expect(sets(store).map((set) => set.id)).toEqual(ids);
  expect(sets(store, OBJECT.id).map((set) => set.id)).toEqual(ids);
  expect(sets(store, OBJECT.name).map((set) => set.id)).toEqual(ids);
  expect(sets(store, 'other')).toEqual([]);
  store.close();
});
