import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { flipContent } from '../../electron/console/testing/vault-scene.ts';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { done, goTo, goToObject, type StoryStage } from './story-stage.ts';

const digestOf = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

/** That a file came back as it was. */
export const expectFile = (path: string, content: Buffer | string): void =>
  expect(digestOf(readFileSync(path))).toBe(digestOf(content));

/** The dialog in which a restore is reviewed. */
export const review = ({ page }: StoryStage) => page.getByRole('dialog', { name: 'Restore' });

/** Goes on from what is in the basket to where it goes. */
export const chooseWhere = async ({ page }: StoryStage): Promise<void> =>
  await page.getByRole('button', { name: 'Next: where it goes' }).click();

/** Goes on from where it goes to what that comes to. */
export const reviewIt = async (stage: StoryStage): Promise<void> =>
  await review(stage).getByRole('button', { name: 'Next: review' }).click();

/** Reviews what is in the basket, for a folder, and restores it; who names none is told so where it is to be named. */
export const restoreTo = async (stage: StoryStage, folder: string): Promise<void> => {
  await chooseWhere(stage);
  await reviewIt(stage);
  await review(stage).getByText('Say which folder: its full path, beginning with /.').waitFor();
  const field = review(stage).getByRole('textbox', { name: 'Folder' });
  expect(await field.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
  await field.fill(folder);
  await field.press('Enter');
  await review(stage).getByText('Nothing is in the way.').waitFor();
  await review(stage).getByRole('button', { name: 'Restore now' }).click();
  await stage.page.waitForURL(/#\/jobs\//);
};

/** Ticks lines of the folder that is looked at. */
export const tick = async ({ page }: StoryStage, names: readonly string[]): Promise<void> => {
  for (const name of names) {
    const line = page.getByRole('row', { name: new RegExp(name) });
    await line.getByRole('checkbox').press('Space');
  }
};

/** Changes a file, backs its object up again, and gets the file back as it was before. */
export const restoreOlderVersion = async (
  stage: StoryStage,
  { object, file, change }: { readonly object: string; readonly file: string; readonly change: () => void },
): Promise<void> => {
  const { page } = stage;
  change();
  await goTo(stage, 'Overview');
  await page.getByRole('button', { name: `Back up ${object} now` }).click();
  await goTo(stage, 'Restore');
  const moments = page.getByRole('radiogroup', { name: `Backups of ${object}` }).getByRole('radio');
  await expect.poll(() => moments.count(), { timeout: 60_000 }).toBe(2);
  await page.getByRole('row', { name: new RegExp(file) }).click();
  await page.getByText('2 versions, newest first').waitFor();
  await page.getByRole('button', { name: 'Take this one' }).last().click();
  await restoreTo(stage, stage.at('older'));
  await done(stage);
};

/** Restores what is ticked, folders and files, into a folder. */
export const restoreTicked = async (stage: StoryStage, names: readonly string[], to: string): Promise<void> => {
  await goTo(stage, 'Restore');
  await tick(stage, names);
  await restoreTo(stage, to);
  await done(stage);
};

/** Compares the moment that is looked at with one that is chosen, and goes to a folder by the tree. */
export const compareAndGo = async (
  stage: StoryStage,
  { changed, folder, file }: Readonly<Record<'changed' | 'folder' | 'file', string>>,
): Promise<void> => {
  const main = stage.page.getByRole('main');
  await goTo(stage, 'Restore');
  await main.getByRole('button', { name: 'Compare' }).click();
  await main.getByRole('button', { name: /Compare with$/ }).click();
  await stage.page.getByRole('option', { name: /, full$/ }).click();
  const line = main.getByRole('row', { name: new RegExp(`changed ${changed}`) });
  await line.waitFor();
  await main.getByText(/^What changed in \/.+ of .+ from .+ to .+/).waitFor();
  await main.getByRole('radio', { name: /^Removed \d/ }).press('Space');
  await line.waitFor({ state: 'detached' });
  await main.getByRole('radio', { name: /^Changed [1-9]/ }).press('Space');
  await main.getByRole('textbox', { name: 'Name or pattern' }).fill(changed);
  await main.getByText(/, 1 difference$/).waitFor();
  await line.waitFor();
  await main.getByRole('button', { name: 'Back to the folder' }).click();
  // By keyboard alone: the tree is put away and brought back, and a folder is opened in it.
  const tree = main.getByRole('treegrid');
  const toggle = main.getByRole('button', { name: 'Tree of folders' });
  await tree.waitFor();
  await toggle.press('Enter');
  await tree.waitFor({ state: 'detached' });
  await toggle.press('Enter');
  const twig = tree.getByRole('row', { name: folder });
  await twig.focus();
  await twig.press('Enter');
  await main
    .getByRole('grid', { name: new RegExp(`^Contents of .*${folder}$`) })
    .getByText(file)
    .waitFor();
};

/** Takes two versions of a file: what would go to one place is said before one of them is written over the other, and both come beside each other. */
export const restoreTwoVersions = async (
  stage: StoryStage,
  { object, file, to }: Readonly<Record<'object' | 'file' | 'to', string>>,
): Promise<void> => {
  const { page } = stage;
  await goToObject(stage, object);
  await page.getByRole('row', { name: new RegExp(file) }).click();
  await page.getByText('2 versions, newest first').waitFor();
  const takes = page.getByRole('button', { name: 'Take this one' });
  for (const left of [1, 0]) {
    await takes.first().click();
    await expect.poll(() => takes.count()).toBe(left);
  }
  await chooseWhere(stage);
  await review(stage).getByRole('textbox', { name: 'Folder' }).fill(to);
  await review(stage).getByText('Replace what is there').click();
  await reviewIt(stage);
  await review(stage).getByText('One place would get more than one version').waitFor();
  await review(stage)
    .getByText(new RegExp(`${file} as of .*, as of `))
    .waitFor();
  expect(await review(stage).getByRole('button', { name: 'Restore now' }).count()).toBe(0);
  await review(stage).getByRole('button', { name: 'Choose what becomes of what is there' }).click();
  await review(stage).getByText('Put it beside').click();
  await reviewIt(stage);
  await review(stage)
    .getByText(/what comes later gets another name/)
    .waitFor();
  await review(stage).getByRole('button', { name: 'Restore now' }).click();
  await page.waitForURL(/#\/jobs$/);
  await expect.poll(() => readdirSync(to).length, { timeout: 60_000 }).toBe(2);
};

/** Puts a file back where it came from: nothing is written before it is said what is lost, and agreed to. */
export const restoreInPlace = async (stage: StoryStage, name: string): Promise<void> => {
  const { page } = stage;
  await goTo(stage, 'Restore');
  await tick(stage, [name]);
  await chooseWhere(stage);
  await review(stage).getByText('To where it came from').click();
  await reviewIt(stage);
  await review(stage).getByText('1 element is there already:').waitFor();
  expect(await review(stage).getByRole('button', { name: 'Restore now' }).count()).toBe(0);
  await review(stage).getByRole('button', { name: 'Choose what becomes of what is there' }).click();
  const stop = review(stage).getByRole('radio', { name: 'Stop before anything is written' });
  expect(await stop.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
  await review(stage).getByText('Replace what is there').click();
  await reviewIt(stage);
  await review(stage).getByRole('button', { name: 'Restore now' }).click();
  const consent = page.getByRole('alertdialog', { name: 'Replace an existing file?' });
  await consent.getByText(/^1 file that is there now is replaced .* The present content is lost\.$/).waitFor();
  await consent.getByRole('button', { name: 'Replace it' }).click();
  await done(stage);
};

/**
 * Damages what the newest backup of an object stored, and restores a file of it: what, where and what to do is said, and nothing wrong is written.
 * That backup has to have stored the file itself: of one whose content is the same as before it has nothing.
 */
export const restoreDamaged = async (
  stage: StoryStage,
  { object, name, tape, to }: Readonly<Record<'object' | 'name' | 'tape' | 'to', string>>,
): Promise<void> => {
  const { page } = stage;
  const { sets } = await stage.answer<OutputOf<'sets'>>('sets', object);
  const { vaults } = await stage.answer<OutputOf<'vault.list'>>('vault', 'list');
  expect(sets[0]?.segments).toBeGreaterThan(0);
  flipContent(stage.at('home'), vaults[0] as { id: string; dir: string }, sets[0]?.id ?? '');
  await goToObject(stage, object);
  await tick(stage, [name]);
  await restoreTo(stage, to);
  const main = page.getByRole('main');
  await main.getByText('Some content is damaged on tape').waitFor();
  await main.getByText(/Restore them from another set, and take a full backup soon/).waitFor();
  await main.getByText(new RegExp(`^${tape}, chunk \\d+: .*${name}$`)).waitFor();
  await main.getByRole('link', { name: 'Look for other versions' }).waitFor();
  await main.getByRole('button', { name: 'Back it up in full' }).waitFor();
  await goTo(stage, 'Overview');
  await main.getByRole('row', { name: new RegExp(`^${object} .* Damaged`) }).waitFor();
  await main.getByRole('button', { name: 'Back it up in full' }).waitFor();
  await goTo(stage, 'Activity');
  await main.getByText('1 warning', { exact: true }).first().click();
  await main.getByText(new RegExp(`^DAMAGED tape ${tape}, chunk \\d+: .*${name}$`)).waitFor();
};
