import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { chooseWhere, review, tick } from './restores.ts';
import { goTo, type StoryStage } from './story-stage.ts';

const expectFocus = async (on: Locator): Promise<void> =>
  await expect.poll(() => on.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);

/** Opens what an object takes, and a restore, and closes them again: the focus is back on what opened them. */
export const leaveDialogs = async (stage: StoryStage, object: string, file: string): Promise<void> => {
  const { page } = stage;
  const line = page.getByRole('row', { name: new RegExp(`^${object}`) });
  const dialog = page.getByRole('dialog', { name: `What ${object} takes` });
  await goTo(stage, 'Overview');
  for (const opener of [
    line.getByRole('button', { name: 'Vault on the same disk' }),
    line.getByRole('button', { name: `Change or remove ${object}` }),
  ]) {
    for (const leave of [
      () => page.keyboard.press('Escape'),
      () => dialog.getByRole('button', { name: 'Cancel' }).click(),
    ]) {
      await opener.focus();
      await page.keyboard.press('Enter');
      await dialog.getByText('Unprotected types').waitFor();
      await leave();
      await dialog.waitFor({ state: 'detached' });
      await expectFocus(opener);
    }
  }
  await goTo(stage, 'Restore');
  await tick(stage, [file]);
  await chooseWhere(stage);
  await review(stage).getByRole('button', { name: 'Next: review' }).waitFor();
  await page.keyboard.press('Escape');
  await review(stage).waitFor({ state: 'detached' });
  await expectFocus(page.getByRole('button', { name: 'Next: where it goes' }));
  await tick(stage, [file]);
};
