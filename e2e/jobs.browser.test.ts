import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPeers } from '../electron/platform/testing/peers.ts';
import { Stage } from './testing/stage.ts';

const MIB = 1024 ** 2;

describeWithPeers('a job that is looked at while it runs', ['chromium'], () => {
  const stage = new Stage();
  afterAll(() => stage.close());
  beforeAll(() => {
    // Content that cannot be packed, and enough of it for a person to press a button meanwhile.
    const content = randomBytes(64 * MIB);
    for (let file = 0; file < 48; file++) {
      content.writeUInt32LE(file, 0);
      stage.write(`person/Films/${file}.bin`, content);
    }
  });

  test('stops when it is paused, goes on, and ends when it is cancelled', async () => {
    const page = await stage.open(await stage.serve());
    await page.getByRole('textbox', { name: 'Folder to protect' }).fill(stage.at('person/Films'));
    await page.getByText('No passphrase').click();
    await page.getByRole('button', { name: /Create the vault/ }).click();

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Running', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused', { exact: true }).first().waitFor();

    await page.getByRole('button', { name: 'Cancel' }).click();
    const consent = page.getByRole('alertdialog');
    await consent.getByText(/is not completed and cannot be restored from/).waitFor();
    await consent.getByRole('button', { name: 'Cancel the job' }).click();
    await page.getByText('Cancelled', { exact: true }).first().waitFor();

    await stage.goTo('Restore');
    await page.getByText('This object has no backup yet.').waitFor();
    expect(stage.complaints).toEqual([]);
  });
});
