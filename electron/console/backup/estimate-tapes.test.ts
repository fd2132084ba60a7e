import { expect, test } from 'vitest';
import { estimateTapes } from './estimate-tapes.ts';

const MIB = 1024 * 1024;
const room = ['A', 'B', 'C'].map((tape) => ({ tape, bytesFree: 100 * MIB }));

test('as many tapes are named as would be filled, or as drives write side by side', () => {
  expect(estimateTapes(90 * MIB, room, 1, '/v').tapes).toEqual(['A']);
  expect(estimateTapes(100 * MIB + 1, room, 1, '/v').tapes).toEqual(['A', 'B']);
  expect(estimateTapes(90 * MIB, room, 2, '/v').tapes).toEqual(['A', 'B']);
  expect(estimateTapes(1, room, 2, '/v')).toEqual({ tapes: ['A'], warnings: [] });
  expect(estimateTapes(0, room, 2, '/v').tapes).toEqual(['A']);
});

test('a vault that may not have the room is warned of, with the shortfall and the command that adds tapes', () => {
  const { tapes, warnings } = estimateTapes(350 * MIB, room, 2, '/v');
  expect(tapes).toEqual(['A', 'B', 'C']);
  expect(warnings).toMatchObject([{ code: 'MAY_RUN_OUT' }]);
  expect(warnings[0]?.message).toContain('at most 350 MiB to store, 300 MiB free on the 3 tapes');
  expect(warnings[0]?.message).toContain('up to 50 MiB may find no room. Add tapes with: coldframe tape label /v');
});
