import { expect, test } from 'vitest';
import { foundDamage } from '../../../shared/model/found-damage.ts';
import { apart, elementsOf, laterWarnings, readEverything } from './job-findings.ts';

const finding = (tape: string, chunk: number, ...elements: string[]) => ({ tape, chunk, elements });

test('what lies on a tape that is away is told apart from what is damaged', () => {
  const here = finding('CF0001', 3, '/a');
  const findings = [here, finding('CF0002', 4, '/c', '/b'), finding('CF0002', 5, '/b'), finding('', 6, '/d')];
  expect(apart(findings, ['CF0002'])).toEqual({
    damaged: [here, finding('', 6, '/d')],
    away: [{ tape: 'CF0002', elements: ['/b', '/c'] }],
  });
  expect(apart([here], [])).toEqual({ damaged: [here], away: [] });
});

const set = 'a'.repeat(32);
const restored = {
  restored: 2,
  wanted: 2,
  skipped: 0,
  bytes: 1,
  mounts: [],
  conflicts: [],
  conflictCount: 0,
  tapes: [],
  place: { path: '/to' },
  damaged: [],
  warnings: [],
  durationMs: 1,
  dryRun: false,
};
const verified = { sets: 1, chunks: 2, bytes: 1, damaged: [], missingTapes: [], unlisted: [], durationMs: 1 };
const all = { elementsDone: 2, elementsTotal: 2 };
const away = { code: 'NO_SUCH_TAPE', path: 'CF0002', message: 'It is not here.' };

test.each([
  ['backup', 'done', {}, all, true],
  ['backup', 'failed', null, all, false],
  ['backup', 'running', null, all, false],
  ['backup', 'done', {}, { elementsDone: 0, elementsTotal: 0 }, false],
  ['restore', 'done', restored, all, true],
  ['restore', 'done', restored, { elementsDone: 1, elementsTotal: 2 }, false],
  ['restore', 'done', { ...restored, restored: 1 }, all, false],
  ['restore', 'done', { ...restored, skipped: 1 }, all, false],
  ['restore', 'done', { ...restored, damaged: [{ ...finding('', 1), set }] }, all, false],
  ['restore', 'done', { ...restored, warnings: [away] }, all, false],
  ['restore', 'done', { ...restored, dryRun: true }, all, false],
  ['verify', 'done', verified, all, true],
  ['verify', 'done', { ...verified, sets: 0 }, all, false],
  ['verify', 'done', { ...verified, missingTapes: [{ tape: 'A', barcode: 'AL8', chunks: 1 }] }, all, false],
  ['erase', 'done', {}, all, false],
] as const)('everything was read by a %s that is %s: %j %j: %s', (kind, state, result, counts, expected) => {
  expect(readEverything({ kind, state, result }, counts)).toBe(expected);
});

test('what a restore warned of in the end is listed once, beside what it said while it ran', () => {
  const taken = { code: 'DESTINATION_TAKEN', path: '/to/a', message: 'A folder stands in its place.' };
  const result = { ...restored, warnings: [away, taken] };
  expect(laterWarnings({ kind: 'restore', result }, [])).toEqual([taken]);
  expect(laterWarnings({ kind: 'restore', result }, [taken])).toEqual([]);
  expect(laterWarnings({ kind: 'verify', result: verified }, [])).toEqual([]);
});

test('a verification found damage when something is damaged that was whole nowhere and is not only away', () => {
  const damage = { ...finding('CF0001', 3, '/a'), set };
  const missing = { tape: 'CF0001', barcode: 'CF0001L8', chunks: 1, away: true, slot: null, importExport: null };
  const found = (result: object) => foundDamage({ kind: 'verify', result: { ...verified, ...result } });
  expect(found({})).toBe(false);
  expect(found({ damaged: [damage] })).toBe(true);
  expect(found({ damaged: [{ ...damage, wholeOn: ['CF0002'] }] })).toBe(false);
  expect(found({ damaged: [damage], missingTapes: [missing] })).toBe(false);
});

test('a restore that ended counts what its report counts, whatever its last sample was', () => {
  const sample = { elementsDone: 1, elementsTotal: 2 };
  expect(elementsOf({ kind: 'restore', finishedAt: null, result: null }, sample)).toEqual({ done: 1, total: 2 });
  const finishedAt = '2026-01-31T10:00:00.000Z';
  expect(elementsOf({ kind: 'restore', finishedAt, result: restored }, sample)).toEqual({ done: 2, total: 2 });
});
