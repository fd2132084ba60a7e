import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { labelAnew } from './relabel.ts';
import type { Relabel } from './tape-access.ts';
import { readTapeIdentity } from './tape-label.ts';
import { TapeWriter } from './tape-writer.ts';
import { chunkOf, labelledTape, NOW, noise, OTHER_SET, SET, VAULT } from './testing/tapes.ts';
import { VirtualTape } from './virtual-tape.ts';

test('a tape gets a new label only if it is the one that was meant, and each of its chunks is of a set that expired', () => {
  const access = labelledTape({ vaultKey: noise(32, 7) });
  const { path, capacity, volume, envelopes } = access;
  const writer = TapeWriter.open(access);
  writer.appendChunk(chunkOf(0, 100_000));
  const { place } = writer.appendChunk(chunkOf(1, 100_000, { set: OTHER_SET }));
  writer.finish({ full: false, catalogSets: [] });
  writer.close();
  const whole = readFileSync(path);
  const vault = { id: VAULT, name: 'test' };
  const label = { vault, volume, barcode: `${volume}L8`, pool: 'data', sequence: 2, labelledAt: NOW, envelopes };
  const relabel = (change: Partial<Relabel> = {}) => {
    const medium = VirtualTape.open({ path, capacity, mode: 'append' });
    try {
      labelAnew(medium, access, { sequence: 1, chunks: 2, expired: [SET, OTHER_SET], ...change }, label);
      return readTapeIdentity(medium).header.tape.sequence;
    } catch (thrown) {
      return (thrown as { code: string }).code;
    } finally {
      medium.close();
    }
  };
  expect([
    relabel({ expired: [SET] }),
    relabel({ expired: [OTHER_SET] }),
    relabel({ chunks: 3 }),
    relabel({ sequence: 3 }),
  ]).toEqual(['TAPE_MISMATCH', 'TAPE_MISMATCH', 'TAPE_MISMATCH', 'TAPE_MISMATCH']);
  // Its directory may say less than lies there.
  writeFileSync(
    path,
    whole.map((byte, at) => (at === place.offset + 60 ? byte ^ 1 : byte)),
  );
  expect(relabel()).toBe('TAPE_DAMAGED');
  writeFileSync(path, whole);
  expect(readFileSync(path).equals(whole)).toBe(true);
  expect(relabel()).toBe(2);
  const anew = readFileSync(path);
  expect(anew.length).toBeLessThan(whole.length / 10);
  // After a kill it is asked for once more, and what was written since stays.
  const again = TapeWriter.open(access);
  again.appendChunk(chunkOf(0, 50_000, { set: SET }));
  again.finish({ full: false, catalogSets: [] });
  again.close();
  const later = readFileSync(path);
  expect(relabel()).toBe(2);
  expect(readFileSync(path).equals(later)).toBe(true);
});
