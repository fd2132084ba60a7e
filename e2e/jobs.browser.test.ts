import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeAsRoot } from '../electron/cli/testing/as-root.ts';
import { stageForSuite } from './testing/stage-for-suite.ts';

/** A disk that answers each read so late that no machine is fast enough to have done before a person has pressed a button. */
const SLOW_DISK = ['-U', '-', '--filter=delay', 'memory', '4G', 'delay-read=50ms', '--run'];

describeAsRoot('a job that is looked at while it runs', ['chromium', 'nbdkit', 'nbdfuse', 'umount'], () => {
  const stage = stageForSuite();
  let disk: ChildProcess | null = null;

  beforeAll(async () => {
    const folder = stage.at('person/Disks');
    mkdirSync(folder, { recursive: true });
    disk = spawn('nbdkit', [...SLOW_DISK, `nbdfuse '${folder}' $uri`], { stdio: 'ignore' });
    await vi.waitFor(() => expect(existsSync(stage.at('person/Disks/nbd'))).toBe(true), { timeout: 60_000 });
  });

  afterAll(async () => {
    await stage.endConsole();
    if (disk !== null) {
      execFileSync('umount', [stage.at('person/Disks')]);
      if (disk.exitCode === null) await once(disk, 'exit');
    }
    await stage.close();
  });

  test('stops when it is paused, goes on, and ends when it is cancelled', async () => {
    const page = await stage.open(await stage.serve());
    await page.getByRole('textbox', { name: 'Folder to protect' }).fill(stage.at('person/Disks'));
    await page.getByText('No passphrase').click();
    await page.getByRole('button', { name: /Create the vault/ }).click();

    const state = (name: string) => page.locator('main header').getByText(name, { exact: true });
    await page.getByRole('button', { name: 'Pause' }).click();
    await state('Paused').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await state('Running').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await state('Paused').waitFor();

    await page.getByRole('button', { name: 'Cancel' }).click();
    const consent = page.getByRole('alertdialog');
    await consent.getByText(/is not completed and cannot be restored from/).waitFor();
    await consent.getByRole('button', { name: 'Cancel the job' }).click();
    await state('Cancelled').waitFor();

    await stage.goTo('Restore');
    await page.getByText('This object has no backup yet.').waitFor();
    expect(stage.complaints).toEqual([]);
  });
});
