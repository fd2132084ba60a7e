import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { VaultScene } from '../testing/vault-scene.ts';

/** Which mounts of a tape, counted from 1, fail with their drive. */
const drives = vi.hoisted(() => ({ mounts: 0, fails: (_mount: number): boolean => false }));

vi.mock(import('./library-drives.ts'), async (original) => {
  const { libraryDrives } = await original();
  return {
    libraryDrives: (vault) => {
      const sound = libraryDrives(vault);
      return {
        ...sound,
        mount: async (...wanted) => {
          const mounted = await sound.mount(...wanted);
          drives.mounts += 1;
          const { access } = mounted;
          // A folder is no tape: what a drive says that fails.
          return drives.fails(drives.mounts)
            ? { ...mounted, access: { ...access, path: path.dirname(access.path) } }
            : mounted;
        },
        failedDrive: ({ code }, used) => (code === 'TAPE_DAMAGED' ? used : null),
      };
    },
  };
});

let scene: VaultScene;

describe('a verification', () => {
  beforeEach(async () => {
    scene = await VaultScene.make();
    scene.write('file', 'one');
    await scene.backup();
    Object.assign(drives, { mounts: 0, fails: () => false });
  });

  test('reads a tape in another drive where one fails, says so, and calls nothing damaged', async () => {
    drives.fails = (mount) => mount === 1;
    const { damaged, missingTapes, chunks, warnings } = await scene.verify(null);
    expect([damaged, missingTapes, chunks > 0]).toEqual([[], [], true]);
    expect(warnings).toMatchObject([
      { path: 'CF0001', message: expect.stringMatching(/^drive 1 failed, and the rest .* was read in drive 2\. /) },
    ]);
    const library = JSON.parse(fs.readFileSync(path.join(scene.vault, 'library.json'), 'utf8'));
    expect(library.drives[0]).toMatchObject({ cleaning: { asked: 'errors' } });
  });

  test('ends with what the drive said where the tape fails in a second one, and knows of no damage then', async () => {
    drives.fails = () => true;
    await expect(scene.verify(null)).rejects.toMatchObject({ code: 'TAPE_DAMAGED' });
    expect(drives.mounts).toBe(2);
    drives.fails = () => false;
    expect(await scene.verify(null)).toMatchObject({ damaged: [], missingTapes: [], warnings: [] });
  });

  test('names a missing tape once, by its barcode', async () => {
    expect(await scene.verify(null)).toMatchObject({ damaged: [], missingTapes: [], unlisted: [] });
    fs.renameSync(scene.tapeFile('CF0001'), `${scene.tapeFile('CF0001')}.away`);
    const { missingTapes, damaged } = await scene.verify(null);
    expect(missingTapes).toEqual([
      { tape: 'CF0001', barcode: 'CF0001L8', slot: 1, drive: null, pool: 'data', chunks: damaged.length, away: true },
    ]);
    expect(damaged.length).toBeGreaterThan(0);
  });

  test('mentions chunks that the catalog of this home does not list', async () => {
    const home = scene.folder('elsewhere');
    await scene.takeIn(home);
    scene.write('file', 'two');
    await scene.backup();
    fs.rmSync(path.join(scene.home, 'catalogs'), { recursive: true });
    fs.renameSync(path.join(home, 'catalogs'), path.join(scene.home, 'catalogs'));
    const { unlisted } = await scene.verify(null);
    expect(unlisted).toEqual([{ tape: 'CF0001', barcode: 'CF0001L8', chunks: 2 }]);
  });
});
