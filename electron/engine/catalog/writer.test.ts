import { expect, test } from 'vitest';
import { bytes, tapeId } from '../../../shared/units.ts';
import {
  addChunks,
  beginSet,
  chunkPlaces,
  chunksOn,
  commitSet,
  completeSet,
  discardSet,
  interruptSet,
  interruptUnfinished,
  list,
  openCatalog,
  resolveSet,
  sets,
  storedSoFar,
  tapesOf,
} from './index.ts';
import { path, place, sampleId, sampleSet, scratchFolder } from './testing/sample.ts';

const opened = (folder: { readonly path: string }) => openCatalog(`${folder.path}/catalog.db`);
const versionCount = (store: ReturnType<typeof opened>): number =>
  store.get<[number]>('SELECT count(*) FROM version')?.[0] ?? -1;
const TREE = [
  ['/d', 'dir', 0],
  ['/d/one', 'file', 1],
  ['/d/two', 'file', 2],
] as const;

test('a file that does not change costs no row, however many sets there are', () => {
  using folder = scratchFolder();
  const store = opened(folder);
  commitSet(store, sampleSet(0, null, { elements: TREE }));
  const before = versionCount(store);
  for (let n = 1; n <= 10; n += 1) commitSet(store, sampleSet(n, n - 1, { elements: [['/d/one', 'file', n + 10]] }));
  expect(versionCount(store)).toBe(before + 10);
  expect([...list(store, sampleId(10), path('/d'))].map((one) => [one.path, one.set])).toEqual([
    ['/d/one', sampleId(10)],
    ['/d/two', sampleId(0)],
  ]);
  store.close();
});

test('an interrupted set keeps what is on tape until it is committed', () => {
  using folder = scratchFolder();
  const store = opened(folder);
  const set = sampleSet(0, null, { elements: TREE });
  beginSet(store, set.summary);
  addChunks(store, [
    { place: place(0, 1), index: Uint8Array.of(1, 1) },
    { place: place(0, 0), index: Uint8Array.of(0) },
  ]);
  expect(resolveSet(store, sampleId(0)).state).toBe('writing');
  expect(interruptUnfinished(store)).toEqual([sampleId(0)]);
  expect([...storedSoFar(store, sampleId(0))].map(({ sequence, index }) => [sequence, ...index])).toEqual([
    [0, 0],
    [1, 1, 1],
  ]);
  expect(sets(store)[0]).toMatchObject({ state: 'interrupted', tapes: ['CF0001'] });
  commitSet(store, set);
  expect([...storedSoFar(store, sampleId(0))]).toEqual([]);
  expect(sets(store)[0]).toMatchObject({ state: 'complete', tapes: ['CF0001'] });
  store.close();
});

test('chunks are found by set and sequence, and by tape', () => {
  using folder = scratchFolder();
  const store = opened(folder);
  const places = [place(0, 0), place(0, 1, 'CF0002'), place(0, 2)];
  addChunks(
    store,
    [...places, place(0, 1, 'CF0003')].map((one) => ({ place: one })),
  );
  expect([...chunkPlaces(store, sampleId(0), [2, 1, 7])].map((one) => [one.sequence, one.tape])).toEqual([
    [2, 'CF0001'],
    [1, 'CF0002'],
    [1, 'CF0003'],
  ]);
  expect([...chunkPlaces(store, sampleId(0))][0]).toEqual(places[0]);
  expect([...chunksOn(store, place(0, 0).tape)]).toEqual([places[0], places[2]]);
  commitSet(store, sampleSet(0, null, {}));
  expect(tapesOf(store, sampleId(0))).toEqual(['CF0001', 'CF0002', 'CF0003']);
  store.close();
});

test('a set in the wrong state says so and changes nothing', () => {
  using folder = scratchFolder();
  const store = opened(folder);
  commitSet(store, sampleSet(0, null, { elements: TREE }));
  expect(() => commitSet(store, sampleSet(0, null, {}))).toThrow(expect.objectContaining({ code: 'SET_STATE' }));
  expect(() => commitSet(store, sampleSet(2, 1, {}))).toThrow(expect.objectContaining({ code: 'SET_STATE' }));
  expect(() => interruptSet(store, sampleId(0))).toThrow(expect.objectContaining({ code: 'SET_STATE' }));
  expect(() => discardSet(store, sampleId(7))).toThrow(expect.objectContaining({ code: 'NO_SUCH_SET' }));
  const cut = { ...sampleSet(1, 0, {}), stream: () => [Uint8Array.of(3, 200, 1)] };
  expect(() => commitSet(store, cut)).toThrow(expect.objectContaining({ code: 'RECORD_MALFORMED' }));
  expect(sets(store).map((set) => set.id)).toEqual([sampleId(0)]);
  store.close();
});

test('a discarded set leaves nothing behind', () => {
  using folder = scratchFolder();
  const store = opened(folder);
  beginSet(store, sampleSet(0, null, {}).summary);
  addChunks(store, [{ place: place(0, 0), index: Uint8Array.of(1) }]);
  discardSet(store, sampleId(0));
  expect([...chunkPlaces(store, sampleId(0))]).toEqual([]);
  expect(sets(store)).toEqual([]);
  store.close();
});

test('a set is complete when all it builds on is', () => {
  using folder = scratchFolder();
  const store = opened(folder);
  const missing = sampleSet(0, null, { elements: TREE });
  commitSet(store, { ...missing, summary: { ...missing.summary, state: 'incomplete' } });
  commitSet(store, sampleSet(1, 0, {}));
  commitSet(store, sampleSet(2, 1, {}));
  expect(sets(store).map((set) => set.state)).toEqual(['incomplete', 'incomplete', 'incomplete']);
  const stored = (): number | undefined => sets(store).find(({ id }) => id === sampleId(0))?.bytesStored;
  const before = stored() ?? 0;
  const later = { ...place(0, 0), payloadBytes: bytes(before + 5) };
  addChunks(store, [{ place: later }, { place: { ...later, tape: tapeId('CF0009') } }]);
  completeSet(store, sampleId(0));
  expect(sets(store).map((set) => set.state)).toEqual(['complete', 'complete', 'complete']);
  // Each chunk once, also where a copy has it.
  expect(stored()).toBe(before + 5);
  store.close();
});
