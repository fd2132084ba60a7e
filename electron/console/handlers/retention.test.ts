import { expect, onTestFinished, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';
import type { UseCases } from '../use-cases.ts';
import { engineUseCases } from '../wiring.ts';

const NO_RULES = { keepLast: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

test('rules are changed one by one, single sets are held, and a run lets go what was agreed to', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  const ids: string[] = [];
  for (const content of ['one', 'two', 'three']) {
    scene.write('file', content);
    ids.unshift((await scene.call('backup', { object: 'files', level: 'full' })).set.id);
  }
  const [newest, held, oldest] = ids as [string, string, string];
  expect(await scene.call('retention.show', { object: 'files' })).toMatchObject({ rules: NO_RULES, active: false });
  const nothing = await scene.call('retention.plan', { object: 'files' });
  expect(nothing).toMatchObject({ keeps: 3, expires: 0, active: false });
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 } });
  const { rules } = await scene.call('retention.set', { object: 'files', rules: { yearly: 1 } });
  expect(rules).toEqual({ ...NO_RULES, keepLast: 1, yearly: 1 });
  await scene.call('retention.hold', { set: held.slice(0, 12), note: 'case 7' });
  const { marks } = await scene.call('retention.keep', { set: held, until: '2033-01-01T00:00:00Z' });
  expect(marks).toMatchObject([{ set: held, hold: 'case 7', until: '2033-01-01T00:00:00.000Z' }]);

  const past = scene.call('retention.keep', { set: held, until: '2003-01-01T00:00:00Z' });
  await expect(past).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('that is past') });

  const plan = await scene.call('retention.plan', { object: 'files' });
  expect(plan.sets.map(({ id, keep }) => [id, keep])).toEqual([
    [newest, true],
    [held, true],
    [oldest, false],
  ]);
  // What it would be with other rules is only shown.
  expect(await scene.call('retention.plan', { object: 'files', rules: { keepLast: 3 } })).toMatchObject({ expires: 0 });
  const timeLine = await scene.call('retention.simulate', { object: 'files', days: 3 });
  expect(timeLine).toMatchObject({ by: 'assumption', everyHours: 24, fullEvery: 1 });
  expect(timeLine).toMatchObject({ steps: [{ keeps: 2, expires: 2 }, { keeps: 2 }, { keeps: 2 }] });
  const night = { object: 'files', cron: '0 */12 * * *', zone: 'Asia/Tokyo' };
  await scene.call('schedule.add', { ...night, level: 'incremental' });
  const { schedule } = await scene.call('schedule.add', night);
  await scene.call('schedule.pause', { schedule: schedule.id });
  const scheduled = await scene.call('retention.simulate', { object: 'files', days: 3 });
  expect(scheduled).toMatchObject({ by: 'schedules', paused: 1, everyHours: null, schedules: [{ cron: night.cron }] });
  // Midnight and noon in Tokyo; an incremental needs what it is built on.
  expect(scheduled.steps.map(({ at }) => at.slice(11, 13) === '03' || at.slice(11, 13) === '15')).toEqual(
    Array.from({ length: 6 }, () => true),
  );
  expect(scheduled.steps.at(-1)).toMatchObject({ keeps: 8, expires: 0 });
  expect(scheduled.afterEach).toBe(true);
  // At times of their own alone, once there are any: here those of the whole vault.
  const own = { vault: scene.vault, task: 'retention', cron: '0 6 * * *', zone: 'Asia/Tokyo' } as const;
  const applying = (await scene.call('schedule.add', own)).schedule.id;
  const atTimes = await scene.call('retention.simulate', { object: 'files', days: 3 });
  expect(atTimes.afterEach).toBe(false);
  expect(
    atTimes.steps
      .map(({ at }) => at.slice(11, 13))
      .toSorted()
      .join(' '),
  ).toBe('03 03 03 15 15 15 21 21 21');
  expect(atTimes.sets.find(({ id }) => id === oldest)?.goesAt?.slice(11, 13)).toBe('21');
  await scene.call('schedule.pause', { schedule: applying });
  expect((await scene.call('retention.simulate', { object: 'files', days: 3 })).steps).toHaveLength(6);
  await scene.call('schedule.remove', { schedule: applying });
  expect(await scene.call('retention.simulate', { object: 'files', suppose: true })).toMatchObject({ everyHours: 24 });

  await expect(scene.call('retention.apply', { object: 'files', sets: [] })).rejects.toMatchObject({
    code: 'RETENTION_CHANGED',
  });
  const applied = await scene.call('retention.apply', { object: 'files', sets: [oldest] });
  expect(applied).toMatchObject({ expired: [{ id: oldest }], kept: 2, freedTapes: [], warnings: [] });
  await scene.call('retention.release', { set: held });
  expect(await scene.call('retention.plan', { object: 'files' })).toMatchObject({ expires: 1 });
  const { jobs } = await scene.call('job.list', {});
  expect(jobs[0]).toMatchObject({ kind: 'retention', state: 'done', object: 'files' });
  const { entries } = await scene.call('activity.list', {});
  const applies = entries.filter(({ act }) => act === 'retention.apply');
  expect(applies.map(({ outcome }) => outcome)).toEqual(['done', 'failed']);
});

test('a set that is about to go, by the rules or with its tape, is held by nobody in vain', async () => {
  const held: unknown[] = [];
  let gone = '';
  const hold = async () => {
    for (const name of ['retention.hold', 'retention.keep'] as const) {
      const input = name === 'retention.hold' ? { set: gone } : { set: gone, until: '2033-01-01T00:00:00Z' };
      held.push(await scene.call(name, input as { set: string; until: string }).catch((thrown: unknown) => thrown));
    }
  };
  // Whoever holds one comes after the last look at who does, and before the catalog has let it go.
  const useCases: UseCases = {
    ...engineUseCases,
    applyRetention: async (session, object, request, job) => {
      request.demandFree(request.agreed);
      await hold();
      return await engineUseCases.applyRetention(session, object, request, job);
    },
    eraseTape: async (session, request, job) => {
      request.demandFree(request.agreed.sets);
      await hold();
      return await engineUseCases.eraseTape(session, request, job);
    },
  };
  const scene = new ConsoleScene(onTestFinished, useCases);
  await scene.protect();
  for (const content of ['one', 'two']) {
    scene.write('file', content);
    const { set } = await scene.call('backup', { object: 'files', level: 'full' });
    gone ||= set.id;
  }
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 } });
  const { expired } = await scene.call('retention.apply', { object: 'files', sets: [gone] });
  expect(expired.map(({ id }) => id)).toEqual([gone]);
  const [left] = (await scene.call('sets', { object: 'files' })).sets;
  gone = left?.id ?? '';
  const [tape] = (await scene.call('tape.list', { vault: scene.vault })).tapes;
  await scene.call('tape.erase', { tape: String(tape?.barcode), sets: [gone] });
  expect(held).toHaveLength(4);
  for (const refused of held) expect(refused).toMatchObject({ code: 'SET_STATE' });
  expect((await scene.call('retention.show', { object: 'files' })).marks).toEqual([]);
});
