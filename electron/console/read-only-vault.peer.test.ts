import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { BlockSetSummary } from '../../shared/model/block-set.ts';
import { listTree } from '../engine/restore/testing/tree-listing.ts';
import { canMountLoopFileSystems } from '../platform/testing/loop-file-system.ts';
import { MemoryDisk } from '../platform/testing/memory-disk.ts';
import { noise, VaultScene } from './testing/vault-scene.ts';
import { engineUseCases as useCases } from './wiring.ts';

const readOnly = async (dir: string, body: () => Promise<void>): Promise<void> => {
  execFileSync('mount', ['--bind', dir, dir]);
  try {
    execFileSync('mount', ['-o', 'remount,ro,bind', dir]);
    await body();
  } finally {
    execFileSync('umount', ['-l', dir]);
  }
};

describe.skipIf(!canMountLoopFileSystems())(
  'a vault on a medium that cannot be written to (needs root on Linux)',
  () => {
    test('is listed, restored, verified and taken in by another home, and refuses what would write', async () => {
      const scene = await VaultScene.make();
      scene.write('file', 'one');
      const set = await scene.backup();
      const before = await scene.catalog();
      await readOnly(scene.vault, async () => {
        expect(() => fs.writeFileSync(path.join(scene.vault, 'probe'), '')).toThrow('EROFS');
        expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
        expect(await scene.verify(null)).toMatchObject({ damaged: [], missingTapes: [] });
        const home = scene.folder('elsewhere');
        expect(await scene.takeIn(home)).toMatchObject({ sets: 1 });
        expect(await scene.rebuild(home)).toMatchObject({ sets: 1, warnings: [] });
        expect(await scene.catalog(home)).toEqual(before);
        const refused = { code: 'VAULT_READ_ONLY', guidance: expect.stringContaining('restore and verify work') };
        await expect(scene.backup()).rejects.toMatchObject(refused);
        await expect(useCases.labelTapes(scene.vault, [], 'scratch')).rejects.toMatchObject(refused);
        // Nothing would be left of it.
        await expect(useCases.loadTape(scene.vault, 'CF0001', 1)).rejects.toMatchObject(refused);
        expect(await scene.sets()).toHaveLength(1);
      });
      scene.write('file', 'two');
      expect((await scene.backup()).state).toBe('complete');
    });

    test('gives out what lies on tapes whose files were swapped or renamed, where they lie', async () => {
      const scene = await VaultScene.make();
      for (const tape of ['CF0001', 'CF0002', 'CF0003']) {
        scene.write(tape, noise(20_000, tape.charCodeAt(5)));
        expect((await scene.backup()).tapes).toEqual([tape]);
        await useCases.protectTape(scene.vault, tape, true);
      }
      const [set] = (await scene.sets()).slice(-1) as [BlockSetSummary];
      const before = await scene.catalog();
      const files = ['CF0001', 'CF0002', 'CF0003'].map((tape) => scene.tapeFile(tape));
      for (const file of files) fs.renameSync(file, `${file}.x`);
      for (const [at, tape] of ['CF0002', 'CF0001', 'ZZ0001'].entries())
        fs.renameSync(`${files[at]}.x`, scene.tapeFile(tape));
      await readOnly(scene.vault, async () => {
        const home = scene.folder('elsewhere');
        const { warnings, incompleteSets } = await scene.rebuild(home);
        expect(incompleteSets).toBe(0);
        expect(warnings.map(({ code, path }) => `${code} ${path}`)).toEqual([
          'TAPE_RENAMED CF0001L8',
          'TAPE_RENAMED CF0002L8',
          'TAPE_RENAMED CF0003L8',
        ]);
        expect(await scene.catalog(home)).toEqual(before);
        expect(listTree(await scene.restore(set, home))).toEqual(listTree(scene.source));
        expect((await scene.restoreResult(set)).warnings).toEqual([]);
        expect(await scene.verify(null)).toMatchObject({ damaged: [], missingTapes: [] });
      });
      expect(fs.existsSync(scene.tapeFile('ZZ0001'))).toBe(true);
    });

    test('that is full gives out what it holds, with the little room that a lease takes or without, and takes nothing', async () => {
      const scene = await VaultScene.make();
      scene.write('file', 'one');
      const set = await scene.backup();
      fs.renameSync(scene.vault, `${scene.vault}-there`);
      const disk = MemoryDisk.mount(scene.vault);
      onTestFinished(() => disk.unmount());
      fs.cpSync(`${scene.vault}-there`, scene.vault, { recursive: true });
      for (const left of [4096, 0]) {
        disk.leave(left);
        expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
        expect(await scene.verify(null)).toMatchObject({ damaged: [], missingTapes: [] });
        expect(await useCases.takeInventory(scene.vault)).toEqual([]);
        scene.write('large', noise(200_000, left));
        await expect(scene.backup()).rejects.toMatchObject({ code: 'DISK_FULL' });
        fs.rmSync(scene.at('large'));
      }
      disk.grow();
      expect((await scene.backup()).state).toBe('complete');
      expect(await scene.verify(null)).toMatchObject({ damaged: [], missingTapes: [] });
    });
  },
);
