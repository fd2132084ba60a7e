import { expect, test } from 'vitest';
import { toldBefore } from './told-before.ts';

const keptOut = { code: 'DESTINATION_TAKEN', path: '/data/vault', message: 'Coldframe keeps a vault here.' };
const away = { code: 'NO_SUCH_TAPE', path: 'CF0001', message: 'It is not here.' };
const refused = { code: 'DESTINATION_TAKEN', path: '/data', message: 'Nothing would be restored.' };
const plan = (...warnings: (typeof away)[]) => ({ warnings, place: { path: '/data' } });

test('a review says what plans warn of, once, but for what it shows elsewhere', () => {
  expect(toldBefore([plan(keptOut, away), plan(keptOut)], false)).toEqual([keptOut]);
  expect(toldBefore([plan(refused, keptOut)], true)).toEqual([keptOut]);
  expect(toldBefore([plan()], false)).toEqual([]);
});
