import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coalesce, type Extent, intersect, splitAt, subtract, totalOf, union } from './extent-algebra.ts';

const SPACE = 400;

/** Ascending extents that do not overlap, from alternating gaps and lengths. */
const extents: fc.Arbitrary<Extent[]> = fc
  .array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 9 }), fc.option(fc.nat(1000))), { maxLength: 20 })
  .map((pieces) => {
    let at = 0;
    return pieces.map(([gap, length, address]) => {
      const offset = at + gap;
      at = offset + length;
      return { offset, length, address };
    });
  });

/** What each byte of the element is: its address, null for unknown, undefined for none. The meaning of a list. */
const meaning = (list: readonly Extent[]): (number | null | undefined)[] => {
  const bytes: (number | null | undefined)[] = Array.from({ length: SPACE }, () => undefined);
  for (const { offset, length, address } of list) {
    for (let at = 0; at < length; at += 1) {
      expect(bytes[offset + at]).toBeUndefined();
      bytes[offset + at] = address === null ? null : address + at;
    }
  }
  return bytes;
};

const isAscending = (list: readonly Extent[]) =>
  list.every((one, index) => one.length > 0 && (index === 0 || one.offset >= ends(list[index - 1])));
const ends = (extent: Extent | undefined) => (extent === undefined ? 0 : extent.offset + extent.length);

describe('extent algebra', () => {
  it('intersects byte by byte, addresses moving along', () => {
    fc.assert(
      fc.property(extents, extents, (one, other) => {
        const result = intersect(one, other);
        expect(isAscending(result)).toBe(true);
        const inside = meaning(other);
        expect(meaning(result)).toEqual(
          meaning(one).map((value, at) => (inside[at] === undefined ? undefined : value)),
        );
      }),
    );
  });

  it('subtracts byte by byte', () => {
    fc.assert(
      fc.property(extents, extents, (one, other) => {
        const result = subtract(one, other);
        expect(isAscending(result)).toBe(true);
        const inside = meaning(other);
        expect(meaning(result)).toEqual(
          meaning(one).map((value, at) => (inside[at] === undefined ? value : undefined)),
        );
      }),
    );
  });

  it('loses and adds no byte between an intersection and its difference', () => {
    fc.assert(
      fc.property(extents, extents, (one, other) => {
        expect(totalOf(intersect(one, other)) + totalOf(subtract(one, other))).toBe(totalOf(one));
      }),
    );
  });

  it('splits so that no part spans two segments, and means the same', () => {
    fc.assert(
      fc.property(extents, fc.integer({ min: 1, max: 16 }), (list, size) => {
        const parts = splitAt(list, size);
        expect(meaning(parts)).toEqual(meaning(list));
        for (const { offset, length } of parts) {
          expect(Math.floor(offset / size)).toBe(Math.floor((offset + length - 1) / size));
        }
      }),
    );
  });

  it('coalesces to the shortest list that means the same', () => {
    fc.assert(
      fc.property(extents, fc.integer({ min: 1, max: 16 }), (list, size) => {
        const joined = coalesce(splitAt(list, size));
        expect(meaning(joined)).toEqual(meaning(list));
        expect(joined).toEqual(coalesce(list));
        expect(coalesce(joined)).toEqual(joined);
      }),
    );
  });

  it('unites ranges in any order', () => {
    fc.assert(
      fc.property(extents, extents, (one, other) => {
        const both = union([...other, ...one]);
        const covered = meaning(both.map((range) => ({ ...range, address: null })));
        const [left, right] = [meaning(one), meaning(other)];
        expect(covered.map((value) => value === null)).toEqual(
          left.map((value, at) => value !== undefined || right[at] !== undefined),
        );
      }),
    );
  });

  it('refuses segments of no length', () => {
    expect(() => splitAt([], 0)).toThrow(RangeError);
  });
});
