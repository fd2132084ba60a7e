import { afterEach, expect, test, vi } from 'vitest';
import type { ScheduleTerms } from '../../../shared/contract/schedules.ts';
import { type KeeperScene, MINUTE, openKeeperScene } from '../testing/keeper-scene.ts';
import { type PlannedRun, plannedRuns } from './planned-runs.ts';

const HOUR = 60 * MINUTE;
/** A run that waits for its hours is looked at this often. */
const STEP = 30 * MINUTE;
let scene: KeeperScene;
afterEach(() => scene.close());

const runsOf = (...asked: Parameters<typeof plannedRuns>): PlannedRun[] =>
  [...plannedRuns(...asked)].filter((run) => run !== null);

const spring = '2026-03-27T12:00:00Z';
const march = '2026-03-30T12:00:00Z';
const autumn = '2026-10-23T12:00:00Z';
const berlin = { zone: 'Europe/Berlin' } as const;
const night = { from: '22:00', to: '05:00', atEnd: 'finish' } as const;
const sunday = [{ on: 'sun', level: 'full' }] as const;

interface Line {
  readonly what: string;
  readonly from: string;
  readonly part: NonNullable<Parameters<KeeperScene['add']>[0]>;
  readonly terms?: Partial<ScheduleTerms>;
  /** For how many hours all schedules are paused. */
  readonly paused?: number;
}

/** Days of one schedule each, over a change of the clocks. */
const LINES: readonly Line[] = [
  { what: 'a night with an hour left out', from: spring, part: { ...berlin, cron: '30 2 * * *' } },
  { what: 'a night with an hour twice', from: autumn, part: { ...berlin, cron: '30 2 * * *' } },
  {
    what: 'full on Sundays',
    from: spring,
    part: { ...berlin, cron: '0 */6 * * *', level: 'differential' },
    terms: { rules: [...sunday] },
  },
  {
    what: 'a synthetic full a month',
    from: march,
    part: { ...berlin, cron: '0 3 * * *' },
    terms: { rules: [{ on: 'month', level: 'synthetic' }] },
  },
  {
    what: 'hours that it waits for',
    from: autumn,
    part: { ...berlin, cron: '0 20 * * *', catchUp: true },
    terms: { window: night },
  },
  {
    what: 'hours that most never see',
    from: autumn,
    part: { ...berlin, cron: '0 */4 * * *' },
    terms: { window: night },
  },
  {
    what: 'runs that are spread',
    from: spring,
    part: { ...berlin, cron: '0 */3 * * *' },
    terms: { jitterMs: HOUR },
  },
  {
    what: 'a pause that is made up for',
    from: autumn,
    part: { cron: '0 */3 * * *', catchUp: true },
    terms: { rules: [...sunday] },
    paused: 30,
  },
  { what: 'a pause that is not', from: autumn, part: { cron: '15 */3 * * *' }, paused: 30 },
  { what: 'a schedule that is paused', from: spring, part: { cron: '0 * * * *', paused: true } },
];

test.each(LINES)('plans what the keeper will begin: $what', async ({ from, part, terms = {}, paused }) => {
  scene = openKeeperScene(from);
  const now = Date.now();
  scene.add({ ...part, terms: { ...scene.terms, ...terms } });
  const pausedUntil = paused === undefined ? null : now + paused * HOUR;
  scene.store.schedules.pauseAll(now, pausedUntil);
  const until = now + 44 * HOUR;
  const begun: unknown[] = [];
  scene.backUp = (_, started, __, level) => {
    started('d'.repeat(32));
    begun.push([Date.now(), level]);
    return Promise.resolve({ warned: false });
  };
  const planned = runsOf(scene.store.schedules.list(), { now, until, pausedUntil });
  scene.keeper.start();
  while (Date.now() <= until) {
    const known = scene.keeper.look();
    await scene.keeper.settled();
    vi.setSystemTime(Date.now() + Math.min(known, STEP - (Date.now() % STEP)));
  }
  expect(planned.map(({ at, level, synthetic }) => [at, synthetic ? 'synthetic' : level])).toEqual(begun);
  expect(planned.length > 1).toBe(part.paused !== true);
});

test('of several schedules at one moment one runs, the most urgent, then the full one', () => {
  scene = openKeeperScene(spring);
  scene.add({ cron: '0 2 * * *', level: 'incremental' });
  scene.add({ cron: '0 2 * * 0', level: 'full', id: 'e'.repeat(32) });
  scene.add({ cron: '0 2 * * 0', task: 'verify', id: 'f'.repeat(32) });
  const now = Date.now();
  const planned = runsOf(scene.store.schedules.list(), { now, until: now + 72 * HOUR, pausedUntil: null });
  expect(planned.map(({ level }) => level)).toEqual(['incremental', 'full', 'incremental']);
});
