import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { DEFAULT_TERMS } from '../../../shared/model/default-terms.ts';
import { numbersFrom } from '../../engine/restore/restore-test/random-numbers.ts';
import { checksOfVault } from '../handlers/check-standing.ts';
import { CHECK_SCHEMA } from '../store/check-schema.ts';
import { checkTable, type StoredCheck } from '../store/check-table.ts';
import { chooseSet } from './choose-set.ts';
import { findingsByObject, type KnownSet } from './findings-by-object.ts';
import { openFindings } from './open-findings.ts';
import { standingOf } from './standing.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-05-20T12:00:00Z');

const check = (part: Partial<StoredCheck> = {}): StoredCheck => ({
  number: 1,
  job: 'a'.repeat(32),
  kind: 'restore-test',
  object: 'o',
  vault: 'v',
  at: NOW - 2 * DAY,
  outcome: 'right',
  set: 's1',
  elements: 25,
  bytes: 1000,
  failures: 0,
  detail: {
    failed: [],
    error: null,
    population: 100,
    tooLong: 0,
    sourceSame: 1,
    sourceChanged: 0,
    sets: null,
    objects: null,
    byObject: null,
    after: null,
    proved: null,
    kinds: null,
    tapesAway: [],
  },
  ...part,
});

const weekly = {
  id: 'w',
  cron: '0 3 * * MON',
  zone: 'UTC',
  createdAt: NOW - 60 * DAY,
  terms: DEFAULT_TERMS,
  run: null,
};
const standing = (part: Partial<Parameters<typeof standingOf>[0]>) =>
  standingOf({ last: check(), found: check(), open: null, schedules: [], now: NOW, ...part });

test('a check is overdue once a time of its schedule passed without a finding, whether or not anybody wrote that down', () => {
  expect(standing({ schedules: [weekly] }).overdueSince).toBeNull();
  // Monday of that week is the 18th.
  const older = check({ at: NOW - 3 * DAY });
  expect(standing({ found: older, schedules: [weekly] }).overdueSince).toBe('2026-05-18T03:00:00.000Z');
  expect(standing({ found: null, last: null, schedules: [weekly] }).overdueSince).toBe('2026-03-23T03:00:00.000Z');
  expect(standing({ found: null, schedules: [{ ...weekly, createdAt: NOW - HOUR }] }).overdueSince).toBeNull();
  // One that a wrong clock dated ahead says nothing of when it was.
  const ahead = check({ at: NOW + 3650 * DAY });
  expect(standing({ found: ahead, schedules: [weekly] }).overdueSince).toBe('2026-03-23T03:00:00.000Z');
  expect(standing({ found: ahead }).overdueSince).not.toBeNull();
  const justDue = { ...weekly, cron: '30 11 20 * *', createdAt: 0 };
  expect(standing({ schedules: [justDue] }).overdueSince).toBeNull();
});

test('a check that runs, waits, or may begin only later is not missing yet', () => {
  const since = (part: object, now = NOW) => {
    // Due at six, the last one was two days ago.
    const schedule = { ...weekly, cron: '0 6 20 * *', ...part };
    return standing({ schedules: [schedule], found: check({ at: NOW - 2 * DAY }), now }).overdueSince;
  };
  const due = '2026-05-20T06:00:00.000Z';
  expect(since({})).toBe(due);
  const dueAt = Date.parse(due);
  expect(since({ run: { dueAt, outcome: 'running' } }, NOW + 10 * DAY)).toBeNull();
  expect(since({ run: { dueAt, outcome: 'waiting' } })).toBeNull();
  expect(since({ run: { dueAt, outcome: 'waiting' } }, NOW + DAY)).toBe(due);
  expect(since({ run: { dueAt, outcome: 'failed' } })).toBe(due);
  const window = { from: '22:00', to: '04:00', atEnd: 'finish' };
  expect(since({ terms: { ...DEFAULT_TERMS, window } })).toBeNull();
  expect(since({ terms: { ...DEFAULT_TERMS, window } }, NOW + 12 * HOUR)).toBe(due);
  expect(since({ terms: { ...DEFAULT_TERMS, jitterMs: 2 * DAY } })).toBeNull();
});

