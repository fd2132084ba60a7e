import { expect, it } from 'vitest';
import { setId } from '../../shared/units.ts';
import { randomId } from './ids.ts';

it('gives ids that every identifier type accepts, and never one twice', () => {
  const ids = Array.from({ length: 1000 }, randomId);
  for (const id of ids) expect(setId(id)).toBe(id);
  expect(new Set(ids).size).toBe(1000);
});
