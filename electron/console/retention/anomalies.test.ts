import { expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { anomaliesOf, DifferenceCount } from './anomalies.ts';

const MB = 1 << 20;
const set = (bytesRead: number, part = 0.5, level: BlockSetSummary['level'] = 'incremental') =>
  ({ level, elements: 1000, bytesRead, bytesStored: bytesRead * part }) as BlockSetSummary;
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

test('another extension is one in the place of the old one, or behind it', () => {
  const count = new DifferenceCount();
  for (const path of ['/a/one.doc', '/a/two.doc', '/a/gone.doc']) count.add('removed', 'file', path);
  for (const path of ['/a/one.locked', '/a/two.doc.locked', '/b/new.doc']) count.add('added', 'file', path);
  count.add('changed', 'file', '/a/three.doc');
  expect(count.result).toEqual({ removed: 3, otherExtensions: 2 });
});
