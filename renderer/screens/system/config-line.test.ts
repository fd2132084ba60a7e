import { expect, test } from 'vitest';
import { lineOf } from './config-line.ts';

test('a setting is told as a change of whoever has it, of the home as of an object', () => {
  const change = { what: 'settings', detail: 'no becomes yes' } as const;
  expect(
    lineOf({ ...change, name: 'verify', step: { procedure: 'settings.set', input: { verifyAfterBackup: true } } }),
  ).toEqual({ of: 'this home', text: 'verify: no becomes yes' });
  const own = { procedure: 'settings.setOfObject', input: { object: 'Plans', verifyAfterBackup: true } } as const;
  expect(lineOf({ ...change, name: 'Plans', detail: 'verify: no becomes yes', step: own })).toEqual({
    of: 'Plans',
    text: 'verify: no becomes yes',
  });
});
