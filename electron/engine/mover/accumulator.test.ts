import { expect, test } from 'vitest';
import { Accumulator, type ChannelSettings } from './accumulator.ts';
import { createRunControl, RunControl } from './run-control.ts';
import { createStaging, SLOT_BYTES, Staging } from './staging.ts';

test('elements of next to no content are handed over when the index is long enough, however empty the unit', async () => {
  const staging = new Staging(createStaging(2));
  const settings: ChannelSettings = {
    job: 1,
    set: 'ab'.repeat(16),
    otherSets: [],
    codec: 'none',
    streams: 1,
    key: null,
    sequence: new SharedArrayBuffer(4),
  };
  const accumulator = new Accumulator(staging, settings, new RunControl(createRunControl()));
  const record = new Uint8Array(500);
  const indexes: number[] = [];
  const told: number[] = [];
  accumulator.afterHandOver = (bytes) => told.push(bytes);
  let plain = 0;
  const drain = (): void => {
    for (let taken = staging.tryTake(0); taken; taken = staging.tryTake(0)) {
      indexes.push(taken.content.indexBytes);
      plain += taken.content.plainBytes;
      staging.release(taken.slot);
    }
  };
  const elements = 100_000;
  for (let element = 0; element < elements; element += 1) {
    if (!accumulator.fits(1)) await accumulator.makeRoom(1);
    accumulator.keep(1);
    accumulator.index.raw(record);
    accumulator.indexedElements += 1;
    drain();
  }
  await accumulator.finish();
  drain();
  expect(plain).toBe(elements);
  expect([told.length, told.at(-1)]).toEqual([indexes.length, accumulator.storedBytes]);
  expect(Math.max(...indexes)).toBeLessThan(SLOT_BYTES / 3);
});
