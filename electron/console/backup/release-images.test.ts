import fs from 'node:fs';
import { expect, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import type { FrozenVolumes } from '../use-cases.ts';
import { engineUseCases } from '../wiring.ts';

const full = (what: string) => new ColdframeError('DISK_FULL', { message: what, guidance: 'Make room.' });

/** A console whose frozen volumes fail as `faults` says, with one object of one volume. */
const sceneWith = async (faults: (frozen: FrozenVolumes) => Partial<FrozenVolumes>) => {
  const scene = new ConsoleScene(undefined, {
    ...engineUseCases,
    runBackup: (session, object, options, job, volumes) =>
      engineUseCases.runBackup(
        session,
        object,
        options,
        job,
        volumes && {
          lookAt: (...asked) => volumes.lookAt(...asked),
          freezeForBackup: async (...asked) => {
            const frozen = await volumes.freezeForBackup(...asked);
            expect((await scene.call('snapshot.list', {})).snapshots).toHaveLength(1);
            return { ...frozen, ...faults(frozen) };
          },
        },
      ),
  });
  await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20 });
  const { volume } = await scene.call('volume.create', { name: 'disk', size: 1 << 20 });
  fs.writeFileSync(volume.path, Buffer.alloc(1 << 20, 7));
  await scene.call('object.add', { name: 'machine', vault: scene.vault, volumes: ['disk'] });
  return scene;
};

const endsBadly = (frozen: FrozenVolumes) => ({
  sideFile: () => {
    throw full('nothing can be counted');
  },
  end: async () => {
    await frozen.end();
    throw full('the end could not be noted');
  },
});

test('a set that cannot be noted for the next backup still gives its frozen images up, and tells why', async () => {
  const scene = await sceneWith((frozen) => ({
    ...endsBadly(frozen),
    written: () => {
      throw full('the home has no room');
    },
  }));
  const { set } = await scene.call('backup', { object: 'machine' });
  expect(set.warnings).toMatchObject([{ code: 'CHECKPOINT_LOST', message: expect.stringContaining('no room') }]);
  expect((await scene.call('snapshot.list', {})).snapshots).toEqual([]);
});

test('a backup that fails gives them up, and its own error is the one that is told', async () => {
  const scene = await sceneWith((frozen) => ({
    ...endsBadly(frozen),
    volumes: frozen.volumes.map((volume) => ({
      ...volume,
      device: { kind: 'file', path: `${scene.root}/gone`, readOnly: true },
    })),
  }));
  await expect(scene.call('backup', { object: 'machine' })).rejects.toMatchObject({
    message: expect.stringContaining('gone'),
  });
  expect((await scene.call('snapshot.list', {})).snapshots).toEqual([]);
});