test('without a schedule what was right a month ago says nothing of today, and nothing is missing that never was asked for', () => {
  expect(standing({}).overdueSince).toBeNull();
  expect(standing({ found: check({ at: NOW - 31 * DAY }) }).overdueSince).not.toBeNull();
  expect(standing({ last: null, found: null })).toEqual({ last: null, overdueSince: null, scheduled: false });
});

test('what was found wrong is shown before anything newer', () => {
  const wrong = check({ outcome: 'wrong', failures: 2, at: NOW - 9 * DAY });
  expect(standing({ open: wrong }).last).toMatchObject({ outcome: 'wrong', failures: 2, ageMs: 9 * DAY });
});

test('a restore test takes the newest set as a rule, now and then another, and often one that was wrong', () => {
  const sets = ['s3', 's2', 's1'].map((id) => ({ id }) as unknown as BlockSetSummary);
  const wrong = [check({ outcome: 'wrong' })];
  const counts = new Map<string, number>();
  const random = numbersFrom(1);
  for (let each = 0; each < 1000; each += 1) {
    const choice = chooseSet(sets, [], random);
    counts.set(String(choice?.set.id), (counts.get(String(choice?.set.id)) ?? 0) + 1);
  }
  expect(counts.get('s3')).toBeGreaterThan(700);
  expect(Math.min(counts.get('s2') ?? 0, counts.get('s1') ?? 0)).toBeGreaterThan(50);
  expect(chooseSet(sets, wrong, () => 0.1)).toEqual({ set: sets[2], again: wrong[0] });
  expect(chooseSet(sets, wrong, () => 0.9)).toEqual({ set: sets[0], again: null });
  expect(chooseSet([], wrong, random)).toBeNull();
});

const verification = (number: number, part: Partial<StoredCheck>, detail: Partial<StoredCheck['detail']> = {}) =>
  check({
    number,
    job: `job${number}`,
    kind: 'verify',
    set: null,
    ...part,
    detail: { ...check().detail, sets: [], ...detail },
  });
const ofObject = { object: 'o' };
const ofVault = { object: null };
const whole = (
  number: number,
  outcome: 'right' | 'wrong' | 'away',
  sets: string[] = [],
  proved: string[] = [],
  after = number - 1,
) =>
  verification(
    number,
    { ...ofVault, outcome },
    { sets, byObject: { o: { outcome, failures: sets.length, sets } }, proved, after },
  );
/** One of all sets of the object that is right. */
const allRight = (number: number, proved: string[], part: Partial<StoredCheck> = {}) =>
  verification(
    number,
    { ...ofObject, outcome: 'right', ...part },
    { byObject: { o: { outcome: 'right', failures: 0, sets: [] } }, proved, after: number - 1 },
  );
const readBack = (number: number, outcome: 'right' | 'wrong', set: string, renews = false) => {
  const [sets, proved] = outcome === 'wrong' ? [[set], []] : [[], [set]];
  const byObject = { o: { outcome, failures: sets.length, sets } };
  const detail = { sets, byObject, proved, after: number - 1, written: true, renews };
  return verification(number, { ...ofObject, outcome, set }, detail);
};

/** Jobs whose findings stand, and the sets that are marked. */
const open = (
  checks: readonly StoredCheck[],
  { gone = [], own = ['s1', 's2'], hadSet = false }: { gone?: string[]; own?: string[]; hadSet?: boolean } = {},
) => {
  const newestFirst = checks.toSorted((a, b) => b.number - a.number);
  const older = { isOf: (set: string) => own.includes(set), hadSet };
  const isThere = (set: string) => !gone.includes(set);
  const found = openFindings({ object: 'o', found: newestFirst, right: newestFirst, older, isThere });
  return [found.standing.map((each) => each.check.number), [...found.damagedSets.keys()]];
};

