import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ElementType } from '../../../shared/model/element.ts';
import { diff, type Entry, elements, entry, KnownState, list, openCatalog, versions } from './index.ts';
import { applyToModel, type ModelState } from './testing/model.ts';
import { type Change, OBJECT, path, sampleId, sampleSet, scratchFolder } from './testing/sample.ts';
import { commitSet } from './writer.ts';

const name = fc.constantFrom('a', 'b', 'c', 'a-', 'é');
const where = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`);
const type = fc.constantFrom<ElementType>('file', 'dir', 'dir', 'symlink');
const change = fc.record({
  removed: fc.array(where, { maxLength: 2 }),
  elements: fc.array(fc.tuple(where, type, fc.nat(50)), { maxLength: 6 }),
});
/** Each set builds on none, or on any that came before it. */
const history = fc.array(
  fc.record({ change, parent: fc.option(fc.nat(20), { freq: 4 }), batch: fc.integer({ min: 1, max: 8 }) }),
  {
    minLength: 1,
    maxLength: 8,
  },
);

/** Leaves out elements beneath what is no directory in the same set: no scan makes such a set. */
const sane = (parent: ModelState, raw: Change): Change => {
  const kinds = new Map<string, ElementType>();
  for (const [at, element] of parent) kinds.set(at, element.type);
  for (const [at, kind] of raw.elements ?? []) kinds.set(at, kind);
  const hidden = (at: string): boolean => {
    for (let slash = at.lastIndexOf('/'); slash > 0; slash = at.lastIndexOf('/', slash - 1)) {
      if ((kinds.get(at.slice(0, slash)) ?? 'dir') !== 'dir') return true;
    }
    return false;
  };
  return { ...raw, elements: (raw.elements ?? []).filter(([at]) => !hidden(at)) };
};

const byBytes = (one: string, other: string): number => {
  const [left, right] = [one.split('/'), other.split('/')];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    if (left[at] !== right[at]) return (left[at] ?? '') < (right[at] ?? '') ? -1 : 1;
  }
  return 0;
};

const expected = (state: ModelState): string[] =>
  [...state.keys()].sort(byBytes).map((at) => {
    const { type: kind, tag, set } = state.get(at) as NonNullable<ReturnType<ModelState['get']>>;
    return `${at} ${kind} ${tag} ${kind === 'file' ? sampleId(set) : ''}`;
  });

test('whatever builds on what, a set holds its parent’s elements without the removed and with its own', () => {
  fc.assert(
    fc.property(history, (steps) => {
      using folder = scratchFolder();
      const store = openCatalog(`${folder.path}/catalog.db`);
      const states: ModelState[] = [];
      for (const [n, step] of steps.entries()) {
        const parent = step.parent === null || n === 0 ? null : step.parent % n;
        const before = parent === null ? new Map() : (states[parent] as ModelState);
        const made = sane(before, step.change);
        commitSet(store, sampleSet(n, parent, made), { batchElements: step.batch });
        states.push(applyToModel(before, n, made));
      }
      for (const [n, state] of states.entries()) {
        const found = [...elements(store, sampleId(n))].map(({ attributes, extents }) => {
          const tag = attributes.modifiedAt.seconds - 1_700_000_000;
          return `${attributes.path} ${attributes.type} ${tag} ${extents[0]?.set ?? ''}`;
        });
        expect(found).toEqual(expected(state));
        for (const [at, { tag }] of state) {
          const one = entry(store, sampleId(n), path(at));
          expect(one.modifiedAt?.seconds).toBe(1_700_000_000 + tag);
        }
      }
      checkDifferences(store, states);
      store.close();
    }),
    { numRuns: 60 },
  );
});

const checkDifferences = (store: ReturnType<typeof openCatalog>, states: readonly ModelState[]): void => {
  for (let n = 1; n < states.length; n += 1) {
    const [before, after] = [states[n - 1] as ModelState, states[n] as ModelState];
    const want = new Map<string, string>();
    for (const at of new Set([...before.keys(), ...after.keys()])) {
      const [one, other] = [before.get(at), after.get(at)];
      if (one === undefined) want.set(at, 'added');
      else if (other === undefined) want.set(at, 'removed');
      else if (one.type !== other.type || one.tag !== other.tag) want.set(at, 'changed');
    }
    // A directory that is only implied is there to the catalog, but not to the model.
    const real = (one: Entry | null): boolean => one !== null && one.modifiedAt !== null;
    const found = [...diff(store, sampleId(n - 1), sampleId(n))]
      .filter(({ before: one, after: other }) => real(one) || real(other))
      .map(({ path: at, before: one, after: other }) => {
        return `${at} ${real(one) ? (real(other) ? 'changed' : 'removed') : 'added'}`;
      });
    expect(found).toEqual([...want.keys()].sort(byBytes).map((at) => `${at} ${want.get(at)}`));
  }
};

test('what a scan is told of a directory is what a listing shows of it', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      using folder = scratchFolder();
      const store = openCatalog(`${folder.path}/catalog.db`);
      let state: ModelState = new Map();
      for (const [n, raw] of changes.entries()) {
        const made = sane(state, raw);
        state = applyToModel(state, n, made);
        commitSet(store, sampleSet(n, n === 0 ? null : n - 1, made));
      }
      for (const n of changes.keys()) {
        const known = new KnownState(store, sampleId(n));
        const root = known.root(path('/'));
        const shown =
          root === undefined ? [] : [...list(store, sampleId(n), path('/'))].map((one) => one.path.slice(1));
        expect([...(root === undefined ? [] : known.children(root.node).keys())].sort()).toEqual(shown);
      }
      expect(versions(store, OBJECT.name, path('/none'))).toEqual([]);
      store.close();
    }),
    { numRuns: 25 },
  );
});
