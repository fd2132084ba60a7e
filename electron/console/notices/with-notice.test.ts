import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';
import type { NoticeEvent } from './notice-board.ts';

const MIB = 1024 * 1024;
const PATIENTLY = { timeout: 20_000 };
let scene: ConsoleScene;
let heard: NoticeEvent[];
const watch = (into: NoticeEvent[]): AbortController => {
  const watching = new AbortController();
  const onEvent = (event: { event: string }) => {
    if (event.event === 'notice') into.push(event as NoticeEvent);
  };
  void scene.call('job.watch', {}, { signal: watching.signal, onEvent }).catch(() => undefined);
  return watching;
};
const said = (): string => (existsSync(join(scene.root, 'said')) ? readFileSync(join(scene.root, 'said'), 'utf8') : '');
const announced = (noticeMs: number, signal?: AbortSignal) =>
  scene.call(
    'snapshot.create',
    { volumes: ['disk'], noticeMs, noticeCommand: `cat >> '${scene.root}/said'` },
    signal === undefined ? {} : { signal },
  );
const states = (): string[] => heard.map(({ state }) => state);

beforeEach(async () => {
  scene = new ConsoleScene();
  heard = [];
  await scene.call('volume.create', { name: 'disk', size: MIB });
});

test('a snapshot is taken after the time for which it was announced, and that is said', async () => {
  const watching = watch(heard);
  const began = Date.now();
  const late: NoticeEvent[] = [];
  const taking = announced(400);
  await expect.poll(said).toContain('takes a snapshot of disk in 0 s');
  // Who comes in the middle hears of it too.
  const another = watch(late);
  const { snapshot } = await taking;
  expect(Date.parse(snapshot.createdAt) - began).toBeGreaterThanOrEqual(400);
  expect(Date.parse(heard[0]?.at ?? '') - began).toBeGreaterThanOrEqual(400);
  expect(states()).toEqual(['announced', 'taken']);
  expect(late).toEqual(heard);
  expect(said().split('\n')).toEqual([expect.stringContaining('Please save'), expect.stringContaining('taken'), '']);
  watching.abort();
  another.abort();
});

test('it can be called off: there is no snapshot, and whoever was told hears that', async () => {
  const watching = watch(heard);
  const ending = new AbortController();
  const taking = announced(60_000, ending.signal);
  await expect.poll(said).toContain('takes a snapshot of disk in 60 s');
  ending.abort();
  await expect(taking).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(states()).toEqual(['announced', 'called-off']);
  await expect.poll(said).toContain('called off');
  expect((await scene.call('snapshot.list', {})).snapshots).toEqual([]);
  watching.abort();
});

test('where notice cannot be given as was asked there is no snapshot', async () => {
  const watching = watch(heard);
  const input = { volumes: ['disk'], noticeMs: 1, noticeCommand: 'echo nobody is there >&2; false' };
  await expect(scene.call('snapshot.create', input)).rejects.toMatchObject({
    code: 'HOOK_FAILED',
    message: expect.stringContaining('nobody is there'),
  });
  expect(states()).toEqual(['announced', 'called-off']);
  expect((await scene.call('snapshot.list', {})).snapshots).toEqual([]);
  const nothing = scene.call('snapshot.create', { volumes: ['disk'], noticeCommand: 'true' });
  await expect(nothing).rejects.toMatchObject({ code: 'USAGE' });
  await expect(scene.call('snapshot.create', { ...input, volumes: ['none'] })).rejects.toMatchObject({
    code: 'NO_SUCH_VOLUME',
  });
  expect(heard).toHaveLength(2);
  watching.abort();
});

test('a replica is made and moved after a notice', async () => {
  const watching = watch(heard);
  const how = { noticeMs: 1, noticeCommand: `cat >> '${scene.root}/said'` };
  await scene.call('replica.create', { name: 'spare', volume: 'disk', file: join(scene.root, 'spare'), ...how });
  await scene.call('replica.update', { replica: 'spare', ...how });
  expect(states()).toEqual(['announced', 'taken', 'announced', 'taken']);
  await expect(scene.call('replica.update', { replica: 'none', ...how })).rejects.toThrow();
  expect(heard).toHaveLength(4);
  watching.abort();
});

