import { expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { anomaliesOf, DifferenceCount } from './anomalies.ts';

const MB = 1 << 20;
const set = (bytesRead: number, part = 0.5, level: BlockSetSummary['level'] = 'incremental') =>
  ({ level, elements: 1000, logicalBytes: 1000 * MB, bytesRead, bytesStored: bytesRead * part }) as BlockSetSummary;
const usual = [set(20 * MB), set(18 * MB), set(22 * MB), set(500 * MB, 0.5, 'full')];
const nothing = { removed: 0, otherExtensions: 0 };
const kinds = (...of: Parameters<typeof anomaliesOf>) => anomaliesOf(...of).map(({ kind }) => kind);

test('a backup as always is nothing unusual, and neither is one with too few before it, or a full one', () => {
  expect(kinds(set(30 * MB), usual, nothing)).toEqual([]);
  expect(kinds(set(300 * MB), usual.slice(0, 2), nothing)).toEqual([]);
  expect(kinds(set(500 * MB, 0.5, 'full'), usual, nothing)).toEqual([]);
  expect(kinds(set(2 * MB), [set(1000), set(1000), set(1000)], nothing)).toEqual([]);
});

test('ten times as much as usual is, and what no longer compresses', () => {
  expect(anomaliesOf(set(200 * MB), usual, nothing)).toEqual([{ kind: 'much-changed', usual: 20 * MB, now: 200 * MB }]);
  expect(kinds(set(20 * MB, 1.001), usual, nothing)).toEqual(['incompressible']);
  const never = [set(20 * MB, 1), set(20 * MB, 1), set(20 * MB, 1)];
  expect(kinds(set(20 * MB, 1), never, nothing)).toEqual([]);
});

test('many that are gone are, and many with another extension', () => {
  expect(kinds(set(MB), usual, { removed: 199, otherExtensions: 99 })).toEqual([]);
  expect(kinds(set(MB), usual, { removed: 200, otherExtensions: 100 })).toEqual(['many-removed', 'other-extensions']);
});

test('a large share that is gone is, of few elements and of bytes too, and many small changes of few are not', () => {
  const few = (elements: number, logicalBytes: number, removed = 0, otherExtensions = 0) => {
    const last = { ...set(0, 0, 'full'), elements: 4, logicalBytes: 100 } as BlockSetSummary;
    const now = { ...set(0, 0, 'full'), elements, logicalBytes } as BlockSetSummary;
    return anomaliesOf(now, [last], { removed, otherExtensions }).map(({ kind, now: count }) => [kind, count]);
  };
  expect(few(1, 0, 3)).toEqual([['many-removed', 3]]);
  expect(few(2, 60, 2)).toEqual([['many-removed', 2]]);
  expect(few(3, 50, 1)).toEqual([['much-removed', 50]]);
  expect(few(3, 60, 1)).toEqual([]);
  expect(few(4, 51)).toEqual([]);
  expect(few(4, 100, 3)).toEqual([]);
  expect(few(4, 100, 1, 1)).toEqual([]);
  expect(few(4, 100, 2, 2)).toEqual([['other-extensions', 2]]);
});

test('another extension is one in the place of the old one, or behind it', () => {
  const count = new DifferenceCount();
  for (const path of ['/a/one.doc', '/a/two.doc', '/a/gone.doc']) count.add('removed', 'file', path);
  for (const path of ['/a/one.locked', '/a/two.doc.locked', '/b/new.doc']) count.add('added', 'file', path);
  count.add('changed', 'file', '/a/three.doc');
  expect(count.result).toEqual({ removed: 3, otherExtensions: 2 });
});
