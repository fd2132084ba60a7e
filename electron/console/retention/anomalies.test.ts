import { expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { anomaliesOf, DifferenceCount, isUsuallyReplaced } from './anomalies.ts';

const MB = 1 << 20;
const set = (bytesRead: number, part = 0.5, level: BlockSetSummary['level'] = 'incremental', over: object = {}) => {
  const bytes = { bytesRead, bytesStored: bytesRead * part, logicalBytes: 1000 * MB };
  return { level, elements: 1000, ...bytes, ...over } as BlockSetSummary;
};
const usual = [set(20 * MB), set(18 * MB), set(22 * MB), set(500 * MB, 0.5, 'full')];
const nothing = { removed: 0, otherExtensions: 0, replaced: 0, unreadable: 0 };
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
  expect(kinds(set(MB), usual, { ...nothing, removed: 199, otherExtensions: 99 })).toEqual([]);
  expect(kinds(set(MB), usual, { ...nothing, removed: 200, otherExtensions: 100 })).toEqual([
    'many-removed',
    'other-extensions',
  ]);
});

test('a large share that is gone is, of few elements and of bytes too, and many small changes of few are not', () => {
  const few = (elements: number, logicalBytes: number, removed = 0, otherExtensions = 0) => {
    const last = { ...set(0, 0, 'full'), elements: 4, logicalBytes: 100 } as BlockSetSummary;
    const now = { ...set(0, 0, 'full'), elements, logicalBytes } as BlockSetSummary;
    return anomaliesOf(now, [last], { ...nothing, removed, otherExtensions }).map(({ kind, now: count }) => [
      kind,
      count,
    ]);
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
  expect(count.result).toMatchObject({ removed: 3, otherExtensions: 2, replaced: 4 });
});

test('so is one that those that are gone did not have, whatever the names; a dump that is named after its day has none', () => {
  const gone = (names: readonly string[], came: readonly string[]) => {
    const count = new DifferenceCount();
    for (const name of names) count.add('removed', 'file', name);
    for (const name of came) count.add('added', 'file', name);
    return count.result.otherExtensions;
  };
  expect(gone(['/a.txt', '/b.txt', '/c.doc'], ['/x1.locked', '/x2.locked', '/x3.doc'])).toBe(2);
  expect(gone(['/a.txt'], ['/x1.locked', '/x2.locked'])).toBe(1);
  expect(gone(['/one.20261128', '/two.2026-11-28'], ['/three.20261129', '/four.2026-11-29'])).toBe(0);
  expect(gone([], ['/x.locked'])).toBe(0);
});

test('most files that are written anew at once are, after one set and of few bytes too, and what was added is not', () => {
  const full = set(MB, 0.3, 'full', { elements: 60, logicalBytes: MB });
  const small = (bytesRead: number, replaced: number, before = full) =>
    kinds(set(bytesRead, 0.3, 'incremental', { logicalBytes: 1.5 * MB }), [before], { ...nothing, replaced });
  expect(small(MB, 30)).toEqual(['many-changed']);
  expect(small(MB, 29)).toEqual([]);
  expect(small(MB / 2, 30)).toEqual([]);
  expect(small(60_000, 60)).toEqual([]);
  expect(small(MB, 9, set(MB, 0.3, 'full', { elements: 9, logicalBytes: MB }))).toEqual([]);
  const [last, most] = [set(MB, 0.5, 'full', { elements: 5_000_000 }), { ...nothing, replaced: 100_000 }];
  expect(kinds(set(900 * MB, 0.5, 'full'), [last], most)).toContain('many-changed');
});

test('most of an object that no longer compresses is, after one set and of few bytes too', () => {
  const of = (bytesRead: number, part: number, level: BlockSetSummary['level'] = 'incremental') =>
    set(bytesRead, part, level, { logicalBytes: MB });
  const part = of(MB / 4, 1);
  expect(anomaliesOf(of(MB, 1.001), [part, of(MB, 0.3, 'full')], nothing)).toEqual([
    { kind: 'incompressible', usual: 300, now: 1001 },
  ]);
  expect(kinds(of(MB, 1.001), [part, of(MB, 1, 'full')], nothing)).toEqual([]);
  expect(kinds(of(MB / 4, 1), [of(MB, 0.3, 'full')], nothing)).toEqual([]);
});

test('what is written anew each time, or twice in ten, is usual', () => {
  const [many, none] = [['many-changed'], []] as const;
  expect([[many, none], [none, many, none, many], [none, many], [none, none], []].map(isUsuallyReplaced)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(isUsuallyReplaced([none, many, ...Array.from({ length: 8 }, () => none), many])).toBe(false);
});