test('damage that a verification of all of the vault found stays with the object until its sets were read and right, or are gone', () => {
  const wrong = whole(1, 'wrong', ['s1']);
  expect(open([wrong])).toEqual([[1], ['s1']]);
  expect(open([wrong, whole(2, 'right', [], ['s1'])])).toEqual([[], []]);
  expect(open([wrong, allRight(2, ['s1'])])).toEqual([[], []]);
  expect(open([wrong], { gone: ['s1'] })[0]).toEqual([]);
  // A set of which nothing was read is not proved right by all of the others, unless it is gone.
  expect(open([wrong, allRight(2, ['s2'])])).toEqual([[1], ['s1']]);
  expect(open([wrong, whole(2, 'wrong', ['s2'])])).toEqual([
    [2, 1],
    ['s2', 's1'],
  ]);
  expect(open([wrong, whole(2, 'wrong', ['s2'], ['s1'])])).toEqual([[2], ['s2']]);
  expect(open([whole(1, 'wrong', ['s1', 's2']), whole(2, 'away', [], ['s1'])])).toEqual([[1], ['s2']]);
  // Nor by one that could not read everything, or by one from before.
  expect(open([whole(2, 'away'), wrong])).toEqual([[1], ['s1']]);
  expect(open([whole(1, 'right', [], ['s1']), whole(2, 'wrong', ['s1'])])).toEqual([[2], ['s1']]);
  // One that had begun to read it before the damage was found ended later, but saw it earlier.
  expect(open([whole(2, 'wrong', ['s1']), whole(3, 'right', [], ['s1'], 1)])).toEqual([[2], ['s1']]);
  // A later full makes up for what was read back, and not for what was found in all of the object.
  expect(open([wrong, readBack(2, 'right', 's2', true)])).toEqual([[1], ['s1']]);
  // That set alone being right takes the mark, and is no verification of all.
  expect(open([wrong, allRight(2, ['s1'], { set: 's1' })])).toEqual([[1], []]);
});

test('what was away stays so until it was read, also where what was damaged beside it is right', () => {
  const of = (outcome: 'wrong' | 'away', sets: string[]) => ({
    sets: [...sets, 's2'],
    byObject: { o: { outcome, failures: sets.length, sets, away: ['s2'] } },
    proved: [],
    after: 0,
  });
  const standing = (...checks: StoredCheck[]) => {
    const [found, right] = [checks.slice(0, 1), checks.slice(1)];
    const older = { isOf: () => true, hadSet: true };
    const opened = openFindings({ object: 'o', found, right, older, isThere: () => true });
    return [opened.standing.map(({ outcome, sets }) => [outcome, sets]), [...opened.damagedSets.keys()]];
  };
  const both = verification(1, { ...ofObject, outcome: 'wrong' }, of('wrong', ['s1']));
  expect(standing(both)).toEqual([[['wrong', ['s1', 's2']]], ['s1']]);
  expect(standing(both, allRight(2, ['s1']))).toEqual([[['away', ['s2']]], []]);
  expect(standing(both, allRight(2, ['s2']))).toEqual([[['wrong', ['s1']]], ['s1']]);
  expect(standing(both, allRight(2, ['s1', 's2']))).toEqual([[], []]);
  const away = verification(1, { ...ofObject, outcome: 'away' }, of('away', []));
  expect(standing(away, allRight(2, ['s1']))).toEqual([[['away', ['s2']]], []]);
  expect(standing(away, allRight(2, ['s2']))).toEqual([[], []]);
  // What is in a set that no catalog knows has not expired, and is right when all of the object is.
  const unknown = { o: { outcome: 'wrong' as const, failures: 1, sets: ['lost'], unknown: true } };
  const inNone = verification(1, { ...ofObject, outcome: 'wrong' }, { sets: null, byObject: unknown, after: 0 });
  expect(standing(inNone)).toEqual([[['wrong', null]], ['lost']]);
  expect(standing(inNone, allRight(2, []))[0]).toEqual([]);
});

