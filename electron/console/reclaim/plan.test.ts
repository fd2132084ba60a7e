import { expect, test } from 'vitest';
import { canReclaim } from '../../../shared/model/reclaim.ts';
import { bytes, tapeId } from '../../../shared/units.ts';
import { libraryOfChanger } from '../../engine/tape/testing/library-of-changer.ts';
import { obstacleOf, planReclaim, type TapeLook, type TapeToJudge } from './plan.ts';

const LOOK: TapeLook = { moving: [], obstacle: null, detail: '' };

const tape = (number: number, live: number, more: Partial<TapeToJudge['tape']> = {}, look: Partial<TapeLook> = {}) => ({
  tape: {
    volume: tapeId(`CF000${number}`),
    barcode: `CF000${number}L8`,
    state: 'full',
    pool: 'data',
    writeProtected: false,
    copyOf: null,
    expiredAt: null,
    payloadBytes: bytes(1000),
    chunks: 10,
    ...more,
  } satisfies TapeToJudge['tape'],
  held: false,
  live: { chunks: 1, bytes: live },
  look: { ...LOOK, moving: [live], ...look },
});
const room = (free: Readonly<Record<string, number>>) => ({
  tapes: Object.entries(free).map(([one, bytesFree]) => ({ tape: one, bytesFree })),
  ofEmptyTape: 1000,
  framed: (payload: number) => payload + 10,
});
const told = (judged: ReturnType<typeof planReclaim>) =>
  judged.map(({ tape: { volume }, obstacle, onto }) => [
    volume,
    obstacle,
    onto.map((each) => `${each.tape} ${each.bytes}`),
  ]);

test('tapes of which a smaller share is kept than was asked for go, those that take the least room first', () => {
  const tapes = [tape(1, 299), tape(2, 300), tape(3, 50)];
  expect(told(planReclaim(tapes, 30, room({ CF0009: 2000 })))).toEqual([
    ['CF0001', null, ['CF0009 299']],
    ['CF0002', 'above', []],
    ['CF0003', null, ['CF0009 50']],
  ]);
  expect(told(planReclaim(tapes, null, room({ CF0009: 2000 }))).map(([, obstacle]) => obstacle)).toEqual([
    null,
    null,
    null,
  ]);
});

test('nothing is put on a tape that is to go itself; one that went has room for the next, and what has no room stays', () => {
  const tapes = [tape(1, 200), tape(2, 100), tape(3, 250, {}, { moving: [125, 125] })];
  // The tape with room is one that is to go; the other one takes the smallest, which then takes the rest.
  expect(told(planReclaim(tapes, 30, room({ CF0001: 5000, CF0009: 110 })))).toEqual([
    ['CF0001', null, ['CF0002 200']],
    ['CF0002', null, ['CF0009 100']],
    ['CF0003', null, ['CF0002 250']],
  ]);
  expect(told(planReclaim(tapes, 30, room({ CF0009: 109 }))).map(([, obstacle]) => obstacle)).toEqual([
    'no-room',
    'no-room',
    'no-room',
  ]);
  // A chunk lies on one tape.
  expect(told(planReclaim([tape(1, 200)], 30, room({ CF0008: 150, CF0009: 150 })))[0]?.[1]).toBe('no-room');
  expect(told(planReclaim([tape(1, 0, {}, { moving: [] })], 30, room({})))).toEqual([['CF0001', null, []]]);
});

test.each([
  ['missing', { state: 'missing' }],
  ['damaged', { state: 'damaged' }],
  ['retired', { state: 'retired' }],
  ['empty', { state: 'labelled' }],
  ['empty', { state: 'blank' }],
  ['free', { expiredAt: 1 }],
  ['copy', { copyOf: tapeId('CF0002') }],
  ['vaulted', { pool: 'vaulted' }],
  ['protected', { writeProtected: true }],
  ['above', { payloadBytes: bytes(0) }],
] as const)('a tape is left as it is when it is %s', (obstacle, more) => {
  expect(obstacleOf(tape(1, 10, more), 30)).toBe(obstacle);
});

test('what a look at a tape found keeps it', () => {
  const found = planReclaim([tape(1, 10, {}, { obstacle: 'unlisted', detail: 'why' })], 30, room({ CF0009: 2000 }));
  expect(found).toMatchObject([{ obstacle: 'unlisted', detail: 'why', moving: { chunks: 0, bytes: 0 } }]);
  expect(obstacleOf({ ...tape(1, 10), held: true }, 30)).toBe('in-use');
});

test('tapes of a changer are reclaimed, and their sets merged, only where two of its drives are used', () => {
  const usage = expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('two drives') });
  expect(() => libraryOfChanger().demandReclaimable()).toThrow(usage);
  expect(() => libraryOfChanger().demandMergeable()).toThrow(usage);
  expect([canReclaim(true, 2), canReclaim(false, 1)]).toEqual([true, true]);
});
