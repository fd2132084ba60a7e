import { describe, expect, test } from 'vitest';
import { createStaging, SLOT_BYTES, type SlotContent, Staging } from './staging.ts';

const content = (sequence: number, drive: number | null = null, streams = 1): SlotContent => ({
  job: 1,
  kind: 'data',
  sequence,
  unitCount: 2,
  part: 0,
  lastPart: false,
  dataBytes: 100,
  indexBytes: 20,
  plainBytes: 300,
  pieces: 4,
  drive,
  streams,
});

const publishNew = (staging: Staging, sequence: number, drive: number | null = null, streams = 1): void => {
  const slot = staging.tryAcquire(1);
  if (slot === null) throw new Error('no free slot');
  staging.publish(slot, content(sequence, drive, streams));
};

describe('staging', () => {
  test('hands accumulations over in the order in which they became ready, with what was said of them', () => {
    const staging = new Staging(createStaging(4));
    for (const sequence of [7, 3, 5]) publishNew(staging, sequence);
    const taken = [staging.tryTake(0), staging.tryTake(0), staging.tryTake(0)].map((entry) => entry?.content);
    expect(taken).toEqual([content(7), content(3), content(5)]);
    expect(staging.tryTake(0)).toBeNull();
  });

  test('leaves slots to others while jobs that keep to a limit fill some', () => {
    const staging = new Staging(createStaging(5));
    const limited = () => staging.tryAcquire(1, true);
    expect([limited(), limited(), limited()]).toEqual([0, 1, null]);
    expect([staging.tryAcquire(2), staging.tryAcquire(2), staging.tryAcquire(2)]).toEqual([2, 3, 4]);
    staging.publish(0, content(1));
    staging.release(4);
    // What waits for a drive is nobody's to fill any more, and who had a slot without a limit counts as that.
    expect([limited(), limited()]).toEqual([4, null]);
    expect(new Staging(createStaging(1)).tryAcquire(1, true)).toBe(0);
  });

  test('gives a slot to one owner only, and again when it was released', () => {
    const staging = new Staging(createStaging(2));
    const slots = [staging.tryAcquire(1), staging.tryAcquire(1), staging.tryAcquire(1)];
    expect(slots).toEqual([0, 1, null]);
    staging.release(1);
    expect(staging.tryAcquire(1)).toBe(1);
    expect(staging.gauge()).toEqual({ free: 0, filling: 2, ready: 0, draining: 0 });
  });

  test.runIf(process.platform === 'linux')('gives the memory of free slots back, and touches no other', () => {
    const staging = new Staging(createStaging(3));
    const [kept, freed] = [staging.tryAcquire(1), staging.tryAcquire(1)] as [number, number];
    for (const slot of [kept, freed]) staging.memory(slot).fill(7);
    staging.release(freed);
    staging.giveBack();
    const whole = Buffer.alloc(SLOT_BYTES, 7);
    expect(staging.memory(kept).equals(whole)).toBe(true);
    // The edges of a slot may lie in a page of its neighbour.
    const page = 65_536;
    expect(
      staging
        .memory(freed)
        .subarray(page, -page)
        .equals(Buffer.alloc(SLOT_BYTES - 2 * page)),
    ).toBe(true);
    expect(staging.gauge()).toEqual({ free: 2, filling: 1, ready: 0, draining: 0 });
    expect(staging.tryAcquire(1)).toBe(freed);
  });

  test('keeps an accumulation for the drive that it names', () => {
    const staging = new Staging(createStaging(2));
    publishNew(staging, 1, 1);
    publishNew(staging, 2);
    expect(staging.tryTake(0)?.content.sequence).toBe(2);
    expect(staging.tryTake(0)).toBeNull();
    expect(staging.tryTake(1)?.content).toEqual(content(1, 1));
  });

  test('spreads a set over its drives in turn, and past a drive that lags', () => {
    const staging = new Staging(createStaging(8));
    for (const sequence of [0, 2, 4, 6, 1]) publishNew(staging, sequence, null, 2);
    expect(staging.tryTake(1)?.content.sequence).toBe(0);
    expect(staging.tryTake(1)?.content.sequence).toBe(2);
    expect(staging.tryTake(1)?.content.sequence).toBe(1);
    expect(staging.tryTake(1)).toBeNull();
    expect(staging.tryTake(2)).toBeNull();
  });

  test('lets the other drives take the turns of one that is away', () => {
    const staging = new Staging(createStaging(2));
    publishNew(staging, 1, null, 2);
    expect(staging.tryTake(0)).toBeNull();
    staging.setAway(1, true);
    expect(staging.tryTake(0)?.content.sequence).toBe(1);
    staging.setAway(1, false);
    publishNew(staging, 3, null, 2);
    expect(staging.tryTake(0)).toBeNull();
  });

  test('lets drives that are none of a job take its turns while all of its own are away', () => {
    const staging = new Staging(createStaging(2));
    publishNew(staging, 0, null, 1);
    expect(staging.tryTake(1)).toBeNull();
    staging.setAway(0, true);
    expect(staging.tryTake(1)?.content.sequence).toBe(0);
  });

  test('lets another drive take what was kept for one that is away', () => {
    const staging = new Staging(createStaging(2));
    publishNew(staging, 0, 1);
    expect(staging.tryTake(0)).toBeNull();
    staging.setAway(1, true);
    expect(staging.tryTake(0)?.content.sequence).toBe(0);
  });

  test('tells 64 drives apart', () => {
    const staging = new Staging(createStaging(2));
    publishNew(staging, 0, 33);
    staging.setAway(1, true);
    expect(staging.tryTake(0)).toBeNull();
    staging.setAway(33, true);
    expect(staging.tryTake(0)?.content.sequence).toBe(0);
  });

  test('passes an accumulation on when the drive that took it has no tape', () => {
    const staging = new Staging(createStaging(1));
    publishNew(staging, 0);
    staging.yield((staging.tryTake(0) as { slot: number }).slot, 1);
    expect(staging.tryTake(0)).toBeNull();
    expect(staging.tryTake(1)?.content.sequence).toBe(0);
  });

  test('frees what a job that ended early left behind, and nothing of another job', () => {
    const staging = new Staging(createStaging(3));
    publishNew(staging, 0);
    staging.tryAcquire(1);
    staging.tryAcquire(2);
    staging.sweep(1);
    expect(staging.gauge()).toEqual({ free: 2, filling: 1, ready: 0, draining: 0 });
  });

  test('wakes who waits for a change, also one that came before the waiting began', async () => {
    const staging = new Staging(createStaging(1));
    const seen = staging.changes();
    const waiting = staging.changed(seen, 10_000);
    publishNew(staging, 1);
    await waiting;
    await staging.changed(seen, 10_000);
    expect(staging.tryTake(0)).not.toBeNull();
  });
});
