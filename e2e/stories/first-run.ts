import { expect } from 'vitest';
import { done, type StoryStage } from './story-stage.ts';

/** Answers the three questions, with a folder typed or chosen before, and waits for the first backup. */
export const firstRun = async (
  stage: StoryStage,
  { folder, passphrase }: { readonly folder?: string; readonly passphrase?: string },
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
  if (passphrase !== undefined) await keepRecoveryCode(stage);
  await done(stage);
};

const keepRecoveryCode = async ({ page }: StoryStage): Promise<void> => {
  const code = page.getByRole('alertdialog');
  await code.getByText(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('A new code can be made in Settings').waitFor();
  await page.getByRole('button', { name: 'Show it again' }).click();
  expect(await code.getByRole('button', { name: 'Go on', exact: true }).isDisabled()).toBe(true);
  await code.getByText('I have put it away').click();
  await code.getByRole('button', { name: 'Go on', exact: true }).click();
};
