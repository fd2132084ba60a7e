import { expect, test } from 'vitest';
import { PROCEDURES } from '../../../shared/contract/contract.ts';
import { lossText } from './tape-care.ts';

const losses = (front: { readonly damage: string; readonly known: boolean } | null) =>
  PROCEDURES['tape.losses'].output.parse({
    tape: {
      id: 'CF0003',
      barcode: 'CF0003L8',
      pool: 'data',
      slot: 3,
      drive: null,
      state: 'damaged',
      note: '',
      writeProtected: false,
      bytesCapacity: 1,
      bytesUsed: 0,
      chunks: 0,
      mounts: 0,
      labelledAt: null,
    },
    vault: '/v',
    chunks: 0,
    chunksLost: 0,
    sets: [],
    elements: [],
    unlisted: 0,
    front,
    asOf: '2026-01-31T10:00:00.000Z',
  });

test('of a tape whose beginning is legible it is said that nothing on it is kept; of another one only what the catalog knows', () => {
  expect(lossText(losses(null))).toBe('Nothing on tape CF0003L8 is kept.');
  const known = lossText(losses({ damage: 'torn.', known: true })).split('\n');
  expect(known[0]).toBe('The beginning of tape CF0003L8 is damaged: torn.');
  expect(known.at(-1)).toBe('The catalog of this home knows of nothing on tape CF0003L8.');
  const unknown = lossText(losses({ damage: 'torn.', known: false }));
  expect(unknown).toContain('Whatever lies in slot 3 would be erased.');
  expect(unknown).not.toContain('is kept');
});
