import { expect, test, vi } from 'vitest';
import type { StoredObject } from '../store/object-table.ts';
import { TakenNames } from './taken-names.ts';

test('names are read once for all objects that are added, and anew when they may be others', () => {
  const stored = ['Docs'];
  const list = vi.fn(() => stored.map((name) => ({ name }) as StoredObject));
  const taken = new TakenNames({ objects: { list } as never });
  for (let each = 0; each < 100; each += 1) {
    taken.demandFree(`o${each}`);
    taken.add(`o${each}`);
  }
  expect(list).toHaveBeenCalledTimes(1);
  expect(() => taken.demandFree('O99')).toThrow('which is O99 in other letters');
  expect(() => taken.demandFree('docs')).toThrow('There is a logical object named Docs already');
  // What was tried and taken back is free again.
  taken.forget();
  expect(() => taken.demandFree('o99')).not.toThrow();
  expect(() => taken.demandFree('Docs')).toThrow('There is a logical object named Docs already');
});
