import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from './testing/console-scene.ts';
import { VaultScene } from './testing/vault-scene.ts';
import { engineUseCases as useCases } from './wiring.ts';

const secrets = { passphrase: 'a passphrase for tests' };

test('disks that take turns at one mount point each keep their vault, and what is kept in it', async () => {
  const scene = new ConsoleScene();
  scene.write('file', 'first');
  await scene.protect();
  await scene.call('backup', { object: 'files' });
  const away = path.join(scene.root, 'away');
  fs.renameSync(scene.vault, away);
  const { recoveryCode } = await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20 }, { secrets });
  expect(recoveryCode).not.toBeNull();
  await expect(scene.call('backup', { object: 'files' }, { secrets })).rejects.toMatchObject({ code: 'NO_SUCH_VAULT' });
  const { vaults } = await scene.call('vault.list', {});
  expect(vaults.map(({ sealed, reachable }) => [sealed, reachable])).toEqual([
    [false, false],
    [true, true],
  ]);
  const other = path.join(scene.root, 'other');
  fs.renameSync(scene.vault, other);
  fs.renameSync(away, scene.vault);
  await scene.call('vault.open', { dir: scene.vault });
  scene.write('file', 'second');
  const { set } = await scene.call('backup', { object: 'files' });
  expect(set).toMatchObject({ level: 'incremental', state: 'complete' });
  fs.renameSync(scene.vault, away);
  fs.renameSync(other, scene.vault);
  const shown = await scene.call('vault.open', { dir: scene.vault }, { secrets });
  expect(shown.vault.sealed).toBe(true);
});

test('a passphrase at hand for one vault does not keep another from being verified and restored', async () => {
  const scene = new ConsoleScene();
  scene.write('file', 'content');
  await scene.protect();
  await scene.call('vault.create', { dir: path.join(scene.root, 'sealed'), tapeSize: 64 << 20 }, { secrets });
  await scene.call('object.add', {
    name: 'secret',
    vault: path.join(scene.root, 'sealed'),
    files: [{ path: scene.source }],
  });
  await scene.call('backup', { object: 'files' });
  await scene.call('backup', { object: 'secret' }, { secrets });
  expect(await scene.call('verify', {}, { secrets })).toMatchObject({ sets: 2, damaged: [] });
  const to = path.join(scene.root, 'restored');
  await scene.call('restore', { set: 'files@latest', to: { path: to } }, { secrets });
  expect(fs.readFileSync(path.join(to, scene.source, 'file'), 'utf8')).toBe('content');
  await expect(scene.call('backup', { object: 'files' }, { secrets })).rejects.toMatchObject({
    code: 'PASSPHRASE_UNUSED',
  });
});

test('a vault that the passphrase does not open costs no other vault its verification', async () => {
  const scene = new ConsoleScene();
  scene.write('file', 'content');
  const [first, second] = ['first', 'second'].map((name) => path.join(scene.root, name)) as [string, string];
  const other = { passphrase: 'another passphrase for tests' };
  for (const [dir, secret] of [
    [first, secrets],
    [second, other],
  ] as const) {
    await scene.call('vault.create', { dir, tapeSize: 64 << 20 }, { secrets: secret });
    await scene.call('object.add', { name: path.basename(dir), vault: dir, files: [{ path: scene.source }] });
    await scene.call('backup', { object: path.basename(dir) }, { secrets: secret });
  }
  for (const [secret, closed] of [
    [secrets, second],
    [other, first],
  ] as const) {
    const { sets, unverified } = await scene.call('verify', {}, { secrets: secret });
    expect([sets, unverified]).toMatchObject([1, [{ vault: closed, code: 'PASSPHRASE_WRONG' }]]);
    expect(unverified[0]?.message).toContain(closed);
  }
  const neither = scene.call('verify', {}, { secrets: { passphrase: 'none of the two' } });
  await expect(neither).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
});

