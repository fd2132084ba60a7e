import { expect, onTestFinished, test } from 'vitest';
import type { ScheduleTerms } from '../../../shared/contract/schedules.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { DEFAULT_TERMS } from '../../../shared/model/default-terms.ts';
import type { StoredSchedule } from '../store/schedule-table.ts';
import { openStore } from '../store/store.ts';
import { calendarOf } from './calendar.ts';
import { ScheduleKeeper } from './keeper.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const VAULT = 'c'.repeat(32);
/** The keeper looks twice a minute; here it does when it knows of something, and at least so often. */
const LONGEST = 3 * HOUR;
/** Backups that may use the vault at once. */
const LIMIT = 2;

interface Plan {
  readonly cron: string;
  readonly zone: string;
  readonly catchUp?: boolean;
  readonly terms?: Partial<ScheduleTerms>;
}

/** Numbers that look random and are the same each time (xorshift32). */
const dice = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

/** What the clocks of a zone show, told without the calendar that is tried here: `02:30`. */
const shownIn = (zone: string, at: number): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(at);

/** A machine that sleeps, restarts, runs on battery and loses its vault, under a clock that is moved by hand. */
const live = async (from: string, plans: readonly Plan[]) => {
  // What is durable is told elsewhere; here a disk would only be waited for.
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  store.vaults.put({ id: VAULT, name: 'vault', dir: '/vault', sealed: false, createdAt: null });
  const begin = Date.parse(from);
  let now = begin;
  let vault = true;
  let mains = true;
  const roll = dice(20_261_128);
  /** Every backup that was begun: its schedule and the moment. */
  const begun: { readonly id: string; readonly at: number }[] = [];
  /** What began though it was not to. */
  const wrong: string[] = [];
  const lookAtBegin = ({ id, zone, terms: { mains: wantsMains, window } }: StoredSchedule): void => {
    const at = `${id.slice(0, 1)} at ${new Date(now).toISOString()}`;
    const shown = shownIn(zone, now);
    if (!vault) wrong.push(`${at} without its vault`);
    if (wantsMains && !mains) wrong.push(`${at} on battery`);
    if ((store.schedules.pausedUntil() ?? 0) > now) wrong.push(`${at} while all were paused`);
    if (window !== null && shown >= window.to && shown < window.from)
      wrong.push(`${at} outside of its window, ${shown}`);
    if (running.length >= LIMIT) wrong.push(`${at} beside as many as may use the vault`);
  };
  /** Backups under way, and when they end. */
  let running: { readonly at: number; readonly end: () => void }[] = [];
  const selection = { roots: [], unprotected: [], exclude: [] };
  const ids = plans.map((_, at) => String(at).repeat(32));
  for (const [at, plan] of plans.entries()) {
    const id = ids[at] ?? '';
    store.objects.add({ id, name: id, kind: 'files', vault: VAULT, volumes: [], selection, createdAt: 0 });
    store.schedules.add({
      id,
      task: 'backup',
      vault: null,
      object: id,
      cron: plan.cron,
      zone: plan.zone,
      level: 'auto',
      catchUp: plan.catchUp ?? false,
      paused: false,
      passphraseFile: null,
      createdAt: now,
      seenUntil: now,
      terms: { ...DEFAULT_TERMS, ...plan.terms },
    });
  }
  const newKeeper = () =>
    new ScheduleKeeper({
      table: store.schedules,
      busy: () => false,
      vaultOf: () => '/vault',
      load: () => running.length,
      limit: () => LIMIT,
      surroundings: {
        vaultThere: async () => vault,
        mains: async () => mains,
        idleMs: async () => null,
        metered: async () => null,
        cutOff: async () => false,
      },
      steering: {
        pause: () => undefined,
        goOn: () => undefined,
        end: () => undefined,
        putOff: () => undefined,
        isQueued: () => false,
        isInTheWay: () => false,
        canBePutOff: () => false,
      },
      doneFor: () => null,
      backUp: (schedule) => {
        lookAtBegin(schedule);
        begun.push({ id: schedule.id, at: now });
        const { promise, resolve, reject } = Promise.withResolvers<{ warned: boolean }>();
        const fails = roll(12) === 0;
        const end = () =>
          fails ? reject(new ColdframeError('IO', { message: 'No.', guidance: 'Do.' })) : resolve({ warned: false });
        running.push({ at: now + (1 + roll(20)) * MINUTE, end });
        return promise;
      },
      now: () => now,
    });
  let keeper = newKeeper();
  const look = async (): Promise<number> => {
    const over = running.filter(({ at }) => at <= now);
    running = running.filter(({ at }) => at > now);
    for (const { end } of over) end();
    if (over.length > 0) await Promise.resolve();
    const known = keeper.look();
    await keeper.settled();
    return Math.min(known, ...running.map(({ at }) => at - now));
  };
  keeper.start();
  await keeper.settled();
  return {
    store,
    ids,
    begun,
    wrong,
    roll,
    get now() {
      return now;
    },
    set vault(there: boolean) {
      vault = there;
    },
    set mains(on: boolean) {
      mains = on;
    },
    /** The console looks at the clock every so often. */
    pass: async (ms: number) => {
      for (const end = now + ms; now < end; ) {
        const known = await look();
        now = Math.min(end, now + Math.max(1, Math.min(LONGEST, known)));
      }
      await look();
    },
    /** The machine sleeps: nobody looks, and what runs goes on afterwards. */
    sleep: (ms: number) => {
      now += ms;
    },
    /** The console is killed, and starts again some time later. */
    restart: async (ms: number) => {
      keeper.stop();
      running = [];
      now += ms;
      store.schedules.interruptUnfinished();
      keeper = newKeeper();
      keeper.start();
      await keeper.settled();
    },
    /** Somebody sets the clock. */
    setClock: (ms: number) => {
      now += ms;
    },
    end: async () => {
      await look();
      keeper.stop();
    },
    begin,
  };
};

