import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteStringFromText, displayText } from '../../../shared/byte-string.ts';
import { commitSet, find, openCatalog, settleSome } from './index.ts';
import { namePattern, searchText } from './name-pattern.ts';
import { path, sampleId, sampleSet, scratchFolder, summary } from './testing/sample.ts';

const files = (names: readonly string[], tag = 1) =>
  names.map((name) => [byteStringFromText(`/d/${name}`) as string, 'file', tag] as const);

const catalogOf = (folder: { readonly path: string }, names: readonly string[]) => {
  const store = openCatalog(`${folder.path}/catalog.db`);
  commitSet(store, sampleSet(0, null, { elements: [['/d', 'dir', 0], ...files(names)] }));
  return store;
};
const found = (store: ReturnType<typeof catalogOf>, pattern: string): string[] =>
  [...find(store, pattern)].map((one) => displayText(one.path).slice(3)).sort();

const NAMES = ['Budget 2024.xlsx', 'budget.txt', 'Übersicht.md', 'a.b', 'ab', '100%_"x".txt', 'naïve', 'レポート.pdf'];

test.each([
  ['budget', ['Budget 2024.xlsx', 'budget.txt']],
  ['BUDGET.', ['budget.txt']],
  ['über', ['Übersicht.md']],
  ['ÜBER', ['Übersicht.md']],
  ['レポ', ['レポート.pdf']],
  ['*.txt', ['100%_"x".txt', 'budget.txt']],
  ['b?dget*', ['Budget 2024.xlsx', 'budget.txt']],
  ['%_"x', ['100%_"x".txt']],
  ['a?b', ['a.b']],
  ['ab', ['ab']],
  ['d/bud', ['Budget 2024.xlsx', 'budget.txt']],
  ['/d/naïve', ['naïve']],
  ['*/d/*.md', ['Übersicht.md']],
  ['xyz', []],
])('"%s" finds %j, whether or not names are in the index yet', (pattern, names) => {
  using folder = scratchFolder();
  const store = catalogOf(folder, NAMES);
  expect(found(store, pattern)).toEqual(names);
  while (settleSome(store));
  expect(found(store, pattern)).toEqual(names);
  store.close();
});

test('a glob fits what one expression for all of it would, however many stars it has', () => {
  const text = (...units: string[]) =>
    fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n', '😀', ...units), maxLength: 9 });
  fc.assert(
    fc.property(
      text('*', '*', '?').filter((typed) => /[*?]/.test(typed)),
      text(),
      (typed, name) => {
        const body = typed.replace(/[*?.]/g, (sign) => ({ '*': '.*', '?': '.' })[sign] ?? `\\${sign}`);
        expect(namePattern(typed).fits(name)).toBe(new RegExp(`^${body}$`, 'su').test(name));
      },
    ),
    { numRuns: 2000 },
  );
  const { fits } = namePattern(`${'*a'.repeat(20)}*b`);
  expect([fits('a'.repeat(4000)), fits(`${'a'.repeat(4000)}b`)]).toEqual([false, true]);
});

test('whatever is typed, what is found is what fits, and page by page the same', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'é', 'É', '.', '%', '1'), minLength: 1, maxLength: 6 });
  const typed = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '*', '?', '.'), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 12 }), typed, fc.nat(12), (names, pattern, indexed) => {
      using folder = scratchFolder();
      const store = catalogOf(folder, names.slice(0, indexed));
      while (settleSome(store));
      commitSet(store, sampleSet(1, 0, { elements: files(names.slice(indexed)) }));
      const { fits } = namePattern(pattern);
      const all = ['', ...names].map((one) => byteStringFromText(one === '' ? '/d' : `/d/${one}`));
      const want = all.filter((one) => fits(searchText(byteStringFromText(displayText(one).replace(/^.*\//s, '')))));
      expect([...find(store, pattern)].map((one) => one.path as string).sort()).toEqual([...want].sort());
      const paged: string[] = [];
      for (let after: string | null = null; ; ) {
        const [next] = find(store, pattern, { after });
        if (next === undefined) break;
        paged.push(next.path);
        after = next.cursor;
      }
      expect(paged.sort()).toEqual([...want].sort());
      store.close();
    }),
    { numRuns: 40 },
  );
});

test('the newest version is found, also of what is gone; with all versions each, page by page', () => {
  using folder = scratchFolder();
  const store = catalogOf(folder, ['report.txt']);
  commitSet(store, sampleSet(1, 0, { elements: files(['report.txt'], 2) }));
  commitSet(store, sampleSet(2, 1, { removed: ['/d/report.txt'] }));
  expect([...find(store, 'report')].map((one) => one.set)).toEqual([sampleId(1)]);
  expect([...find(store, 'report', { allVersions: true })].map((one) => one.set)).toEqual([sampleId(1), sampleId(0)]);
  const [first] = find(store, 'report', { allVersions: true });
  const rest = [...find(store, 'report', { allVersions: true, after: first?.cursor ?? null })];
  expect(rest.map((one) => one.set)).toEqual([sampleId(0)]);
  expect([...find(store, 'report', { object: 'documents' })]).toHaveLength(1);
  expect([...find(store, 'report', { object: 'other' })]).toEqual([]);
  expect(rest[0]?.path).toBe(path('/d/report.txt'));
  // Where each stood at last, and until when: a folder is restored as it was then.
  commitSet(store, sampleSet(3, 2, { elements: files(['other.txt']) }));
  const madeAt = (n: number) => summary(sampleId(n), null, n).createdAt;
  expect([...find(store, 'report', { allVersions: true })]).toMatchObject([
    { last: sampleId(1), lastAt: madeAt(1), until: madeAt(2) },
    { last: sampleId(0), lastAt: madeAt(0), until: madeAt(1) },
  ]);
  expect([...find(store, '/d')].filter(({ type }) => type === 'dir')).toMatchObject([
    { set: sampleId(0), last: sampleId(3), until: null },
  ]);
  store.close();
});
