import fc from 'fast-check';
import { describe, test } from 'vitest';
import { SEGMENT, SEGMENTS, type VolumeWish } from './testing/model-volume.ts';
import { type Step, VolumeModel } from './testing/volume-model.ts';

/** More for a long run by hand: COLDFRAME_MODEL_RUNS=100000. */
const RUNS = Number(process.env.COLDFRAME_MODEL_RUNS ?? 35);
const TIMEOUT_MS = 300_000 + RUNS * 1000;

/** The sectors of a write that are on the disk: none, all, those up to one of them, or any. */
const reached = fc.oneof(
  fc.constantFrom(0, 0xffff_ffff),
  fc.integer({ min: 1, max: 31 }).map((count) => 2 ** count - 1),
  fc.nat(0xffff_ffff),
);
const at = fc.nat(SEGMENTS * SEGMENT - 1);
const volume = fc.nat(5);
/** All of them, more often than some. */
const volumes = fc.oneof(fc.constant(0), fc.nat(7));
const change = fc.record({
  kind: fc.constantFrom('write' as const, 'write' as const, 'write' as const, 'trim' as const, 'zero' as const),
  volume,
  at,
  length: fc.oneof(
    fc.integer({ min: 1, max: 3 * SEGMENT }),
    fc.constant(SEGMENT),
    fc.integer({ min: 1, max: 36 * SEGMENT }),
  ),
  byte: fc.integer({ min: 1, max: 250 }),
  durable: fc.oneof(fc.constant(false), fc.boolean()),
  meanwhile: fc.array(fc.nat(7), { maxLength: 2 }),
});
const plain: fc.Arbitrary<Step>[] = [
  change,
  change,
  change,
  fc.record({ kind: fc.constant('flush' as const), volume }),
  fc.record({ kind: fc.constant('snapshot' as const), volumes }),
  fc.record({ kind: fc.constantFrom('release' as const, 'drop' as const), which: fc.nat(7) }),
  fc.record({
    kind: fc.constant('protect' as const),
    volume,
    start: fc.nat(SEGMENTS - 1),
    count: fc.nat(12),
    protect: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('backup' as const),
    volumes,
    since: fc.nat(8),
    writes: fc.array(at, { maxLength: 20 }),
  }),
  fc.record({ kind: fc.constantFrom('kill' as const, 'restart' as const) }),
  fc.record({ kind: fc.constant('power' as const), reached }),
];
const fault: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('end' as const, 'fail' as const),
  volume: fc.option(volume, { nil: null }),
  after: fc.integer({ min: 1, max: 12 }),
  errno: fc.constantFrom('EIO' as const, 'ENOSPC' as const),
  lasting: fc.boolean(),
  reached,
});
const wishFor = (preserve: VolumeWish['preserve'], room: fc.Arbitrary<number>): fc.Arbitrary<VolumeWish> =>
  fc.record({
    preserve: fc.constant(preserve),
    storage: fc.constantFrom('file' as const, 'file' as const, 'memory' as const),
    room,
    policy: fc.constantFrom<VolumeWish['policy']>(
      { onFull: 'invalidate', blockMs: 0 },
      { onFull: 'block', blockMs: 2 },
    ),
  });

const holdsFor = async (steps: readonly Step[], wishes: readonly VolumeWish[]): Promise<void> => {
  const model = new VolumeModel(wishes);
  try {
    await model.run(steps);
  } finally {
    model.scene.remove();
  }
};

describe.each(['protected', 'all'] as const)('volumes that preserve %s', (preserve) => {
  const ample = fc.array(wishFor(preserve, fc.constant(8 * SEGMENTS)), { minLength: 1, maxLength: 3 });
  const scarce = fc.array(wishFor(preserve, fc.integer({ min: 1, max: 2 * SEGMENTS })), { minLength: 1, maxLength: 3 });
  const most = { maxLength: 25, minLength: 1 };

  test('show every snapshot and every change, and after a power loss what was flushed, whatever happens', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof(...plain), most), ample, holdsFor), { numRuns: RUNS });
  });

  test('also when their storage is small, disks fail and processes end at any write, of which any sectors are on the disk', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof(...plain, fault), most), scarce, holdsFor), { numRuns: RUNS });
  });

  test('are backed up also after a mark that failed and is on the disk all the same', async () => {
    const steps: Step[] = [
      { kind: 'snapshot', volumes: 0 },
      { kind: 'fail', volume: null, after: 3, errno: 'EIO', lasting: false, reached: 1 },
      { kind: 'write', volume: 0, at: SEGMENT, length: 1, byte: 1, durable: false, meanwhile: [] },
      { kind: 'backup', volumes: 0, since: 1, writes: [] },
    ];
    const policy = { onFull: 'invalidate', blockMs: 0 } as const;
    await holdsFor(steps, [{ preserve, storage: 'file', room: 8 * SEGMENTS, policy }]);
  });
});
