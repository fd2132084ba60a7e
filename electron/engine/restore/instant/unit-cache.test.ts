import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { UnitCache, type UnitCacheMemory, unitCacheMemory } from './unit-cache.ts';

const SLOT = 8192;
const keyOf = (number: number) => Int32Array.from([1, 2, 3, 4, 5, number]);
const content = (number: number, length = 100) => new Uint8Array(length).fill(number);

/** Asks for units and counts how many were made. */
const asking = (memory: UnitCacheMemory) => {
  const cache = new UnitCache(memory);
  let made = 0;
  const ask = (number: number, length = 100): number => {
    let first = -1;
    cache.with(
      keyOf(number),
      () => {
        made += 1;
        return content(number, length);
      },
      ({ plain }) => {
        expect(plain.length).toBe(length);
        first = plain[0] as number;
      },
    );
    return first;
  };
  return { cache, ask, made: () => made };
};

test('a unit is made once as long as it is kept, and the one that was used longest ago goes first', () => {
  const { ask, made } = asking(unitCacheMemory(2, SLOT));
  expect([1, 2, 1, 1, 2].map((number) => ask(number))).toEqual([1, 2, 1, 1, 2]);
  expect(made()).toBe(2);
  ask(3);
  ask(2);
  expect(made()).toBe(3);
  ask(1);
  expect(made()).toBe(4);
});

test('one that is longer than a slot is given and not kept', () => {
  const { ask, made } = asking(unitCacheMemory(2, SLOT));
  expect(ask(1, SLOT + 1)).toBe(1);
  expect(ask(1, SLOT + 1)).toBe(1);
  expect(made()).toBe(2);
});

test('what cannot be made costs no slot and is tried again', () => {
  const { cache, ask, made } = asking(unitCacheMemory(1, SLOT));
  const broken = () => {
    throw new Error('damaged');
  };
  for (let time = 0; time < 3; time += 1)
    expect(() => cache.with(keyOf(1), broken, () => undefined)).toThrow('damaged');
  expect([ask(1), ask(1), made()]).toEqual([1, 1, 1]);
});

test('what is in use is not overwritten: when all slots are, units are made and not kept', () => {
  const { cache, ask, made } = asking(unitCacheMemory(1, SLOT));
  cache.with(
    keyOf(1),
    () => content(1),
    ({ plain }) => {
      expect([ask(2), ask(2)]).toEqual([2, 2]);
      expect(plain[0]).toBe(1);
    },
  );
  expect(made()).toBe(2);
  expect([ask(2), ask(2), made()]).toEqual([2, 2, 3]);
});

test('a unit that nobody finishes loading is not waited for without end', () => {
  const memory = unitCacheMemory(2, SLOT);
  const stuck = new UnitCache(memory, 50);
  const { ask } = asking(memory);
  stuck.with(
    keyOf(1),
    () => {
      // Another thread asks while this one never comes back: seen from here, it is the same memory.
      const other = new UnitCache(memory, 50);
      let got = 0;
      other.with(
        keyOf(1),
        () => content(9),
        ({ plain }) => {
          got = plain[0] as number;
        },
      );
      expect(got).toBe(9);
      return content(1);
    },
    ({ plain }) => expect(plain[0]).toBe(1),
  );
  expect(ask(1)).toBe(1);
});

test('spans that were compared are remembered with the unit and forgotten with it', () => {
  const { cache, ask } = asking(unitCacheMemory(1, SLOT));
  const compared = (): boolean => {
    let known = false;
    cache.with(
      keyOf(1),
      () => content(1),
      ({ notes }) => {
        known = notes?.has(4096, 100, 7) ?? false;
        notes?.add(4096, 100, 7);
        expect(notes?.has(4096, 101, 7)).toBe(false);
        expect(notes?.has(4097, 100, 7)).toBe(false);
        expect(notes?.has(4096, 100, 8)).toBe(false);
      },
    );
    return known;
  };
  expect([compared(), compared()]).toEqual([false, true]);
  ask(2);
  expect(compared()).toBe(false);
});

test('threads that ask at once get the right units, and share them', async () => {
  const memory = unitCacheMemory(4, SLOT);
  const counts = new Int32Array(new SharedArrayBuffer(8));
  const code = `
    const { workerData } = require('node:worker_threads');
    import(workerData.module).then(({ UnitCache }) => {
      const cache = new UnitCache(workerData.memory);
      const counts = workerData.counts;
      for (let turn = 0; turn < 20000; turn += 1) {
        const number = (turn * 7 + (turn >> 5)) % 6;
        cache.with(Int32Array.from([1, 2, 3, 4, 5, number]), () => {
          Atomics.add(counts, 0, 1);
          return new Uint8Array(5000).fill(number + 1);
        }, ({ plain }) => {
          if (plain.length !== 5000 || plain[0] !== number + 1 || plain[4999] !== number + 1) Atomics.add(counts, 1, 1);
        });
      }
    });`;
  const module = new URL('./unit-cache.ts', import.meta.url).href;
  const threads = [1, 2, 3].map(() => new Worker(code, { eval: true, workerData: { module, memory, counts } }));
  const ends = await Promise.all(threads.map(async (thread) => await new Promise((done) => thread.once('exit', done))));
  expect(ends).toEqual([0, 0, 0]);
  expect(counts[1]).toBe(0);
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts[0]).toBeLessThan(60_000);
});