test('what was read back wrong is cleared by a verification of the whole vault only where that read its set', () => {
  const wrong = readBack(1, 'wrong', 's1');
  expect(open([wrong])).toEqual([[1], ['s1']]);
  expect(open([wrong, allRight(2, ['s1'])])).toEqual([[], []]);
  const other = verification(
    2,
    { ...ofVault, outcome: 'right' },
    { byObject: { x: { outcome: 'right', failures: 0, sets: [] } }, proved: [], after: 1 },
  );
  expect(open([wrong, other])).toEqual([[1], ['s1']]);
  expect(open([wrong, whole(2, 'right')])).toEqual([[1], ['s1']]);
  expect(open([wrong, whole(2, 'right', [], ['s1'])])).toEqual([[], []]);
  const elsewhere = verification(
    2,
    { ...ofVault, outcome: 'wrong' },
    { byObject: { o: { outcome: 'right', failures: 0, sets: [] } }, proved: ['s1'], after: 1 },
  );
  expect(open([wrong, elsewhere])).toEqual([[], []]);
  expect(open([wrong, readBack(2, 'right', 's2', true)])).toEqual([[], ['s1']]);
  expect(open([wrong, readBack(2, 'right', 's2')])).toEqual([[1], ['s1']]);
  expect(open([wrong, readBack(2, 'right', 's1')])).toEqual([[], []]);
});

test('of what older versions noted, the catalog says whose the sets are', () => {
  const kinds = { away: 0, tapes: 0, sets: 0 };
  const wrong = verification(1, { ...ofVault, outcome: 'wrong' }, { sets: ['s2', 'foreign'], kinds });
  expect(open([wrong])).toEqual([[1], ['s2']]);
  expect(open([wrong], { own: ['s1'] })).toEqual([[], []]);
  const right = (objects: string[] | null) => verification(2, { ...ofVault, outcome: 'right' }, { objects });
  expect(open([wrong, right(['o'])])).toEqual([[], []]);
  expect(open([wrong, right(['x'])])).toEqual([[1], ['s2']]);
  expect(open([wrong, right(null)], { hadSet: true })).toEqual([[], []]);
  expect(open([wrong, right(null)])).toEqual([[1], ['s2']]);
  expect(open([wrong, whole(2, 'right', [], ['s2'])])).toEqual([[], []]);
});

test('what older versions noted of a whole vault is damage of no object where it may be what was away or incomplete', () => {
  const of = (kinds: StoredCheck['detail']['kinds']) =>
    open([verification(1, { ...ofVault, outcome: 'wrong' }, { sets: ['s1', 's2'], kinds })]);
  expect(of({ away: 0, tapes: 0, sets: 0 })).toEqual([[1], ['s1', 's2']]);
  for (const kinds of [null, { away: 1, tapes: 0, sets: 0 }, { away: 0, tapes: 0, sets: 1 }])
    expect(of(kinds)).toEqual([[], []]);
  // Nor is a single one marked as damaged that may only be away.
  const own = (kinds: StoredCheck['detail']['kinds'], part: Partial<StoredCheck> = {}) =>
    open([verification(1, { ...ofObject, outcome: 'wrong', failures: 2, ...part }, { sets: ['s1'], kinds })]);
  expect(own({ away: 1, tapes: 0, sets: 0 })).toEqual([[1], []]);
  expect(own({ away: 1, tapes: 0, sets: 0 }, { set: 's1' })).toEqual([[], []]);
  expect(own({ away: 0, tapes: 0, sets: 0 }, { set: 's1' })).toEqual([[], ['s1']]);
  // That the beginning of tapes is damaged costs nothing of any object.
  expect(own({ away: 0, tapes: 2, sets: 0 })).toEqual([[], []]);
});

