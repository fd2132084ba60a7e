import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { listTree } from '../engine/restore/testing/tree-listing.ts';
import { VaultScene } from './testing/vault-scene.ts';
import { changePassphrase } from './vault-use-cases.ts';

const wrong = { code: 'PASSPHRASE_WRONG', message: expect.stringContaining('was changed after') };
let scene: VaultScene;

const library = (): string => path.join(scene.vault, 'library.json');
const codes = (set: { warnings: readonly { code: string }[] }): string[] => set.warnings.map(({ code }) => code);
/** Everything in the vault's folder, its lease aside. */
const content = (): unknown =>
  [library(), ...fs.readdirSync(path.join(scene.vault, 'tapes')).map((name) => path.join(scene.vault, 'tapes', name))]
    .map((file) => fs.readFileSync(file).toString('base64'))
    .join();

describe('a sealed vault whose library was put back from before its passphrase was changed', () => {
  beforeEach(async () => {
    scene = await VaultScene.make({ passphrase: 'old' });
    scene.write('first', 'one');
    await scene.backup();
    const older = fs.readFileSync(library());
    await changePassphrase(scene.vault, scene.access, 'new');
    scene.access = { passphrase: 'new' };
    scene.write('second', 'two');
    await scene.backup();
    fs.writeFileSync(library(), older);
    scene.write('third', 'three');
  });

  test('takes nothing with the old passphrase, from this home or another', async () => {
    scene.access = { passphrase: 'old' };
    const before = content();
    await expect(scene.backup()).rejects.toMatchObject(wrong);
    await expect(scene.rebuild()).rejects.toMatchObject(wrong);
    await expect(scene.takeIn(scene.folder('other'))).rejects.toMatchObject(wrong);
    expect(content()).toEqual(before);
  });

  test('goes on with the new one, says so once, and the tapes stay open to it', async () => {
    const set = await scene.backup();
    expect(set).toMatchObject({ level: 'incremental', state: 'complete' });
    expect(set.warnings).toMatchObject([
      {
        code: 'LIBRARY_OLDER',
        message: expect.stringContaining('before the passphrase or the recovery code was changed'),
      },
    ]);
    expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
    expect(listTree(scene.rescue(set))).toEqual(listTree(scene.source));
    scene.write('third', 'changed');
    expect(codes(await scene.backup())).toEqual([]);
    scene.access = { passphrase: 'old' };
    await expect(scene.backup()).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
  });

  test('opens with the new one in another home', async () => {
    const home = scene.folder('other');
    expect(await scene.takeIn(home)).toMatchObject({ sets: 2 });
    scene.access = { passphrase: 'old' };
    await expect(scene.takeIn(home)).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
  });
});