test('a restore and a verification say that another home has written to the vault since, and what they read may not be the newest', async () => {
  const scene = await VaultScene.make();
  scene.write('file', 'old');
  const set = await scene.backup();
  const older = path.join(scene.root, 'older-home');
  fs.cpSync(scene.home, older, { recursive: true });
  scene.write('file', 'new');
  await scene.backup();
  expect((await scene.restoreResult(set)).warnings).toEqual([]);
  expect((await scene.verify(null)).warnings).toEqual([]);
  const codes = (await scene.restoreResult(set, older)).warnings.map(({ code }) => code);
  expect(codes).toEqual(['CATALOG_BEHIND']);
  expect(await scene.verify(null, older)).toMatchObject({ warnings: [{ code: 'CATALOG_BEHIND' }], unlisted: [{}] });
  expect((await scene.verify(set, older)).warnings).toMatchObject([{ code: 'CATALOG_BEHIND' }]);
  await scene.rebuild(older);
  expect((await scene.verify(null, older)).warnings).toEqual([]);
  expect((await scene.restoreResult(set, older)).warnings).toEqual([]);
});

test('files of tapes of another vault are opened as that vault in one step, and nothing is made of what is not one', async () => {
  const passphrase = 'a passphrase for tests';
  const other = await VaultScene.make({ passphrase, codec: 'none' });
  other.write('letter', 'dear');
  const set = await other.backup({ streams: 1 });
  const usb = other.folder('usb');
  const file = path.join(usb, 'some name.tap');
  fs.copyFileSync(other.tapeFile(set.tapes[0] ?? ''), file);
  const scene = new ConsoleScene();
  await scene.protect();
  const dir = path.join(scene.root, 'found');
  const open = async (to: string, tapes: string[], mine: { passphrase?: string } = { passphrase }) =>
    await scene.call('vault.open', { dir: to, tapes }, { secrets: mine });
  const { id } = await useCases.inspectVault(other.vault);
  await expect(scene.call('tape.import', { vault: scene.vault, file })).rejects.toMatchObject({
    code: 'TAPE_MISMATCH',
    guidance: expect.stringContaining(`coldframe vault open DIR --tape ${file}`),
    context: { vault: id },
  });
  await expect(open(dir, [file], {})).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' });
  expect(fs.existsSync(dir)).toBe(false);
  const third = await VaultScene.make({ codec: 'none' });
  third.write('x', 'x');
  const stranger = third.tapeFile((await third.backup({ streams: 1 })).tapes[0] ?? '');
  await expect(open(dir, [file, stranger])).rejects.toMatchObject({ code: 'TAPE_MISMATCH' });
  fs.writeFileSync(path.join(scene.source, 'mine'), 'mine');
  await expect(open(scene.source, [file])).rejects.toMatchObject({ code: 'VAULT_EXISTS' });
  // What a kill left.
  fs.mkdirSync(path.join(dir, 'tapes'), { recursive: true });
  fs.writeFileSync(path.join(dir, 'tapes', 'CF0001L8.tap.0123456789abcdef.tmp'), 'a part');
  const opened = await open(dir, [file]);
  expect(opened).toMatchObject({ sets: 1, incompleteSets: 0, recovered: true, objects: ['files (v)'] });
  expect(opened.vault.id).toBe(id);
  expect(fs.readFileSync(file)).toEqual(
    fs.readFileSync(path.join(dir, 'tapes', path.basename(other.tapeFile(set.tapes[0] ?? '')))),
  );
  expect(await open(dir, [file])).toMatchObject({ sets: 1, recovered: false });
  const to = path.join(scene.root, 'restored');
  await scene.call('restore', { set: set.id, to: { path: to } }, { secrets: { passphrase } });
  expect(fs.readFileSync(path.join(to, other.source, 'letter'), 'utf8')).toBe('dear');
  await expect(open(path.join(scene.root, 'again'), [file])).rejects.toMatchObject({
    code: 'VAULT_EXISTS',
    guidance: expect.stringContaining(`coldframe tape import ${dir} --file ${file}`),
  });
  await expect(scene.call('tape.import', { vault: scene.vault, file })).rejects.toMatchObject({
    code: 'TAPE_MISMATCH',
    guidance: expect.stringContaining(`coldframe tape import ${dir} --file ${file}`),
  });
});
