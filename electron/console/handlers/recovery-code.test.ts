import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openConsole } from '../console.ts';
import { fakeUseCases } from '../testing/fake-use-cases.ts';

test('a new recovery code is refused at once while a job uses the vault, and made when it has ended', async () => {
  const home = mkdtempSync(join(tmpdir(), 'coldframe-home-'));
  const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const parts = fakeUseCases(async () => {
    begun.resolve();
    await gate.promise;
  });
  const signals: AbortSignal[] = [];
  const console = openConsole(home, {
    ...parts,
    changeRecoveryCode: async (_dir, _passphrase, signal) => {
      signals.push(signal);
      return { recoveryCode: 'CODE', refreshed: [], skipped: [] };
    },
  });
  onTestFinished(async () => {
    gate.resolve();
    await console.close();
    rmSync(home, { recursive: true, force: true });
  });
  const dir = '/nowhere/vault';
  const secrets = { passphrase: 'correct horse' };
  await console.call('vault.create', { dir }, { secrets });
  await console.call('object.add', { name: 'files', vault: dir, files: [{ path: '/etc' }] }, { secrets });
  const backup = console.call('backup', { object: 'files' }, { secrets });
  await begun.promise;
  await expect(console.call('vault.recoveryCode', { dir }, { secrets })).rejects.toMatchObject({
    code: 'TAPE_IN_USE',
    message: expect.stringContaining('backup of files'),
    guidance: expect.stringContaining('Wait until the job has ended'),
  });
  expect(signals).toEqual([]);
  gate.resolve();
  await backup;
  const { signal } = new AbortController();
  const made = await console.call('vault.recoveryCode', { dir }, { secrets, signal });
  expect([made.recoveryCode, signals]).toEqual(['CODE', [signal]]);
});
