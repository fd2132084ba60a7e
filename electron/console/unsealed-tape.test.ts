import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from './testing/console-scene.ts';

const secrets = { passphrase: 'correct horse' };

/** Puts a tape in the clear that bears the id of a scene's vault into its folder, as anybody who can write there can. */
const plant = async (scene: ConsoleScene): Promise<void> => {
  const other = new ConsoleScene();
  other.write('file', 'evil');
  await other.protect();
  await other.call('backup', { object: 'files' });
  const idOf = (vault: string): string =>
    JSON.parse(fs.readFileSync(path.join(vault, 'library.json'), 'utf8')).vault.id;
  const [own, evil] = [idOf(scene.vault), idOf(other.vault)];
  const image = fs.readFileSync(path.join(other.vault, 'tapes', 'CF0001L8.tap'), 'latin1');
  const forged = image
    .replaceAll(evil, own)
    .replaceAll(evil.slice(0, 14), own.slice(0, 14))
    .replaceAll('CF0001', 'CF0002');
  fs.writeFileSync(path.join(scene.vault, 'tapes', 'CF0002L8.tap'), forged, 'latin1');
};

test('a tape in the clear in the folder of a sealed vault is named by whoever takes the vault in, and not used', async () => {
  const scene = new ConsoleScene();
  scene.write('file', 'good');
  await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20 }, { secrets });
  await scene.call('object.add', { name: 'files', vault: scene.vault, files: [{ path: scene.source }] });
  await scene.call('backup', { object: 'files' }, { secrets });
  await plant(scene);
  const stranger = { code: 'TAPE_UNSEALED', path: 'CF0002L8' };
  const opened = await new ConsoleScene().call('vault.open', { dir: scene.vault }, { secrets });
  expect(opened).toMatchObject({ sets: 1, warnings: [stranger] });
  const rebuilt = await scene.call('vault.rebuild', { dir: scene.vault }, { secrets });
  expect(rebuilt).toMatchObject({ sets: 1, warnings: [stranger] });
});
