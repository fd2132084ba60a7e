import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACTS, type Act } from './testing/random-acts.ts';
import { RandomLibrary } from './testing/random-library.ts';

/** A thousand is a good number for a night. */
const RUNS = Number(process.env.COLDFRAME_LIBRARY_RUNS ?? 6);
const SEED = process.env.COLDFRAME_LIBRARY_SEED;

const act: fc.Arbitrary<Act> = fc.record({
  act: fc.oneof(
    { weight: 2, arbitrary: fc.constant('backup' as const) },
    { weight: 5, arbitrary: fc.constantFrom(...ACTS) },
  ),
  one: fc.nat(1000),
  two: fc.nat(1000),
  killedAt: fc.option(fc.nat(6), { freq: 3 }),
});

const done = new Set<string>();

test('whatever is done to a library, and killed on the way, no tape is lost, in two places, or written over before what is on it expired', async () => {
  const property = fc.asyncProperty(fc.array(act, { minLength: 30, maxLength: 60, size: 'max' }), async (acts) => {
    const folder = mkdtempSync(join(tmpdir(), 'coldframe-library-'));
    try {
      const library = await RandomLibrary.make(folder);
      for (const each of acts) expect([each, library.perform(each)]).toEqual([each, null]);
      for (const each of library.done) done.add(each);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  await fc.assert(property, {
    numRuns: RUNS,
    ...(SEED === undefined ? (RUNS > 100 ? {} : { seed: 17 }) : { seed: Number(SEED) }),
  });
  // What never came about proves nothing.
  expect([...done].sort()).toEqual([...ACTS, 'killed', 'left a tape with room'].sort());
}, 3_600_000);
