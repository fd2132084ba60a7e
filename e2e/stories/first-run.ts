import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { done, type StoryStage } from './story-stage.ts';

/**
 * Answers the three questions, with a folder typed or chosen before, and waits for the first backup. `interrupted`: what becomes of that folder once
 * the vault is there, and before the second try.
 */
export const firstRun = async (
  stage: StoryStage,
  {
    folder,
    passphrase,
    interrupted,
  }: {
    readonly folder?: string;
    readonly passphrase?: string;
    readonly interrupted?: { readonly lost: () => void; readonly back: () => void };
  },
): Promise<void> => {
  const { page } = stage;
  await page.getByRole('heading', { name: /Three questions/ }).waitFor();
  if (folder !== undefined) await page.getByRole('textbox', { name: 'Folder to protect' }).fill(folder);
  if (passphrase === undefined) await page.getByText('No passphrase', { exact: true }).click();
  else {
    await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await page.getByLabel('The same again').fill(passphrase);
  }
  await page.getByRole('button', { name: /Create the vault/ }).click();
  if (passphrase !== undefined) await keepRecoveryCode(stage, interrupted?.lost);
  if (interrupted) {
    const goOn = page.getByRole('button', { name: 'Run the first backup' });
    await page.getByText(/cannot be found/).waitFor();
    await page
      .getByText(/^The vault is at .*; its passphrase is set\.$/)
      .nth(1)
      .waitFor();
    expect(await page.getByLabel('Passphrase', { exact: true }).count()).toBe(0);
    interrupted.back();
    await pressWhileItMoves(stage, goOn, page.getByText(/cannot be found/));
  }
  await done(stage);
};

/** Presses a button below a field that is wrong, has the focus, and is right once it is left: what it said goes away under the press. */
const pressWhileItMoves = async ({ page }: StoryStage, button: Locator, said: Locator): Promise<void> => {
  const field = page.getByRole('textbox', { name: 'Folder to protect' });
  await expect.poll(() => field.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
  await button.scrollIntoViewIfNeeded();
  const before = await button.boundingBox();
  if (before === null) throw new Error('The button is not to be seen.');
  await page.mouse.move(before.x + before.width / 2, before.y + before.height - 2);
  await page.mouse.down();
  await said.waitFor({ state: 'detached' });
  expect((await button.boundingBox())?.y).toBeLessThan(before.y - 3);
  await page.mouse.up();
};

const keepRecoveryCode = async ({ page }: StoryStage, meanwhile: () => void = () => undefined): Promise<void> => {
  const code = page.getByRole('alertdialog');
  await code.getByText(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('A new code can be made in Settings').waitFor();
  await page.getByRole('button', { name: 'Show it again' }).click();
  expect(await code.getByRole('button', { name: 'Go on', exact: true }).isDisabled()).toBe(true);
  meanwhile();
  await code.getByText('I have put it away').click();
  await code.getByRole('button', { name: 'Go on', exact: true }).click();
};
