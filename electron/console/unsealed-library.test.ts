import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ConsoleScene } from './testing/console-scene.ts';

const secrets = { passphrase: 'correct horse' };
const refused = { code: 'VAULT_UNSEALED' };
let scene: ConsoleScene;

/** Makes the library say that the vault was never sealed, and that its tape takes no more. */
const unseal = (): void => {
  const file = path.join(scene.vault, 'library.json');
  const state = JSON.parse(fs.readFileSync(file, 'utf8'));
  const tapes = state.tapes.map((tape: { volume: string }) =>
    tape.volume === 'CF0001' ? { ...tape, state: 'full', writeProtected: true } : tape,
  );
  const changed = { ...state, tapes, settings: { ...state.settings, sealed: false }, envelopes: [] };
  fs.writeFileSync(file, JSON.stringify(changed));
};

const tape = (volume: string): string => path.join(scene.vault, 'tapes', `${volume}L8.tap`);
const copy = (): string => path.join(scene.vault, 'catalog', 'catalog.copy');

describe('a sealed vault whose library says that it is not sealed', () => {
  beforeEach(async () => {
    scene = new ConsoleScene();
    await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20 }, { secrets });
    await scene.call('object.add', { name: 'files', vault: scene.vault, files: [{ path: scene.source }] });
    scene.write('file', 'one');
    await scene.call('backup', { object: 'files' }, { secrets });
  });

  test('takes nothing in the clear, with the passphrase or without', async () => {
    const before = fs.readFileSync(copy());
    unseal();
    await expect(scene.call('backup', { object: 'files' }, { secrets })).rejects.toMatchObject(refused);
    await expect(scene.call('backup', { object: 'files' })).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' });
    await expect(scene.call('tape.label', { vault: scene.vault, barcodes: [] })).rejects.toMatchObject(refused);
    await expect(scene.call('vault.open', { dir: scene.vault }, { secrets })).rejects.toMatchObject(refused);
    await expect(scene.call('vault.rebuild', { dir: scene.vault })).rejects.toMatchObject(refused);
    expect(fs.existsSync(tape('CF0002'))).toBe(false);
    expect(fs.readFileSync(copy())).toEqual(before);
  });

  test('is refused by the home that knows it as sealed when nothing else in its folder says so', async () => {
    unseal();
    fs.rmSync(tape('CF0001'));
    fs.rmSync(copy());
    await expect(scene.call('tape.label', { vault: scene.vault, barcodes: [] })).rejects.toMatchObject(refused);
    await expect(scene.call('vault.open', { dir: scene.vault })).rejects.toMatchObject(refused);
    const [known] = (await scene.call('vault.list', {})).vaults;
    expect(known?.sealed).toBe(true);
    expect(fs.readdirSync(path.join(scene.vault, 'tapes'))).toEqual([]);
  });

  test('is refused by another home when only its copy of the catalog is sealed', async () => {
    unseal();
    fs.rmSync(tape('CF0001'));
    const other = new ConsoleScene();
    await expect(other.call('vault.open', { dir: scene.vault })).rejects.toMatchObject(refused);
  });
});
