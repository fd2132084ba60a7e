import { expect } from 'vitest';
import { goTo, type StoryStage } from './story-stage.ts';

/** Makes another recovery code with the passphrase of the vault, and not with another one. `shown`: what happens while it is there to be read. */
export const makeRecoveryCode = async (
  stage: StoryStage,
  passphrase: string,
  shown: () => Promise<void>,
): Promise<void> => {
  const { page } = stage;
  await goTo(stage, 'Settings');
  await page.getByRole('button', { name: /^Make a new recovery code of/ }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Passphrase').fill('wrong');
  await form.getByRole('button', { name: 'Make it' }).click();
  await form.getByText('This is not the passphrase of the vault.').waitFor();
  await form.getByLabel('Passphrase').fill(passphrase);
  await form.getByRole('button', { name: 'Make it' }).click();
  const code = page.getByRole('alertdialog');
  await code.getByText(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/).waitFor();
  await shown();
  expect(await code.count()).toBe(1);
  await code.getByText('I have put it away').click();
  await code.getByRole('button', { name: 'Go on', exact: true }).click();
  await code.waitFor({ state: 'detached' });
};
