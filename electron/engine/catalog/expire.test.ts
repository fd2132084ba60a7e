import { describe, expect, test } from 'vitest';
import { tapeId } from '../../../shared/units.ts';
import { expiredSets, newestExpiry, rememberExpired } from './expired.ts';
import {
  addChunks,
  chunkCountOn,
  expiredChunks,
  expireSets,
  find,
  isExpired,
  openCatalog,
  sets,
  versions,
} from './index.ts';
import { leaveTape } from './tape-leave.ts';
import { OBJECT, path, place, sampleId, sampleSet, scratchFolder } from './testing/sample.ts';
import { beginSet, commitSet, emptySummary, interruptSet } from './writer.ts';

const run = { run: 'first', at: 5, sequences: { CF0001: 3 } };

/** A full set, one on top of it, and another full one; each with a chunk. */
const filled = (folder: string) => {
  const store = openCatalog(`${folder}/catalog.db`);
  const elements = (tag: number) => ({
    elements: [['/a', 'file', tag] as const, [`/only-${tag}`, 'file', tag] as const],
  });
  commitSet(store, sampleSet(0, null, elements(0)));
  commitSet(store, sampleSet(1, 0, { elements: [['/b', 'file', 1]] }));
  commitSet(store, sampleSet(2, null, elements(2)));
  addChunks(
    store,
    [0, 1, 2].map((n) => ({ place: place(n, n) })),
  );
  return store;
};

describe('sets that expire', () => {
  test('leave nothing behind but what says whose their chunks were', () => {
    using folder = scratchFolder();
    const store = filled(folder.path);
    expireSets(store, { ...run, sets: [sampleId(1), sampleId(0)] });
    expect(sets(store).map(({ id }) => id)).toEqual([sampleId(2)]);
    expect(chunkCountOn(store, 'CF0001')).toBe(1);
    expect(expiredChunks(store)('CF0001', 3)).toBe(2);
    expect(expiredChunks(store)('CF0001', 4)).toBe(0);
    expect([0, 2].map((n) => isExpired(store, sampleId(n)))).toEqual([true, false]);
    expect(versions(store, OBJECT.id, path('/a'))).toHaveLength(1);
    expect([...find(store, 'only-0', { allVersions: true })]).toEqual([]);
    expect([...find(store, 'only-2')]).toHaveLength(1);
    store.close();
  });

  test('are told of last by the run that was last, also after one that a clock dated ahead', () => {
    using folder = scratchFolder();
    const store = filled(folder.path);
    expireSets(store, { ...run, run: 'ahead', at: 5000, sets: [sampleId(1)] });
    expireSets(store, { ...run, run: 'then', at: 5, sets: [sampleId(0)] });
    expect(newestExpiry(store)).toBe('then');
    store.run("UPDATE chunk SET tape = 'CF0009'");
    leaveTape(store, { tape: tapeId('CF0001'), run: 'left', at: 4 });
    expect(newestExpiry(store)).toBe('left');
    rememberExpired(store, expiredSets(store));
    expect(newestExpiry(store)).toBe('left');
    store.close();
  });

  test('are refused, and nothing changes, while one that is left is built on them', () => {
    using folder = scratchFolder();
    const store = filled(folder.path);
    const before = store.all('SELECT * FROM version');
    expect(() => expireSets(store, { ...run, sets: [sampleId(2), sampleId(0)] })).toThrow(
      expect.objectContaining({ code: 'SET_NEEDED', context: { set: sampleId(0) } }),
    );
    expect(sets(store)).toHaveLength(3);
    expect(store.all('SELECT * FROM version')).toEqual(before);
    expect(isExpired(store, sampleId(2))).toBe(false);
    store.close();
  });

  test('are refused while content that is left lies in their chunks, whatever is built on what', () => {
    using folder = scratchFolder();
    const store = filled(folder.path);
    store.run('UPDATE block_set SET parent = NULL');
    expect(() => expireSets(store, { ...run, sets: [sampleId(0)] })).toThrow(
      expect.objectContaining({ code: 'SET_NEEDED', context: { set: sampleId(0) } }),
    );
    expect(sets(store)).toHaveLength(3);
    store.close();
  });

  test('may be attempts that were interrupted, and not ones that are being written', () => {
    using folder = scratchFolder();
    const store = filled(folder.path);
    const { id, object, level, parent, createdAt } = emptySummary({ ...sampleSet(7, null, {}).summary });
    beginSet(store, { id, object, level, parent, createdAt });
    addChunks(store, [{ place: place(7, 9), index: new Uint8Array([1]) }]);
    expect(() => expireSets(store, { ...run, sets: [id] })).toThrow(expect.objectContaining({ code: 'SET_STATE' }));
    interruptSet(store, id);
    expireSets(store, { ...run, sets: [id] });
    expect(sets(store)).toHaveLength(3);
    expect(expiredChunks(store)('CF0001', 3)).toBe(1);
    expect(store.all('SELECT * FROM chunk_index')).toEqual([]);
    store.close();
  });
});
