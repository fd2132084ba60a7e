import fc from 'fast-check';
import { describe, test } from 'vitest';
import { SEGMENT, SEGMENTS, type Step, VolumeModel } from './testing/volume-model.ts';

/** More for a long run by hand: COLDFRAME_MODEL_RUNS=100000. */
const RUNS = Number(process.env.COLDFRAME_MODEL_RUNS ?? 150);

/** The sectors of a write that are on the disk: none, all, those up to one of them, or any. */
const reached = fc.oneof(
  fc.constantFrom(0, 0xffff_ffff),
  fc.integer({ min: 1, max: 31 }).map((count) => 2 ** count - 1),
  fc.nat(0xffff_ffff),
);
const at = fc.nat(SEGMENTS * SEGMENT - 1);
const change = fc.record({
  kind: fc.constantFrom('write' as const, 'write' as const, 'write' as const, 'trim' as const, 'zero' as const),
  at,
  length: fc.oneof(
    fc.integer({ min: 1, max: 3 * SEGMENT }),
    fc.constant(SEGMENT),
    fc.integer({ min: 1, max: 36 * SEGMENT }),
  ),
  byte: fc.integer({ min: 1, max: 250 }),
});
const plain: fc.Arbitrary<Step>[] = [
  change,
  change,
  change,
  fc.record({ kind: fc.constantFrom('snapshot' as const) }),
  fc.record({ kind: fc.constantFrom('release' as const, 'drop' as const), which: fc.nat(7) }),
  fc.record({
    kind: fc.constant('protect' as const),
    start: fc.nat(SEGMENTS - 1),
    count: fc.nat(12),
    protect: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('backup' as const), since: fc.nat(8), writes: fc.array(at, { maxLength: 20 }) }),
  fc.record({ kind: fc.constantFrom('kill' as const, 'restart' as const) }),
  fc.record({ kind: fc.constant('power' as const), reached }),
];
const fault: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('end' as const, 'fail' as const),
  after: fc.integer({ min: 1, max: 12 }),
  errno: fc.constantFrom('EIO' as const, 'ENOSPC' as const),
  lasting: fc.boolean(),
  reached,
});

describe.each(['protected', 'all'] as const)('a volume that preserves %s', (preserve) => {
  const holdsFor = async (steps: readonly Step[], storageSegments: number): Promise<void> => {
    const model = new VolumeModel(preserve, storageSegments);
    try {
      await model.run(steps);
    } finally {
      model.scene.remove();
    }
  };

  test('shows every snapshot and every change, whatever happens', async () => {
    const steps = fc.array(fc.oneof(...plain), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(steps, async (all) => await holdsFor(all, 8 * SEGMENTS)),
      { numRuns: RUNS },
    );
  });

  test('also when its storage is small, disks fail and processes end at any write, of which any sectors are on the disk', async () => {
    const steps = fc.array(fc.oneof(...plain, fault), { minLength: 1, maxLength: 25 });
    const storage = fc.integer({ min: 1, max: 2 * SEGMENTS });
    await fc.assert(
      fc.asyncProperty(steps, storage, async (all, size) => await holdsFor(all, size)),
      { numRuns: RUNS },
    );
  });

  test('is backed up also after a mark that failed and is on the disk all the same', async () => {
    const steps: Step[] = [
      { kind: 'snapshot' },
      { kind: 'fail', after: 3, errno: 'EIO', lasting: false, reached: 1 },
      { kind: 'write', at: SEGMENT, length: 1, byte: 1 },
      { kind: 'backup', since: 1, writes: [] },
    ];
    await holdsFor(steps, 8 * SEGMENTS);
  });
});
