import { expect, test } from 'vitest';
import { estimateTapes } from './estimate-tapes.ts';

const MIB = 1024 * 1024;
const room = ['A', 'B', 'C'].map((tape) => ({ tape, bytesFree: 100 * MIB }));

test('as many tapes are named as would be filled, or as drives write side by side', () => {
  expect(estimateTapes(90 * MIB, room, 1, '/v', null).tapes).toEqual(['A']);
  expect(estimateTapes(100 * MIB + 1, room, 1, '/v', null).tapes).toEqual(['A', 'B']);
  expect(estimateTapes(90 * MIB, room, 2, '/v', null).tapes).toEqual(['A', 'B']);
  expect(estimateTapes(1, room, 2, '/v', null)).toEqual({ tapes: ['A'], warnings: [] });
  expect(estimateTapes(0, room, 2, '/v', null).tapes).toEqual(['A']);
});

test('a vault that may not have the room is warned of, with the shortfall and the command that adds tapes', () => {
  const { tapes, warnings } = estimateTapes(350 * MIB, room, 2, '/v', null);
  expect(tapes).toEqual(['A', 'B', 'C']);
  expect(warnings).toMatchObject([{ code: 'MAY_RUN_OUT' }]);
  expect(warnings[0]?.message).toContain('at most 350 MiB to store, 300 MiB free on the 3 tapes');
  expect(warnings[0]?.message).toContain('up to 50 MiB may find no room. Add tapes with: coldframe tape label /v');
});

test('a disk that has less room than the tapes may hold is warned of', () => {
  const { warnings } = estimateTapes(250 * MIB, room, 2, '/v', 55 * MIB);
  expect(warnings).toMatchObject([{ code: 'MAY_RUN_OUT', path: '/v' }]);
  expect(warnings[0]?.message).toContain('at most 250 MiB to store, 55 MiB free on the disk');
  expect(estimateTapes(50 * MIB, room, 2, '/v', 55 * MIB).warnings).toEqual([]);
});
