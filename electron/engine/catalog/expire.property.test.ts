import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expiredSets, expireSets, openCatalog, sets } from './index.ts';
import { differences, expected, expectedDifferences, heldBy, history, sane } from './testing/histories.ts';
import { applyToModel, type ModelState } from './testing/model.ts';
import { sampleId, sampleSet, scratchFolder } from './testing/sample.ts';
import { commitSet } from './writer.ts';

const run = { run: 'run', at: 0, sequences: {} };

test('whatever sets expire, in whatever order, those that are left hold what they held, and can be built on', () => {
  fc.assert(
    fc.property(history, history, fc.array(fc.nat(7)), fc.boolean(), (steps, later, drawn, together) => {
      using folder = scratchFolder();
      const store = openCatalog(`${folder.path}/catalog.db`);
      const states = new Map<number, ModelState>();
      const parents = new Map<number, number | null>();
      const commit = (n: number, parent: number | null, step: (typeof steps)[number]): void => {
        const before = parent === null ? new Map() : (states.get(parent) as ModelState);
        const made = sane(before, step.change);
        commitSet(store, sampleSet(n, parent, made), { batchElements: step.batch });
        states.set(n, applyToModel(before, n, made));
        parents.set(n, parent);
      };
      const check = (): void => {
        const left = [...states.keys()].sort((one, other) => one - other);
        for (const n of left) expect(heldBy(store, n)).toEqual(expected(states.get(n) as ModelState));
        for (const [at, n] of left.entries()) {
          const before = left[at - 1];
          if (before === undefined) continue;
          const want = expectedDifferences(states.get(before) as ModelState, states.get(n) as ModelState);
          expect(differences(store, before, n)).toEqual(want);
        }
      };
      for (const [n, step] of steps.entries())
        commit(n, step.parent === null || n === 0 ? null : step.parent % n, step);
      // Whatever nothing that is left is built on may go, in the order that was drawn.
      const going: number[] = [];
      const mayGo = (n: number): boolean =>
        states.has(n) && [...parents].every(([child, parent]) => parent !== n || !states.has(child));
      for (const n of drawn) {
        if (!mayGo(n)) continue;
        states.delete(n);
        going.push(n);
      }
      if (together) expireSets(store, { ...run, sets: going.map(sampleId) });
      else for (const n of going) expireSets(store, { ...run, sets: [sampleId(n)] });
      expect(sets(store).map(({ id }) => id)).toEqual([...states.keys()].map(sampleId));
      expect(expiredSets(store).map(({ id }) => id)).toEqual(going.map(sampleId).toSorted());
      check();
      for (const [at, step] of later.entries()) {
        const left = [...states.keys()];
        const parent = step.parent === null ? null : (left[step.parent % left.length] ?? null);
        commit(100 + at, parent, step);
      }
      check();
      expect(orphans(store)).toEqual([]);
      store.close();
    }),
    { numRuns: 30 },
  );
});

/** Versions that no chain leads to: they would never go. */
const orphans = (store: ReturnType<typeof openCatalog>): unknown[] =>
  store.all(
    `SELECT id FROM version EXCEPT SELECT head FROM node
     EXCEPT SELECT prev FROM version WHERE prev IS NOT NULL`,
  );
