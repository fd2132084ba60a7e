import { expect, test } from 'vitest';
import { quiet, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases } from '../wiring.ts';

test.skipIf(process.platform !== 'linux')(
  'a destination that cannot be made is named, with what to do about it',
  async () => {
    const scene = await VaultScene.make();
    scene.write('file', 'one');
    const { id } = await scene.backup();
    const path = '/proc/coldframe-nowhere';
    const session = await engineUseCases.openVaultSession(scene.vault, {}, scene.home);
    const request = { set: id, paths: [], to: { path }, relativeTo: null, onConflict: 'fail' as const };
    const restored = engineUseCases.runRestore(session, request, quiet());
    await expect(restored).rejects.toMatchObject({
      code: 'IO',
      message: expect.stringContaining(`The destination ${path} cannot be used`),
      context: { path },
    });
    await session.close();
  },
);