const ZONES: readonly (Plan & { readonly shown: readonly string[] })[] = [
  // The hour that is left out and had twice.
  { cron: '30 2 * * *', zone: 'Europe/Berlin', shown: ['02:30'], catchUp: true },
  // Changes of half an hour.
  { cron: '45 1 * * *', zone: 'Australia/Lord_Howe', shown: ['01:45'] },
  // Midnight was left out, while there still was daylight saving.
  { cron: '0 0 * * *', zone: 'America/Sao_Paulo', shown: ['00:00'], catchUp: true, terms: { jitterMs: 30 * MINUTE } },
  {
    cron: '0 */6 * * *',
    zone: 'Europe/Berlin',
    shown: ['00:00', '06:00', '12:00', '18:00'],
    terms: { window: { from: '20:00', to: '08:00', atEnd: 'finish' } },
  },
  {
    cron: '15 3 * * 0',
    zone: 'America/Sao_Paulo',
    shown: ['03:15'],
    catchUp: true,
    terms: { mains: true, priority: 'high' },
  },
];

// The last year in which São Paulo changed its clocks.
const YEARS = ['2018-01-01T00:00:00Z', ...(process.env.COLDFRAME_LONG_TESTS ? ['2026-01-01T00:00:00Z'] : [])];

test.each(YEARS)('of a year from %s every moment is accounted for, and none is run for twice', async (from) => {
  const life = await live(from, ZONES);
  const end = life.begin + 365 * DAY;
  while (life.now < end - 40 * DAY) {
    await life.pass((1 + life.roll(6)) * DAY);
    const fate = life.roll(8);
    if (fate === 0) life.sleep((1 + life.roll(60)) * HOUR);
    else if (fate === 1) await life.restart(life.roll(30) * HOUR);
    else if (fate === 2) {
      life.vault = false;
      await life.pass((1 + life.roll(21)) * DAY);
      life.vault = true;
    } else if (fate === 3) {
      life.mains = false;
      await life.pass((1 + life.roll(30)) * HOUR);
      life.mains = true;
    } else if (fate === 4) life.setClock(-life.roll(120) * MINUTE);
    else if (fate === 5) {
      life.store.schedules.pauseAll(life.now, life.now + life.roll(20) * HOUR);
      await life.pass(DAY);
    }
  }
  await life.pass(end - life.now);
  await life.end();

  expect(life.wrong).toEqual([]);
  for (const [at, id] of life.ids.entries()) {
    const { cron, zone, shown, catchUp = false } = ZONES[at] as (typeof ZONES)[number];
    const runs = life.store.schedules.runs(id, 10_000).toReversed();
    const listed = runs.map(({ dueAt }) => dueAt);
    const expected = calendarOf(cron, zone).between(life.begin, life.now, 10_000).moments;
    // Each moment has its line: none is missing, none is made up.
    expect(listed).toEqual(expected);
    // By the clocks of its zone, but for the one day on which these have no such time.
    expect(listed.filter((due) => !shown.includes(shownIn(zone, due))).length).toBeLessThanOrEqual(1);
    const late = runs.filter(({ reason }) => reason?.startsWith('It was due while no console served'));
    expect(late.length > 0).toBe(catchUp);
    // Each has come to something, the last one perhaps not yet.
    const open = runs.filter(({ outcome }) => outcome === 'waiting' || outcome === 'running');
    expect(open.length).toBeLessThanOrEqual(1);
    expect(runs.filter(({ outcome, reason }) => outcome === 'skipped' && !reason)).toEqual([]);
    // As many began as say so: a try each, none beside the lines.
    const began = life.begun.filter((each) => each.id === id).length;
    const tries = runs.reduce((sum, { outcome, attempts }) => {
      const last = outcome === 'skipped' || outcome === 'waiting' || outcome === 'failed' ? 0 : 1;
      return sum + attempts + last;
    }, 0);
    // A run that the end of the console cut short and that was taken up began twice.
    const again = runs.filter(({ reason }) => reason?.includes('taken up again')).length;
    expect(began - tries).toBeGreaterThanOrEqual(0);
    expect(began - tries).toBeLessThanOrEqual(again);
    expect(runs.filter(({ outcome }) => outcome === 'done').length).toBeGreaterThan(runs.length / 4);
  }
});

test('a machine that is carried over time zones runs by the clock of its schedule', async () => {
  const before = process.env.TZ;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });
  const life = await live('2026-03-01T00:00:00Z', [{ cron: '30 2 * * *', zone: 'Europe/Berlin' }]);
  for (const zone of ['Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'UTC']) {
    process.env.TZ = zone;
    await life.pass(12 * DAY);
  }
  await life.end();
  const runs = life.store.schedules.runs(life.ids[0] ?? '', 1000).toReversed();
  expect(runs.map(({ dueAt }) => dueAt)).toEqual(
    calendarOf('30 2 * * *', 'Europe/Berlin').between(life.begin, life.now, 1000).moments,
  );
  expect(runs.filter(({ dueAt }) => shownIn('Europe/Berlin', dueAt) !== '02:30').length).toBeLessThanOrEqual(1);
});
