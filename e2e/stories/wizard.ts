import { expect } from 'vitest';
import { done, goTo, type StoryStage } from './story-stage.ts';

/** Protects a folder of the person's home by the mouse alone, goes back and forth, and backs it up. */
export const protectByMouse = async (stage: StoryStage, folder: string): Promise<void> => {
  const { page } = stage;
  const main = page.getByRole('main');
  const next = () => main.getByRole('button', { name: /^Next/ }).click();
  stage.write(`person/${folder}/scratch/two.txt`, 'scratch');
  await goTo(stage, 'Protect');
  const home = main.getByRole('row').first();
  await home.getByRole('button').first().click();
  await main
    .getByRole('row', { name: new RegExp(folder) })
    .getByText(folder, { exact: true })
    .click();
  // What is ticked shows in the folder around it, too; how much is in each is counted meanwhile.
  await expect
    .poll(() => home.getByRole('checkbox').evaluate((box) => (box as { indeterminate?: boolean }).indeterminate))
    .toBe(true);
  await main
    .getByRole('row', { name: new RegExp(folder) })
    .getByText(/ B$/)
    .waitFor();
  const typed = main.getByLabel('Path of a folder');
  for (const [path, said] of [
    ['somewhere', 'The full path, beginning with / or a drive.'],
    ['/no-such-folder', /no-such-folder/],
    ['/etc', null],
    ['/etc/', /^\/etc is ticked already/],
  ] as const) {
    await typed.fill(path);
    await typed.press('Enter');
    if (said) await main.getByText(said).waitFor();
    else await main.getByRole('button', { name: 'Do not protect /etc' }).waitFor();
  }
  await main.getByRole('button', { name: 'Do not protect /etc' }).click();
  await next();
  await main.getByText('All of them').first().click();
  await main.getByText('.fuse_hidden[0-9a-f]+', { exact: true }).waitFor();
  await main.getByText('Print and mail spools').click();
  await main.getByRole('button', { name: 'Add a rule' }).click();
  const rule = main.getByRole('textbox', { name: 'Rule' });
  await rule.fill('[abc');
  await next();
  await main
    .getByText(/The exclusion "\[abc" is not usable/)
    .first()
    .waitFor();
  expect(await rule.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
  await rule.fill('scratch');
  await main.getByText('leaves out 2 elements, 7 B').waitFor();
  await next();
  await main.getByText('If this disk breaks, both are gone').waitFor();
  await next();
  await main.getByText('When I start it').click();
  await next();
  await main.getByText('If this disk breaks, both are gone').waitFor();
  for (const _ of [1, 2, 3]) await main.getByRole('button', { name: 'Back', exact: true }).click();
  expect(await main.getByRole('checkbox', { name: 'Print and mail spools' }).isChecked()).toBe(true);
  await next();
  await next();
  expect(await main.getByRole('radio', { name: /^When I start it/ }).isChecked()).toBe(true);
  await next();
  await main.getByRole('button', { name: 'Protect, and back up now' }).click();
  await done(stage);
};
