import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { TapeItem, TapeMedium } from '../medium.ts';
import { noise } from './tapes.ts';

const shown = (item: TapeItem): string => (item.kind === 'record' ? item.data.toString('latin1') : item.kind);
const record = (text: string): Uint8Array[] => [Buffer.from(text)];

/** What every medium must do. `make` gives a new, empty one with room for `capacity` bytes of container. */
export const mediumContract = (title: string, make: (capacity: number) => TapeMedium): void => {
  describe(`${title}, as a medium`, () => {
    let medium: TapeMedium;
    beforeEach(() => {
      medium = make(16 * 1024 * 1024);
    });
    afterEach(() => medium.close());

    test('gives back records and file marks in order, forwards and backwards', () => {
      fc.assert(
        fc.property(fc.array(fc.option(fc.integer({ min: 1, max: 300 })), { maxLength: 20 }), (items) => {
          medium.locate({ block: 0, offset: 0 });
          medium.eraseRest();
          const expected: string[] = [];
          items.forEach((half, index) => {
            if (half === null) medium.writeFileMarks(1);
            else medium.writeRecords([[noise(half, index), noise(half, index + 1)]]);
            const text =
              half === null ? 'mark' : Buffer.concat([noise(half, index), noise(half, index + 1)]).toString('latin1');
            expected.push(text);
          });
          expect(medium.position().block).toBe(items.length);
          medium.toEnd();
          expect(items.map(() => shown(medium.readBack())).reverse()).toEqual(expected);
          expect(medium.readBack().kind).toBe('end');
          medium.locate({ block: 0, offset: 0 });
          expect(items.map(() => shown(medium.read()))).toEqual(expected);
          expect(medium.read().kind).toBe('end');
          expect(medium.position()).toEqual({ block: items.length, offset: medium.endOffset });
        }),
        { numRuns: 30 },
      );
    });

    test('what lay behind the place of a write is gone', () => {
      medium.writeRecords([record('aa'), record('bb'), record('cc')]);
      medium.locateBlock(1);
      medium.writeRecords([record('dddd')]);
      expect(medium.read().kind).toBe('end');
      medium.locateBlock(0);
      expect([shown(medium.read()), shown(medium.read()), shown(medium.read())]).toEqual(['aa', 'dddd', 'end']);
    });

    test('a block is found from wherever the medium stands', () => {
      medium.writeRecords(['aa', 'bbbb', 'cc', 'dddddd'].map(record));
      for (const [block, text] of [
        [2, 'cc'],
        [0, 'aa'],
        [3, 'dddddd'],
        [1, 'bbbb'],
      ] as const) {
        medium.locateBlock(block);
        expect(medium.position().block).toBe(block);
        expect(shown(medium.read())).toBe(text);
      }
      expect(() => medium.locateBlock(5)).toThrow(expect.objectContaining({ code: 'TAPE_DAMAGED' }));
    });

    test('file marks are counted over records', () => {
      medium.writeRecords([record('aa')]);
      medium.writeFileMarks(2);
      medium.writeRecords([record('bb')]);
      medium.locateBlock(0);
      expect(medium.spaceFileMarks(2)).toBe(true);
      expect(shown(medium.read())).toBe('bb');
      expect(medium.spaceFileMarks(1)).toBe(false);
    });

    test('records of other lengths than demanded are refused, and the medium stays where it was', () => {
      medium.writeRecords([record('aaaa'), record('bb')]);
      medium.locateBlock(0);
      const here = medium.position();
      const wrong = [
        () => medium.readRecords([[Buffer.alloc(2)]]),
        () => medium.readRecords([[Buffer.alloc(4)], [Buffer.alloc(4)]]),
        () => medium.skipRecords([4, 4]),
        () => medium.readPart(2, 0, Buffer.alloc(1)),
      ];
      for (const call of wrong) {
        expect(call).toThrow(expect.objectContaining({ code: 'TAPE_DAMAGED' }));
        expect(medium.position()).toEqual(here);
      }
    });

    test('a part of a record is read, and the medium moves behind the record', () => {
      medium.writeRecords([record('abcdefgh'), record('ij')]);
      medium.locateBlock(0);
      const into = Buffer.alloc(3);
      medium.readPart(8, 2, into);
      expect([into.toString(), shown(medium.read())]).toEqual(['cde', 'ij']);
    });

    test('a position that is not known is no position', () => {
      medium.writeRecords([record('aa')]);
      medium.toEnd();
      expect(() => medium.position()).toThrow(RangeError);
      expect(() => medium.writeRecords([record('bb')])).toThrow(RangeError);
    });

    test('lengths that the format forbids are not written', () => {
      for (const length of [0, 1, 3, 1_048_578])
        expect(() => medium.writeRecords([[Buffer.alloc(length)]])).toThrow(RangeError);
      expect(medium.endOffset).toBe(0);
    });

    test('at the hard end all of a write is refused, and what fits still goes', () => {
      medium.close();
      const small = make(100);
      onTestFinished(() => small.close());
      small.writeRecords([[Buffer.alloc(40)]]);
      const here = small.position();
      expect(() => small.writeRecords([[Buffer.alloc(2)], [Buffer.alloc(60)]])).toThrow(
        expect.objectContaining({ code: 'TAPE_FULL' }),
      );
      expect([small.position(), small.endOffset]).toEqual([here, 48]);
      small.writeRecords([[Buffer.alloc(44)]]);
      expect(() => small.writeFileMarks(1)).toThrow(expect.objectContaining({ code: 'TAPE_FULL' }));
    });

    test('resynchronising finds the next intact record of a kind, and nothing that only looks like one', () => {
      const magic = Buffer.from('MAGIC');
      const pattern = { magic, bytes: 10, blockOf: (data: Buffer) => (data[9] === 1 ? 2 : null) };
      const decoys = Buffer.concat([magic, Buffer.alloc(5, 1), magic]);
      medium.writeRecords([
        [decoys, Buffer.alloc(1)],
        [magic, Buffer.alloc(5, 2)],
        [magic, Buffer.alloc(5, 1)],
        record('zz'),
      ]);
      medium.locateBlock(0);
      expect(medium.resync(pattern)).toBe(true);
      expect(medium.position().block).toBe(2);
      expect(shown(medium.read())).toBe('MAGIC\u0001\u0001\u0001\u0001\u0001');
      expect(medium.resync(pattern)).toBe(false);
    });
  });
};
