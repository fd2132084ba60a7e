import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { VaultScene } from './testing/vault-scene.ts';
import { openedOf, openVaultSession } from './vault-session.ts';
import { changePassphrase, changeRecoveryCode } from './vault-use-cases.ts';

const wrong = { code: 'PASSPHRASE_WRONG' };

test('a right passphrase opens a vault whatever others give at the same moment', async () => {
  const scene = await VaultScene.make({ passphrase: 'right' });
  const secrets = ['wrong', 'right', 'also wrong', 'right'];
  const asked = secrets.map((passphrase) => openVaultSession(scene.vault, { passphrase }, scene.home));
  const [first, second, third, fourth] = await Promise.allSettled(asked);
  expect([first, third]).toMatchObject([{ reason: wrong }, { reason: wrong }]);
  expect([second, fourth]).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
  for (const each of [second, fourth]) if (each?.status === 'fulfilled') await each.value.close();
  await expect(openVaultSession(scene.vault, { passphrase: 'wrong' }, scene.home)).rejects.toMatchObject(wrong);
  expect(fs.existsSync(path.join(scene.vault, 'lease.json'))).toBe(false);
});

test('a passphrase is changed when the uses of the vault in this console are over', async () => {
  const scene = await VaultScene.make({ passphrase: 'old' });
  const session = await openVaultSession(scene.vault, { passphrase: 'old' }, scene.home);
  const changed = changePassphrase(scene.vault, { passphrase: 'old' }, 'new');
  await session.close();
  await expect(changed).resolves.toMatchObject({ skipped: [] });
  const again = await openVaultSession(scene.vault, { passphrase: 'new' }, scene.home);
  await again.close();
});

test('a recovery code is not made when whoever asked for it has gone while it waited for the vault', async () => {
  const scene = await VaultScene.make({ passphrase: 'right' });
  const session = await openVaultSession(scene.vault, { passphrase: 'right' }, scene.home);
  const library = path.join(scene.vault, 'library.json');
  const envelopes = () => JSON.parse(fs.readFileSync(library, 'utf8')).envelopes;
  const before = envelopes();
  const caller = new AbortController();
  const made = changeRecoveryCode(scene.vault, 'right', caller.signal);
  caller.abort();
  const [outcome] = await Promise.allSettled([made, session.close()]);
  expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } });
  expect(envelopes()).toEqual(before);
  await changeRecoveryCode(scene.vault, 'right', new AbortController().signal);
  expect(envelopes()).not.toEqual(before);
});

test('an open vault says when it is not held any more', async () => {
  const scene = await VaultScene.make();
  const session = await openVaultSession(scene.vault, {}, scene.home);
  const opened = openedOf(session);
  expect(() => opened.demandHeld()).not.toThrow();
  await session.close();
  expect(() => opened.demandHeld()).toThrow(expect.objectContaining({ code: 'VAULT_HELD' }));
});
