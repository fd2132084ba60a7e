import fc from 'fast-check';
import { describe, test } from 'vitest';
import { ReplicaModel, SEGMENT, SEGMENTS, type Step } from './testing/replica-model.ts';

/** More for a long run by hand: COLDFRAME_MODEL_RUNS=100000. */
const RUNS = Number(process.env.COLDFRAME_MODEL_RUNS ?? 25);

const at = fc.nat(SEGMENTS * SEGMENT - 1);
const change: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('write' as const, 'write' as const, 'trim' as const),
  at,
  length: fc.oneof(fc.integer({ min: 1, max: 3 * SEGMENT }), fc.integer({ min: 1, max: SEGMENTS * SEGMENT })),
  byte: fc.integer({ min: 1, max: 250 }),
});
const update = (endAfter: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.constant('update' as const),
    writes: fc.array(at, { maxLength: 12 }),
    endAfter,
    power: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 31 - 1 })),
  });
const steps = fc.array(
  fc.oneof(
    { arbitrary: change, weight: 4 },
    { arbitrary: update(fc.constant(0)), weight: 2 },
    { arbitrary: update(fc.integer({ min: 1, max: 60 })), weight: 3 },
    {
      arbitrary: fc.record({
        kind: fc.constantFrom<('read' | 'settle' | 'kill' | 'drop' | 'full' | 'room')[]>(
          'read',
          'read',
          'settle',
          'kill',
          'drop',
          'full',
          'room',
        ),
      }),
      weight: 3,
    },
    { arbitrary: fc.record({ kind: fc.constant('power' as const), luck: fc.nat() }), weight: 1 },
    {
      arbitrary: fc.record({
        kind: fc.constant('protect' as const),
        start: fc.nat(SEGMENTS - 1),
        count: fc.nat(8),
        protect: fc.boolean(),
      }),
      weight: 1,
    },
    {
      arbitrary: fc.record({
        kind: fc.constant('spoil' as const),
        what: fc.constantFrom('journal' as const, 'file' as const),
        at,
      }),
      weight: 1,
    },
  ),
  { minLength: 1, maxLength: 25 },
);

describe.each(['protected', 'all'] as const)('a replica of a volume that preserves %s', (preserve) => {
  test('shows one state to whoever looks, whenever a process ends or the power fails, and gets to the next one', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const model = new ReplicaModel(preserve);
        try {
          await model.run(all);
        } finally {
          model.scene.remove();
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('has its file after a power loss, also when an attempt that was killed had made it', async () => {
    for (const [killed, lost] of [3, 4].flatMap((first) => [6, 7, 8, 9].map((second) => [first, second] as const))) {
      const model = new ReplicaModel(preserve);
      try {
        await model.run([
          { kind: 'update', writes: [0], endAfter: killed, power: 0 },
          { kind: 'update', writes: [], endAfter: lost, power: 1 },
        ]);
      } finally {
        model.scene.remove();
      }
    }
  });
});
