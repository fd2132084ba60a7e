import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';

const secrets = { passphrase: 'correct horse battery' };

test('a secret is tried before anything is begun with it: the passphrase, and the recovery code typed for it', async () => {
  const scene = new ConsoleScene();
  const dir = scene.vault;
  const { recoveryCode } = await scene.call('vault.create', { dir, tapeSize: 64 << 20 }, { secrets });
  const tried = (passphrase: string) => scene.call('vault.tryPassphrase', { dir }, { secrets: { passphrase } });
  await tried(secrets.passphrase);
  await tried(recoveryCode ?? '');
  await expect(tried('correct horse')).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
  await expect(scene.call('vault.tryPassphrase', { dir })).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' });
  expect((await scene.call('job.list', {})).jobs).toEqual([]);
  await expect(scene.call('vault.tryPassphrase', { dir: scene.source })).rejects.toMatchObject({
    code: 'NO_SUCH_VAULT',
  });
});

test('a file with a passphrase is checked before a schedule needs it, of a vault that is still to be made too', async () => {
  const scene = new ConsoleScene();
  const [right, wrong] = ['right', 'wrong'].map((name) => path.join(scene.root, name)) as [string, string];
  fs.writeFileSync(right, `${secrets.passphrase}\n`);
  fs.writeFileSync(wrong, 'another one\n');
  const check = async (file: string, vault?: string) => {
    const given = vault === undefined ? { secrets } : {};
    const input = { file, ...(vault === undefined ? {} : { vault }) };
    return (await scene.call('schedule.checkPassphraseFile', input, given)).error?.code ?? null;
  };
  const none = path.join(scene.root, 'none');
  const codes = [null, 'SCHEDULE_PASSPHRASE', 'SCHEDULE_PASSPHRASE', 'USAGE'];
  const files = [right, wrong, none, scene.source];
  expect(await Promise.all(files.map((file) => check(file)))).toEqual(codes);
  await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20 }, { secrets });
  const ofVault: unknown[] = [];
  for (const file of files) ofVault.push(await check(file, scene.vault));
  expect(ofVault).toEqual(codes);
});
