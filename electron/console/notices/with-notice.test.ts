import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';
import type { NoticeEvent } from './notice-board.ts';

const MIB = 1024 * 1024;
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
