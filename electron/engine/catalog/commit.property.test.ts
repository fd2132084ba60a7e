import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entry, KnownState, list, openCatalog, versions } from './index.ts';
import { change, differences, expected, expectedDifferences, heldBy, history, sane } from './testing/histories.ts';
import { applyToModel, type ModelState } from './testing/model.ts';
import { OBJECT, path, sampleId, sampleSet, scratchFolder } from './testing/sample.ts';
import { commitSet } from './writer.ts';

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
        expect(heldBy(store, n)).toEqual(expected(state));
        for (const [at, { tag }] of state) {
          const one = entry(store, sampleId(n), path(at));
          expect(one.modifiedAt?.seconds).toBe(1_700_000_000 + tag);
        }
      }
      for (let n = 1; n < states.length; n += 1)
        expect(differences(store, n - 1, n)).toEqual(
          expectedDifferences(states[n - 1] as ModelState, states[n] as ModelState),
        );
      store.close();
    }),
    { numRuns: 60 },
  );
});

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