test('anybody can call an announced snapshot off, by its id or the beginning of it', async () => {
  const watching = watch(heard);
  const taking = announced(60_000);
  taking.catch(() => undefined);
  await expect.poll(said).toContain('in 60 s');
  const {
    announced: [first],
  } = await scene.call('snapshot.announced', {});
  expect(first).toMatchObject({ volumes: ['disk'], at: heard[0]?.at });
  const unknown = scene.call('snapshot.callOff', { notice: first?.notice.startsWith('0') ? '1' : '0' });
  await expect(unknown).rejects.toMatchObject({ code: 'NO_SUCH_ANNOUNCEMENT' });
  const notice = first?.notice.slice(0, 6) ?? '';
  expect((await scene.call('snapshot.callOff', { notice })).calledOff).toEqual(first);
  await expect(taking).rejects.toMatchObject({ code: 'CANCELLED', message: expect.stringContaining('called off') });
  expect(states()).toEqual(['announced', 'called-off']);
  expect((await scene.call('snapshot.announced', {})).announced).toEqual([]);
  await expect(scene.call('snapshot.callOff', { notice })).rejects.toMatchObject({ code: 'NO_SUCH_ANNOUNCEMENT' });
  expect((await scene.call('snapshot.list', {})).snapshots).toEqual([]);
  watching.abort();
});

test('a backup of volumes gives notice before it freezes them, as it or its object was asked to', async () => {
  await scene.protect();
  const object = 'machine';
  const volume = { name: object, vault: scene.vault, volumes: ['disk'] };
  expect((await scene.call('object.add', { ...volume, noticeMs: 60_000 })).object.noticeMs).toBe(60_000);
  const watching = watch(heard);
  const noticeCommand = `cat >> '${scene.root}/said'`;

  // What the object says holds for whoever starts a backup; calling it off cancels the job.
  const cancelled = scene.call('backup', { object, noticeCommand });
  cancelled.catch(() => undefined);
  await expect.poll(said, PATIENTLY).toContain('in 60 s');
  await expect
    .poll(async () => (await scene.call('job.list', {})).jobs[0]?.progress?.phase, PATIENTLY)
    .toBe('announced');
  await scene.call('snapshot.callOff', { notice: heard[0]?.notice ?? '' });
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  expect((await scene.call('job.list', {})).jobs[0]).toMatchObject({ kind: 'backup', state: 'cancelled' });
  expect(states()).toEqual(['announced', 'called-off']);
  expect((await scene.call('sets', { object })).sets.filter(({ state }) => state === 'complete')).toEqual([]);

  const began = Date.now();
  const { set } = await scene.call('backup', { object, noticeMs: 300, noticeCommand });
  expect(states().slice(2)).toEqual(['announced', 'taken']);
  expect(Date.parse(heard[2]?.at ?? '') - began).toBeGreaterThanOrEqual(300);
  expect(Date.parse(set.createdAt)).toBeGreaterThanOrEqual(Date.parse(heard[2]?.at ?? ''));
  expect(Date.parse(set.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(heard[2]?.at ?? ''));

  // Not this time; and none any more.
  await scene.call('backup', { object, noticeMs: null });
  expect((await scene.call('object.update', { object, noticeMs: null })).object.noticeMs).toBe(null);
  await scene.call('backup', { object });
  expect((await scene.call('object.show', { object })).object.noticeMs).toBe(null);
  expect(heard).toHaveLength(4);

  const usage = { code: 'USAGE' };
  await expect(scene.call('backup', { object: 'files', noticeMs: 1 })).rejects.toMatchObject(usage);
  await expect(scene.call('backup', { object: 'files', noticeCommand })).rejects.toMatchObject(usage);
  await expect(scene.call('backup', { object, noticeCommand })).rejects.toMatchObject(usage);
  await expect(scene.call('object.update', { object: 'files', noticeMs: 1 })).rejects.toMatchObject(usage);
  await expect(scene.call('object.update', { object, noticeMs: 1, exclude: ['x'] })).rejects.toMatchObject(usage);
  watching.abort();
});
