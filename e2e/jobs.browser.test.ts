import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeAsRoot } from '../electron/cli/testing/as-root.ts';
import { pauseAndCancel } from './stories/live-job.ts';
import { SLOW_DISK_PEERS, type SlowDisk, slowDisk } from './testing/slow-disk.ts';
import { stageForSuite } from './testing/stage-for-suite.ts';

describeAsRoot('a job that is looked at while it runs', ['chromium', ...SLOW_DISK_PEERS], () => {
  const stage = stageForSuite();
  let disk: SlowDisk | null = null;
  beforeAll(async () => {
    disk = await slowDisk(stage.at('person/Disks'));
  });
  afterAll(async () => {
    await stage.endConsole();
    await disk?.end();
    await stage.close();
  });

  test('stops when it is paused, goes on, and ends when it is cancelled', async () => {
    const page = await stage.open(await stage.serve());
    await page.getByRole('textbox', { name: 'Folder to protect' }).fill(stage.at('person/Disks'));
    await page.getByText('No passphrase').click();
    await page.getByRole('button', { name: /Create the vault/ }).click();

    await pauseAndCancel(stage, 'Disks');
    expect(stage.complaints).toEqual([]);
  });
});
