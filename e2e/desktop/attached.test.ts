import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeAsRoot } from '../../electron/cli/testing/as-root.ts';
import { electronRuntime } from '../../scripts/lib/desktop.mjs';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { firstRun } from '../stories/first-run.ts';
import { pauseAndCancel } from '../stories/live-job.ts';
import { makeRecoveryCode } from '../stories/recovery-code.ts';
import { compareAndGo, expectFile, restoreDamaged, restoreTicked } from '../stories/restores.ts';
import { restoreOnceTapeIsBack } from '../stories/tape-away.ts';
import { protectByMouse } from '../stories/wizard.ts';
import { SLOW_DISK_PEERS, type SlowDisk, slowDisk } from '../testing/slow-disk.ts';
import { describeDesktop } from './testing/describe-desktop.ts';
import { DesktopStage } from './testing/desktop-stage.ts';

const hosts = electronRuntime()?.hosts ?? false;
const PASSPHRASE = 'correct horse battery';

describeDesktop('a window beside a console that holds the home', () => {
  const stage = new DesktopStage();
  afterAll(() => stage.close());

  test('shows what that console has, and takes the system’s folder dialog', async () => {
    mkdirSync(stage.at('disk'), { recursive: true });
    await stage.serve();
    const page = await stage.open();
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('heading', { name: /Three questions/ }).waitFor();
    expect(page.url()).toMatch(/^app:\/\/coldframe\/#\//);

    await stage.app.evaluate(
      ({ dialog }, filePaths) => {
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths });
      },
      [stage.at('disk/vault')],
    );
    await page.getByRole('button', { name: 'Browse …' }).first().click();
    await expect
      .poll(() => page.getByLabel('Folder of the vault').first().inputValue(), { timeout: 30_000 })
      .toBe(stage.at('disk/vault'));
    await stage.app.evaluate(({ dialog }) => {
      dialog.showOpenDialog = async () => ({ canceled: true, filePaths: [] });
    });
    await page.getByRole('button', { name: 'Browse …' }).first().click();
    expect(await page.getByLabel('Folder of the vault').first().inputValue()).toBe(stage.at('disk/vault'));
  });

  test('says so when that console hangs, and goes on when it does', async () => {
    const { page } = stage;
    await page.clock.install();
    await page.reload();
    await page.getByText('Connected', { exact: true }).waitFor();
    stage.signalOwner('SIGSTOP');
    await page.clock.runFor(13_000);
    await page.getByRole('alert').getByText('The console does not answer').waitFor();
    stage.signalOwner('SIGCONT');
    await page.getByText('Connected', { exact: true }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.clock.resume();
    expect(stage.complaints).toEqual([]);
  });

  test('protects, backs up and shows the folder that a restore filled, all over its port', async () => {
    const { page } = stage;
    stage.write('person/Documents/notes.txt', 'Dear reader');
    stage.write('person/Documents/letters/one.txt', 'one');
    await firstRun(stage, { folder: stage.at('person/Documents'), passphrase: PASSPHRASE });
    await stage.choose('Overview');
    await page.getByRole('button', { name: 'Back up Documents now' }).waitFor();
    for (const theme of ['light', 'dark'] as const) await stage.picture(`desktop-overview-${theme}`, theme);

    await stage.app.evaluate(({ shell }) => {
      shell.showItemInFolder = (path) => Object.assign(globalThis, { shown: path });
    });
    await restoreTicked(stage, ['notes.txt'], stage.at('back'));
    expectFile(stage.at('back/notes.txt'), 'Dear reader');
    await page.getByRole('button', { name: 'Open folder' }).click();
    await expect.poll(() => stage.app.evaluate(() => (globalThis as { shown?: string }).shown)).toBe(stage.at('back'));
    expect(stage.complaints).toEqual([]);
  });

  test('asks before its window is closed on a recovery code that nobody has seen, and stays', async () => {
    await makeRecoveryCode(stage, PASSPHRASE, async () => {
      await stage.app.evaluate(({ BrowserWindow, dialog }) => {
        dialog.showMessageBoxSync = (...words: unknown[]) => {
          Object.assign(globalThis, { leaving: words.at(-1) });
          return (words.at(-1) as Electron.MessageBoxOptions).cancelId as number;
        };
        BrowserWindow.getAllWindows()[0]?.close();
      });
      await expect
        .poll(() => stage.app.evaluate(() => (globalThis as { leaving?: { message: string } }).leaving?.message))
        .toMatch(/recovery code/i);
      expect(stage.app.windows()).toHaveLength(1);
    });
    expect(stage.complaints).toEqual([]);
  });

  test('compares two moments, and finds the way by the folders', async () => {
    const { page } = stage;
    stage.write('person/Documents/notes.txt', 'Dear readers');
    await stage.choose('Overview');
    await page.getByRole('button', { name: 'Back up Documents now' }).click();
    // One that is still being written is listed, too: whoever looks then stays with the moment before it.
    const complete = async () =>
      (await stage.answer<OutputOf<'sets'>>('sets', 'Documents')).sets.filter(({ state }) => state === 'complete');
    await expect.poll(async () => (await complete()).length, { timeout: 60_000 }).toBe(2);
    await compareAndGo(stage, { changed: 'notes.txt', folder: 'letters', file: 'one.txt' });
    expect(stage.complaints).toEqual([]);
  });

  test('tells where a tape was that is away, waits for it in a restore, and goes on once it is back', async () => {
    const { vaults } = await stage.answer<OutputOf<'vault.list'>>('vault', 'list');
    const file = join(vaults[0]?.dir ?? '', 'tapes/CF0001L8.tap');
    renameSync(file, stage.at('away'));
    await restoreOnceTapeIsBack(stage, {
      object: 'Documents',
      barcode: 'CF0001L8',
      names: ['notes.txt'],
      to: stage.at('once-back'),
      bringBack: async () => renameSync(stage.at('away'), file),
    });
    expectFile(stage.at('once-back/notes.txt'), 'Dear readers');
    expect(stage.complaints).toEqual([]);
  });

  test('protects another folder in the wizard by mouse', async () => {
    stage.write('person/Plans/one.txt', 'one');
    await protectByMouse(stage, 'Plans');
  });

  test('is told what is damaged on a tape, where, and what to do', async () => {
    await restoreDamaged(stage, { object: 'Documents', name: 'notes.txt', tape: 'CF0001L8', to: stage.at('damaged') });
    expect(existsSync(stage.at('damaged/notes.txt'))).toBe(false);
    expect(stage.complaints).toEqual([]);
  });

  describeAsRoot('with a job that takes its time', [...SLOW_DISK_PEERS], () => {
    let disk: SlowDisk | null = null;
    beforeAll(async () => {
      disk = await slowDisk(stage.at('slow'));
    });
    afterAll(() => disk?.end());

    test('stops it when it is paused, goes on, and ends it when it is cancelled', async () => {
      const { page } = stage;
      const { vaults } = await stage.answer<OutputOf<'vault.list'>>('vault', 'list');
      await stage.answer('object', 'add', 'slow', '--vault', vaults[0]?.dir ?? '', '--files', stage.at('slow'));
      await stage.choose('Overview');
      await page.getByRole('button', { name: 'Back up slow now' }).click();
      await stage.choose('Jobs');
      await page.getByRole('main').getByRole('link', { name: 'slow' }).first().click();
      await pauseAndCancel(stage, 'slow');
      expect(stage.complaints).toEqual([]);
    });
  });

  // One that can would take the home itself.
  test.skipIf(hosts)(
    'in a runtime that cannot hold a home says so when that console is killed, and goes on with the next one',
    async () => {
      const { page } = stage;
      await stage.killOwner();
      const alert = page.getByRole('alert');
      await alert.getByText('RUNTIME_TOO_OLD').waitFor();
      await alert.getByText(/coldframe serve/).waitFor();
      await stage.picture('desktop-trouble-light', 'light');
      // Nobody is there yet, so it says the same again; then it goes on by itself.
      await alert.getByRole('button', { name: 'Try again' }).click();
      await alert.getByText('RUNTIME_TOO_OLD').waitFor();
      await stage.serve();
      await page.getByText('Connected', { exact: true }).waitFor();
      expect(await alert.count()).toBe(0);
      await stage.choose('Overview');
      await page.getByRole('button', { name: 'Back up Documents now' }).waitFor();
      expect(stage.complaints).toEqual([]);
    },
  );

  test('tells a home that cannot be used, in the window', async () => {
    await stage.leave();
    const page = await stage.open({ home: join(stage.write('file', ''), 'home') });
    await page.getByRole('alert').getByText('HOME_UNUSABLE').waitFor();
  });
});
