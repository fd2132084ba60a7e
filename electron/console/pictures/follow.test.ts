import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import type { Lane, Picture } from '../../../shared/contract/picture.ts';
import { picture as schema } from '../../../shared/contract/picture.ts';
import { ConsoleScene } from '../testing/console-scene.ts';

const chunksOf = (lanes: readonly Lane[]) => lanes.flatMap(({ chunks }) => chunks);

/** Runs a job and follows it; a follower that takes only every other picture misses nothing. `offered`: those that it did not take, too. */
const followed = async (
  scene: ConsoleScene,
  run: () => Promise<unknown>,
  offered: Picture[] = [],
): Promise<Picture[]> => {
  const running = run();
  const job = await scene.underWay();
  const taken: Picture[] = [];
  let turn = 0;
  const hear = (event: ConsoleEvent): boolean => {
    turn += 1;
    if (event.event === 'picture') offered.push(schema.parse(event.picture));
    if (event.event !== 'picture' || turn % 2 === 0) return false;
    taken.push(schema.parse(event.picture));
    return true;
  };
  const { picture } = await scene.call('job.follow', { job: job.id }, { onEvent: hear });
  await running;
  expect((await scene.call('job.picture', { job: job.id })).picture).toEqual(picture);
  return [...taken, picture];
};

test('a backup is drawn while it runs: lanes, staging, counts; its last picture is kept', async () => {
  const scene = new ConsoleScene();
  // Enough for several pictures, four of which are drawn a second.
  for (let n = 0; n < 12; n += 1) scene.write(`file-${n}`, randomBytes(11_000_000));
  scene.write('left.tmp', 'x');
  await scene.protect({ drives: 2, codec: 'none', tapeSize: 256 << 20 });
  await scene.call('object.update', { object: 'files', unprotect: ['temp'] });
  const offered: Picture[] = [];
  const pictures = await followed(scene, () => scene.call('backup', { object: 'files' }), offered);
  const last = pictures.at(-1) as Picture;
  expect(last).toMatchObject({ state: 'done', whole: true, counts: { leftOutElements: 1, warnings: 0 } });
  expect(last.lanes.map(({ drive }) => drive)).toEqual([1, 2]);
  const stored = chunksOf(last.lanes).reduce((sum, [, bytes]) => sum + bytes, 0);
  expect(stored).toBeGreaterThanOrEqual(132_000_000);
  expect(chunksOf(last.lanes).some(([, , kind]) => kind === 1)).toBe(true);
  expect(last.lanes.map(({ state }) => state)).toEqual(['closed', 'closed']);
  expect(last.sets).toMatchObject([{ object: 'files' }]);
  expect(last.log.map(({ code }) => code)).toEqual(expect.arrayContaining(['STARTED', 'MOUNTED', 'PHASE', 'ENDED']));
  const seen = pictures.slice(0, -1);
  expect(seen[0]?.whole).toBe(true);
  expect(offered.some(({ staging }) => staging !== null && staging.slots === 5)).toBe(true);
  const news = seen.flatMap(({ lanes }) => chunksOf(lanes)).length;
  expect(news).toBe(seen.at(-1)?.lanes.reduce((sum, { chunkCount }) => sum + chunkCount, 0));
});

test('a restore is drawn by the chunks it reads and the tapes it mounts', async () => {
  const scene = new ConsoleScene();
  scene.write('a.bin', randomBytes(3_000_000));
  await scene.protect({ codec: 'none' });
  await scene.call('backup', { object: 'files' });
  const to = { path: `${scene.root}/back` };
  const pictures = await followed(scene, () => scene.call('restore', { set: 'files', to }));
  const last = pictures.at(-1) as Picture;
  expect(last).toMatchObject({ kind: 'restore', state: 'done', staging: null });
  expect(chunksOf(last.lanes).length).toBeGreaterThan(0);
  expect(last.log.map(({ code }) => code)).toContain('MOUNTED');
});

test('only so many pictures are kept', async () => {
  const scene = new ConsoleScene();
  scene.write('a', 'x');
  await scene.protect();
  await scene.call('settings.set', { picturesKept: 1 });
  await scene.call('backup', { object: 'files' });
  await scene.call('backup', { object: 'files' });
  const [newer, older] = (await scene.call('job.list', {})).jobs;
  expect((await scene.call('job.picture', { job: newer?.id ?? '' })).picture).not.toBeNull();
  expect((await scene.call('job.picture', { job: older?.id ?? '' })).picture).toBeNull();
});
