import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSharedIndex, PreservedIndex } from './preserved-index.ts';

test('an index finds what was put in for each snapshot, and gives slots out again', () => {
  const step = fc.record({
    put: fc.boolean(),
    segment: fc.nat(30),
    mask: fc.integer({ min: 1, max: 7 }),
    which: fc.nat(50),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const index = new PreservedIndex(createSharedIndex(10));
      const model: { slot: number; segment: number; mask: number }[] = [];
      for (const { put, segment, mask, which } of steps) {
        if (put) {
          const taken = model.filter((one) => one.segment === segment).reduce((all, one) => all | one.mask, 0);
          const free = mask & ~taken;
          const slot = index.take();
          expect(slot === null).toBe(model.length === 10);
          if (slot === null) continue;
          expect(model.some((one) => one.slot === slot)).toBe(false);
          if (free === 0) index.giveBack(slot);
          else {
            index.put({ slot, segment, mask: free, crc: slot });
            model.push({ slot, segment, mask: free });
          }
        } else {
          const one = model[which % model.length];
          if (one === undefined) continue;
          const place = 31 - Math.clz32(one.mask);
          const left = index.drop(one.slot, place);
          expect(left).toBe(one.mask & ~(1 << place));
          one.mask = left ?? 0;
          if (left === 0) {
            index.giveBack(one.slot);
            model.splice(model.indexOf(one), 1);
          }
        }
        expect(index.used).toBe(model.length);
        for (const place of [0, 1, 2]) {
          const wanted = model.filter((one) => one.mask & (1 << place));
          expect(
            index
              .of(place)
              .map(({ slot }) => slot)
              .toSorted(ascending),
          ).toEqual(wanted.map(({ slot }) => slot).toSorted(ascending));
          for (const one of wanted) expect(index.find(one.segment, place)).toBe(one.slot);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('slots taken over from a file leave the gaps free', () => {
  const index = new PreservedIndex(createSharedIndex(6));
  index.restore({ slot: 2, segment: 9, mask: 1, crc: 1 });
  index.restore({ slot: 4, segment: 8, mask: 1, crc: 2 });
  expect(index.used).toBe(2);
  const taken = [index.take(), index.take(), index.take(), index.take(), index.take()];
  expect(new Set(taken)).toEqual(new Set([0, 1, 3, 5, null]));
  expect(index.find(9, 0)).toBe(2);
});

test('segments beyond 2^31 are told apart', () => {
  const index = new PreservedIndex(createSharedIndex(4));
  expect(index.take()).toBe(0);
  index.put({ slot: 0, segment: 2 ** 31 + 5, mask: 1, crc: 2 ** 32 - 1 });
  expect(index.find(2 ** 31 + 5, 0)).toBe(0);
  expect(index.find(5, 0)).toBe(null);
  expect(index.of(0)[0]?.segment).toBe(2 ** 31 + 5);
  expect(index.crcOf(0)).toBe(2 ** 32 - 1);
});

test('what only lost snapshots need is given back, once', () => {
  const index = new PreservedIndex(createSharedIndex(3));
  for (const [slot, mask] of [1, 3, 2].entries()) {
    expect(index.take()).toBe(slot);
    index.put({ slot, segment: slot, mask, crc: 0 });
  }
  index.reclaim(1);
  expect(index.used).toBe(2);
  expect(index.drop(0, 0)).toBe(null);
  expect(index.drop(1, 0)).toBe(null);
  expect(index.find(1, 1)).toBe(1);
  expect([index.take(), index.take()]).toEqual([0, null]);
});

const ascending = (one: number, other: number): number => one - other;
