import { expect, test } from 'vitest';
import { LivedYear, type Protected } from './testing/lived-year.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const KB = 1 << 10;
/** A backup a day, and each set that is left is restored. */
const LONG = process.env.COLDFRAME_LONG_TESTS === '1';

/** Half past two on the last Sundays of March and October is the hour that a change of the clocks leaves out or has twice. */
const OBJECTS = {
  files: {
    name: 'files',
    cron: LONG ? '30 2 * * *' : '30 2 7,21 1-11/2 *',
    zone: 'Europe/Berlin',
    catchUp: true,
    rules: { keepLast: 2, daily: LONG ? 5 : 0, weekly: 2, monthly: LONG ? 3 : 2, yearly: 1 },
    changing: (LONG ? 400 : 7000) * KB,
    staying: 3000 * KB,
  },
  pictures: {
    name: 'pictures',
    cron: LONG ? '30 2 * * 0' : '30 2 * 3,6,10,12 0L',
    zone: 'Europe/Berlin',
    catchUp: false,
    rules: { keepLast: 1, monthly: 2 },
    changing: 1000 * KB,
    staying: 500 * KB,
  },
} satisfies Record<string, Protected>;
const TWO = Object.values(OBJECTS);
const ZONES = ['America/Sao_Paulo', 'Pacific/Auckland', 'UTC', 'Europe/Berlin'];

/** What befalls the machine, one after the other. */
const FATES: readonly ((life: LivedYear, turn: number) => Promise<void>)[] = [
  async (life, turn) => {
    await life.pass(life.untilDue('files') - HOUR);
    await life.sleep((turn * 37 + 5) * HOUR);
  },
  async (life) => life.stopMidway(),
  async (life, turn) => {
    process.env.TZ = ZONES[turn % ZONES.length];
    await life.pass(DAY);
  },
  async (life, turn) => await life.unplugged(async () => await life.pass((18 + 7 * (turn % 2)) * DAY)),
  async (life, turn) => await life.restart((turn * 19 + 1) * HOUR),
];

/** Runs that failed as no tape was left, and what the person did about each. */
const whoLooksAfterTapes = (life: LivedYear) => {
  const { scene } = life;
  const done: string[] = [];
  let held: string | null = null;
  let seen = 0;
  const act = async (): Promise<('released' | 'labelled')[]> => {
    const acts: ('released' | 'labelled')[] = [];
    if (held !== null) {
      await scene.call('retention.release', { set: held });
      held = null;
      const plan = await scene.call('retention.plan', { object: 'files' });
      const sets = plan.sets.filter(({ keep }) => !keep).map(({ id }) => id);
      const applied = await scene.call('retention.apply', { object: 'files', sets });
      expect(applied.expired.map(({ id }) => id)).toEqual(sets);
      expect(applied.kept).toBe(plan.keeps);
      acts.push('released');
      // What lies beside it on its tape may be kept.
      if (applied.freedTapes.length > 0) return acts;
    }
    await scene.call('tape.label', { vault: scene.vault });
    return [...acts, 'labelled'];
  };
  return {
    done,
    hold: async (set: string) => {
      await scene.call('retention.hold', { set, note: 'asked for by a court' });
      held = set;
    },
    look: async () => {
      const failed = (await life.runs('files')).filter(({ outcome }) => outcome === 'failed');
      if (failed.length === seen) return;
      seen = failed.length;
      expect(failed.at(-1)?.reason).toMatch(/^OUT_OF_TAPES: /);
      done.push(...(await act()));
    },
  };
};

const everyMomentIsAccountedFor = async (life: LivedYear): Promise<void> => {
  for (const object of TWO) {
    const runs = await life.runs(object.name);
    expect(runs.map(({ dueAt }) => Date.parse(dueAt))).toEqual(life.moments(object));
    // A day of the zone has one, those on which the clocks changed included.
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: object.zone });
    expect(new Set(runs.map(({ dueAt }) => day.format(new Date(dueAt)))).size).toBe(runs.length);
    expect(runs.filter(({ outcome }) => outcome === 'waiting' || outcome === 'running')).toEqual([]);
    expect(runs.filter(({ outcome, reason }) => outcome !== 'done' && !reason)).toEqual([]);
    // Each began as often as it says, and each that is done made one set.
    const done = runs.filter(({ outcome }) => outcome === 'done');
    const failed = runs.reduce((sum, { attempts }) => sum + attempts, 0);
    const times = (names: readonly string[]): number => names.filter((name) => name === object.name).length;
    expect(times(life.begun)).toBe(done.length + failed + times(life.cutShort));
    expect([...life.made.values()].filter((set) => set.object === object.name)).toHaveLength(done.length);
  }
};

test(
  'in a year of backups that expire by themselves no set goes but as planned, and all that stay can be restored',
  async () => {
    const life = await LivedYear.begin('2027-01-01T00:00:00Z', TWO, 2);
    const { scene } = life;
    const person = whoLooksAfterTapes(life);
    const day = async (): Promise<void> => {
      await person.look();
      for (const object of TWO) life.change(object);
      const newest = [...life.made.keys()].at(-1) as string;
      if (life.made.size === 1) await person.hold(newest);
      if (life.made.size === 5)
        await scene.call('retention.keep', { set: newest, until: new Date(life.now + 120 * DAY).toISOString() });
    };
    const end = life.now + 365 * DAY;
    for (let turn = 0; life.now < end - 45 * DAY; turn += 1) {
      await life.pass((14 + (turn % 3) * 5) * DAY, day);
      await FATES[turn % FATES.length]?.(life, turn);
    }
    await life.pass(end - life.now, day);

    await everyMomentIsAccountedFor(life);
    for (const { planned, agreed, expired, left, kept } of life.retained) {
      expect(agreed).toEqual(planned);
      expect(expired).toEqual(planned);
      expect(left).toEqual(kept);
    }
    const { jobs } = await scene.call('job.list', { kinds: ['retention'], limit: 1000 });
    expect(jobs.filter(({ state }) => state !== 'done')).toEqual([]);
    expect(jobs.length).toBeGreaterThanOrEqual(life.made.size);
    // All of it did happen.
    const reasons = (await Promise.all(TWO.map(({ name }) => life.runs(name))))
      .flat()
      .map(({ reason }) => reason ?? '');
    for (const word of ['It waited for its vault', 'it was taken up again', 'the machine slept', 'OUT_OF_TAPES'])
      expect(reasons.join('\n')).toContain(word);
    const acts = LONG ? ['released', 'labelled'] : ['released'];
    expect(person.done).toEqual(expect.arrayContaining(acts));
    expect(life.retained.flatMap(({ freed }) => freed).length).toBeGreaterThan(1);

    const { sets } = await scene.call('sets', {});
    const complete = sets.filter(({ state }) => state === 'complete');
    const ofLast = TWO.map(({ name }) => complete.find(({ object }) => object === name));
    const oldest = complete.at(-1);
    for (const set of LONG ? complete : new Set([...ofLast, oldest])) await life.demandRestorable(set?.id ?? '');
  },
  LONG ? HOUR : 5 * 60_000,
);