test('a verification of all is one of each object, and right for none while damage is in a set that nobody knows', () => {
  const known = ['a1 a', 'b1 b', 'c1 c'].map((each): KnownSet => {
    const [id = '', object = ''] = each.split(' ');
    return { id, object, name: object };
  });
  const damage = (set: string, tape = 't', wholeOn: string[] = []) => ({ tape, chunk: 1, set, elements: [], wholeOn });
  const missing = { tape: 'away', barcode: 'AWAYL8', chunks: 1, away: true, slot: null, drive: null, pool: 'data' };
  const result = (damaged: ReturnType<typeof damage>[], chunks = 9) =>
    ({ damaged, chunks, missingTapes: [missing], damagedTapes: [], incomplete: [], unverified: [] }) as never;
  const outcomes = (...of: Parameters<typeof result>) =>
    [...findingsByObject(result(...of), { read: ['a1', 'b1'], known, owner: null })].map(([id, { outcome, sets }]) => [
      id,
      outcome,
      ...sets,
    ]);
  expect(outcomes([])).toEqual([
    ['a', 'right'],
    ['b', 'right'],
  ]);
  expect(outcomes([damage('a1'), damage('b1', 'away')])).toEqual([
    ['a', 'wrong', 'a1'],
    ['b', 'away'],
  ]);
  expect(outcomes([damage('c1')])).toEqual([
    ['a', 'right'],
    ['b', 'right'],
    ['c', 'wrong', 'c1'],
  ]);
  expect(outcomes([damage('unheard-of')])).toEqual([]);
  expect(outcomes([], 0)).toEqual([]);
  const ofOne = { read: ['a1'], known, owner: 'a' };
  const whole = damage('a1', 't', ['u']);
  expect(findingsByObject(result([whole]), ofOne).get('a')).toMatchObject({ sets: [], copied: ['a1'] });
  expect(findingsByObject(result([whole, damage('a1')]), ofOne).get('a')).toMatchObject({ sets: ['a1'], copied: [] });
  expect([...findingsByObject(result([damage('unheard-of')]), ofOne)]).toEqual([
    ['a', { outcome: 'wrong', failures: 1, sets: ['unheard-of'], copied: [], away: [], unknown: true }],
  ]);
});

test('of a long history of checks only what may still be open is looked up, once for all objects of a vault', () => {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  database.exec(CHECK_SCHEMA);
  const table = checkTable(database);
  const objects = Array.from({ length: 50 }, (_, at) => `o${at}`);
  const right = Object.fromEntries(objects.map((id) => [id, { outcome: 'right' as const, failures: 0, sets: [] }]));
  const put = (outcome: 'right' | 'wrong' | 'away', detail: Partial<StoredCheck['detail']> = {}) => {
    const number = table.newest();
    const all = { sets: [], byObject: right, proved: [], after: number, ...detail };
    table.put({ ...verification(number, { ...ofVault, outcome }, all), job: `job${number}` });
  };
  const wrongIn = (set: string) => ({
    sets: [set],
    byObject: { ...right, o1: { outcome: 'wrong' as const, failures: 1, sets: [set] } },
  });
  put('away');
  put('wrong', wrongIn('expired'));
  put('wrong', wrongIn('s1'));
  for (let at = 0; at < 500; at += 1) put('right');
  put('right', { proved: ['s1'] });
  put('wrong', wrongIn('s2'));
  const looked = (['found', 'provedSince'] as const).map((name) => vi.spyOn(table, name));
  const catalog = { sets: vi.fn(() => ['s1', 's2'].map((id) => ({ id, object: { id: 'o1' }, state: 'complete' }))) };
  const seen = checksOfVault({ store: { checks: table } } as never, { id: 'v' }, catalog as never);
  expect([looked.map(({ mock }) => mock.calls.length), catalog.sets.mock.calls.length]).toEqual([[0, 0], 0]);
  const open = objects.map((id) => seen.openOf(id));
  expect(open.flatMap(({ standing: all }) => all.map(({ damaged }) => damaged))).toEqual([['s2']]);
  const rows = looked.map(({ mock }) => mock.results.map(({ value }) => (value as StoredCheck[]).length));
  expect([rows, catalog.sets.mock.calls.length]).toEqual([[[3], [1]], 1]);
});
