import { expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';
import { noise } from '../testing/vault-scene.ts';

const text = ({ kind, number }: { readonly kind: string; readonly number: number }): string => `${kind} ${number}`;

test('a tape that an operator loads is used where it is by the next job, without another move; each move is a job', async () => {
  const scene = new ConsoleScene();
  await scene.protect({ drives: 2, slots: 3 });
  scene.write('letter', noise(50_000, 1));
  const moves = async (): Promise<string[]> => {
    const { moves: log } = await scene.call('library.log', { vault: scene.vault });
    return log.reverse().map(({ tape, from, to, for: users }) => {
      const whose = users.map(({ kind, object }) => `${kind} ${object}`).join();
      return `${tape} ${text(from)} to ${text(to)} for ${whose}`;
    });
  };
  const loaded = await scene.call('library.load', { vault: scene.vault, tape: 'CF0001', drive: 2 });
  expect(loaded.move).toMatchObject({ tape: 'CF0001', moved: true });
  expect(loaded.drives.map(({ tape }) => tape)).toEqual([null, 'CF0001']);
  const { jobs } = await scene.call('job.list', { kinds: ['move'] });
  expect(jobs).toMatchObject([{ state: 'done', vault: scene.vault, result: { move: { tape: 'CF0001' } } }]);
  await scene.call('backup', { object: 'files', streams: 1 });
  expect(await moves()).toEqual([
    'CF0001 slot 1 to drive 2 for move null',
    'CF0001 drive 2 to slot 1 for backup files',
  ]);
  // A restore too; what lies in another drive stays there.
  await scene.call('library.load', { vault: scene.vault, tape: 'CF0002', drive: 1 });
  await scene.call('library.load', { vault: scene.vault, tape: 'CF0001', drive: 2 });
  const { set } = (await scene.call('sets', {})).sets.map(({ id }) => ({ set: id }))[0] ?? { set: '' };
  await scene.call('restore', { set, to: { path: `${scene.root}/back` } });
  expect((await moves()).slice(2)).toEqual([
    'CF0002 slot 2 to drive 1 for move null',
    'CF0001 slot 1 to drive 2 for move null',
    'CF0001 drive 2 to slot 1 for restore files',
  ]);
  const unloaded = await scene.call('library.unload', { vault: scene.vault, drive: 1 });
  expect([unloaded.move?.to, unloaded.drives.map(({ tape }) => tape)]).toEqual([
    { kind: 'slot', number: 2 },
    [null, null],
  ]);
});

test('two restores and a backup that want the same tape share one mount of it, as the robot wrote down', async () => {
  const scene = new ConsoleScene();
  await scene.protect({ drives: 2, slots: 2 });
  scene.write('letter', noise(50_000, 1));
  const { set } = await scene.call('backup', { object: 'files', streams: 1 });
  const mounts = async (): Promise<string[]> => {
    const { moves } = await scene.call('library.log', { vault: scene.vault, tape: 'CF0001' });
    return moves.flatMap(({ to, for: users }) => (to.kind === 'drive' ? users.map(({ kind }) => kind) : []));
  };
  expect(await mounts()).toEqual(['backup']);
  for (let file = 0; file < 20; file += 1) scene.write(`file ${file}`, noise(1_000_000, file));
  const backup = scene.call('backup', { object: 'files', streams: 1 });
  while ((await mounts()).length < 2) await new Promise((done) => setImmediate(done));
  const { id } = await scene.underWay();
  await scene.call('job.pause', { job: id });
  await Promise.all(
    ['one', 'two'].map((to) => scene.call('restore', { set: set.id, to: { path: `${scene.root}/${to}` } })),
  );
  await scene.call('job.resume', { job: id });
  expect((await backup).set).toMatchObject({ state: 'complete', tapes: ['CF0001'] });
  expect(await mounts()).toEqual(['backup', 'backup']);
});

test('what an operator wants moved is refused where a job has the drive or the tape, and takes no turn of a job', async () => {
  const scene = new ConsoleScene();
  await scene.protect({ drives: 1, slots: 2 });
  for (let file = 0; file < 20; file += 1) scene.write(`file ${file}`, noise(1_000_000, file));
  const backup = scene.call('backup', { object: 'files' });
  const drive = async () => (await scene.call('library.show', { vault: scene.vault })).drives[0];
  while ((await drive())?.inUse !== true) await new Promise((done) => setImmediate(done));
  const { id } = await scene.underWay();
  await scene.call('job.pause', { job: id });
  const refused = expect.objectContaining({ code: 'TAPE_IN_USE' });
  const move = { vault: scene.vault, tape: 'CF0002' };
  await expect(scene.call('library.load', { ...move, drive: 1 })).rejects.toEqual(refused);
  await expect(scene.call('library.unload', { vault: scene.vault, drive: 1 })).rejects.toEqual(refused);
  await expect(scene.call('library.move', { vault: scene.vault, tape: 'CF0001', slot: 2 })).rejects.toEqual(refused);
  await expect(scene.call('library.move', { ...move, slot: 1 })).rejects.toEqual(
    expect.objectContaining({ code: 'SLOT_TAKEN' }),
  );
  const { jobs } = await scene.call('job.list', { kinds: ['move'] });
  expect(jobs.map(({ state, error }) => [state, error?.code])).toEqual([
    ['failed', 'SLOT_TAKEN'],
    ['failed', 'TAPE_IN_USE'],
    ['failed', 'TAPE_IN_USE'],
    ['failed', 'TAPE_IN_USE'],
  ]);
  await scene.call('job.resume', { job: id });
  expect((await backup).set.state).toBe('complete');
});
