import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { describeWithPeers } from '../electron/platform/testing/peers.ts';
import { firstRun } from './stories/first-run.ts';
import { makeRecoveryCode } from './stories/recovery-code.ts';
import { protectWithFile } from './stories/refused-schedule.ts';
import {
  compareAndGo,
  expectFile,
  restoreDamaged,
  restoreInPlace,
  restoreOlderVersion,
  restoreTicked,
  restoreTwoVersions,
} from './stories/restores.ts';
import { leaveDialogs } from './stories/returned-focus.ts';
import { goTo } from './stories/story-stage.ts';
import { protectByMouse } from './stories/wizard.ts';
import { THEMES } from './testing/stage.ts';
import { stageForSuite } from './testing/stage-for-suite.ts';

const PASSPHRASE = 'correct horse battery';

describeWithPeers('a person who has never seen the console', ['chromium'], () => {
  const stage = stageForSuite();
  afterAll(() => stage.close());
  const [first, second] = [randomBytes(70_000), randomBytes(90_000)];
  const letter = 'Dear reader';
  const notes = stage.at('person/Documents/notes.bin');

  /** A folder that is not there is told at its field, once it is left and once the button is pressed, and nothing is made. */
  const refusedFirst = async (wrong: string, right: string): Promise<void> => {
    const { page } = stage;
    const folder = page.getByRole('textbox', { name: 'Folder to protect' });
    await folder.fill(wrong);
    await folder.press('Tab');
    await page.getByText(`${wrong} cannot be found`).waitFor();
    for (const label of ['Passphrase', 'The same again'])
      await page.getByLabel(label, { exact: true }).fill('not the one that it gets');
    await page.getByRole('button', { name: /Create the vault/ }).click();
    await expect.poll(() => folder.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true);
    expect(existsSync(stage.at('person/coldframe-vault'))).toBe(false);
    await folder.fill(right);
  };

  test('protects a folder, and gets a file back as it was before it was changed', async () => {
    stage.write('person/Documents/notes.bin', first);
    stage.write('person/Documents/letters/one.txt', letter);
    stage.write('person/Documents/scratch.tmp', randomBytes(4096));
    const page = await stage.open(await stage.serve());
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Browse …' }).first().click();
    await dialog.getByText(stage.at('person'), { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Documents' }).click();
    await dialog.getByText(stage.at('person/Documents'), { exact: true }).waitFor();
    expect(await dialog.getByRole('textbox').inputValue()).toBe('coldframe-vault');
    for (const theme of THEMES) expect(await stage.look('folder-picker', theme)).toEqual([]);
    await dialog.getByRole('button', { name: 'Up' }).click();
    await dialog.getByText(stage.at('person'), { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Choose coldframe-vault' }).click();
    expect(await page.getByLabel('Folder of the vault').first().inputValue()).toBe(stage.at('person/coldframe-vault'));
    await page.getByRole('button', { name: 'Browse …' }).nth(1).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Documents' }).click();
    await page.getByRole('button', { name: 'Choose Documents' }).click();
    await page.getByText('If this disk breaks, both are gone').waitFor();
    await page.getByText('In this folder: 68.4 KiB kept, left out: Temporary files 4.0 KiB.').waitFor();
    await refusedFirst(stage.at('no-such-folder'), stage.at('person/Documents'));
    const [there, away] = [stage.at('person/Documents'), stage.at('person/Elsewhere')];
    await firstRun(stage, {
      passphrase: PASSPHRASE,
      interrupted: { lost: () => renameSync(there, away), back: () => renameSync(away, there) },
    });
    const change = () => stage.write('person/Documents/notes.bin', second);
    await restoreOlderVersion(stage, { object: 'Documents', file: 'notes.bin', change });
    expectFile(stage.at('older/notes.bin'), first);
    expectFile(notes, second);
  });

  test('makes another recovery code with the passphrase, and not with the one from before', async () => {
    const { page } = stage;
    await makeRecoveryCode(stage, PASSPHRASE, async () => {
      const asked = page.waitForEvent('dialog');
      await page.close({ runBeforeUnload: true });
      const question = await asked;
      expect(question.type()).toBe('beforeunload');
      await question.dismiss();
      await page.emulateMedia({ media: 'print' });
      expect([
        await page.getByRole('code').isVisible(),
        await page.getByText('I have put it away').isVisible(),
      ]).toEqual([true, false]);
      await page.emulateMedia({ media: null });
      for (const theme of THEMES) expect(await stage.look('recovery-code', theme)).toEqual([]);
    });
  });

  test('compares two moments, and finds the way by the folders', async () => {
    // The smallest window has all of it.
    await stage.page.setViewportSize({ width: 1024, height: 700 });
    await compareAndGo(stage, { changed: 'notes.bin', folder: 'letters', file: 'one.txt' });
    await stage.page.setViewportSize({ width: 1440, height: 900 });
  });

  test('restores what was ticked, and puts a file back in its place once it agreed to what that costs', async () => {
    await restoreTicked(stage, ['letters', 'notes.bin'], stage.at('ticked'));
    expectFile(stage.at('ticked/letters/one.txt'), letter);
    expectFile(stage.at('ticked/notes.bin'), second);
    await restoreTwoVersions(stage, { object: 'Documents', file: 'notes.bin', to: stage.at('both') });
    stage.write('person/Documents/notes.bin', 'spoilt');
    await restoreInPlace(stage, 'notes.bin');
    expectFile(notes, second);
  });

  test('protects another folder in the wizard by mouse', async () => {
    mkdirSync(stage.at('person/Plans'));
    stage.write('person/Plans/one.txt', 'one');
    await protectByMouse(stage, 'Plans');
  });

  test('is asked for the passphrase until it is right, and finds the focus where it was', async () => {
    const { page } = stage;
    await leaveDialogs(stage, 'Documents', 'notes.bin');
    await page.reload();
    await goTo(stage, 'Overview');
    await page.getByRole('button', { name: 'Back up Plans now' }).click();
    const asked = page.getByRole('dialog', { name: 'This vault is sealed' });
    await asked.getByLabel('Passphrase').fill('wrong');
    await asked.getByRole('button', { name: 'Open' }).click();
    await asked.getByText('This does not open the vault. Type it again.').waitFor();
    await asked.getByLabel('Passphrase').fill(PASSPHRASE);
    await page.keyboard.press('Enter');
    await page.getByText('The backup of Plans was started.').waitFor();
  });

  test('is told what is damaged on a tape, where, and what to do', async () => {
    await restoreDamaged(stage, { object: 'Documents', name: 'notes.bin', tape: 'CF0001L8', to: stage.at('damaged') });
    expect(existsSync(stage.at('damaged/notes.bin'))).toBe(false);
  });

  test('keeps the end of the wizard in view until a schedule that was refused is made', async () => {
    await protectWithFile(stage, { folder: stage.at('person/Plans'), name: 'Again', passphrase: PASSPHRASE });
    expect(stage.complaints).toEqual([]);
  });
});
