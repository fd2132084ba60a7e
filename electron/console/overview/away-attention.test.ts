import { expect, test } from 'vitest';
import { awayAttention } from './away-attention.ts';

const place = { slot: 1, drive: null, pool: 'vaulted' };
const shelved = { ...place, tape: 'CF0001', barcode: 'CF0001L8', shelf: 'bank, box 7' };
const lost = { ...place, tape: 'CF0002', barcode: 'CF0002L8' };
const matters = { vault: '/v', tapes: [], missing: [shelved, lost], needed: [], checks: [] };

test('a tape that somebody put on a shelf is no matter until something needs it, and is named with its place then', () => {
  expect(awayAttention(matters).map(({ code, context }) => [code, context.tapes])).toEqual([
    ['TAPES_MISSING', 'CF0002L8 (taken away to be kept, last in slot 1)'],
  ]);
  expect(awayAttention({ ...matters, missing: [shelved] })).toEqual([]);
  const needed = [{ object: 'docs', set: 'a'.repeat(32), tapes: ['CF0001'] }];
  expect(awayAttention({ ...matters, missing: [shelved], needed })).toMatchObject([
    { code: 'TAPES_AWAY', context: { tapes: 'CF0001L8 (on shelf bank, box 7)' } },
  ]);
});
