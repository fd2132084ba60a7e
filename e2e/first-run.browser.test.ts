import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { describeWithPeers } from '../electron/platform/testing/peers.ts';
import { stageForSuite } from './testing/stage-for-suite.ts';

describeWithPeers('a person who has never seen the console', ['chromium'], () => {
  const stage = stageForSuite();
  afterAll(() => stage.close());

  test('protects a folder, and gets a file back as it was before it was changed', async () => {
    const first = randomBytes(70_000);
    const notes = stage.write('person/Documents/notes.bin', first);
    stage.write('person/Documents/letters/one.txt', 'Dear reader');
    const page = await stage.open(await stage.serve());

    await page.getByRole('button', { name: 'Browse …' }).nth(1).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Documents' }).click();
    await page.getByRole('button', { name: 'Choose Documents' }).click();
    await page.getByLabel('Passphrase', { exact: true }).fill('correct horse battery');
    await page.getByLabel('The same again').fill('correct horse battery');
    await page.getByRole('button', { name: /Create the vault/ }).click();

    const code = page.getByRole('alertdialog');
    await code.getByText(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/).waitFor();
    await page.keyboard.press('Escape');
    expect(await code.getByRole('button', { name: 'Go on' }).isDisabled()).toBe(true);
    await code.getByText('I have written it down').click();
    await code.getByRole('button', { name: 'Go on' }).click();
    await page.waitForURL(/#\/jobs\//);
    await page.getByText('Done', { exact: true }).waitFor();

    stage.write('person/Documents/notes.bin', randomBytes(90_000));
    await stage.goTo('Overview');
    await page.getByRole('button', { name: 'Back up Documents now' }).click();
    await stage.goTo('Restore');
    const moments = page.getByRole('radiogroup', { name: /Backups of Documents/ }).getByRole('radio');
    await expect.poll(() => moments.count(), { timeout: 60_000 }).toBe(2);

    await page.getByRole('row', { name: /notes.bin/ }).click();
    await page.getByText('2 versions, newest first').waitFor();
    await page.getByRole('button', { name: 'Take this one' }).last().click();
    await page.getByRole('button', { name: 'Review and restore' }).click();
    const review = page.getByRole('dialog');
    await review.getByRole('textbox', { name: 'Folder' }).fill(stage.at('back'));
    await review.getByRole('button', { name: 'Make the plan' }).click();
    await review.getByText('Nothing is in the way.').waitFor();
    await review.getByRole('button', { name: 'Restore now' }).click();
    await page.waitForURL(/#\/jobs\//);
    await page.getByText('Done', { exact: true }).waitFor();

    expect(readFileSync(stage.at('back/notes.bin')).equals(first)).toBe(true);
    expect(readFileSync(notes).length).toBe(90_000);
    expect(stage.complaints).toEqual([]);
  });
});
