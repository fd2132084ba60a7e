import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPeers } from '../electron/platform/testing/peers.ts';
import { restoreOnceTapeIsBack } from './stories/tape-away.ts';
import { THEMES } from './testing/stage.ts';
import { stageForSuite } from './testing/stage-for-suite.ts';

describeWithPeers('the desk of an operator', ['chromium'], () => {
  const stage = stageForSuite();
  const found: string[] = [];
  afterAll(() => stage.close());
  beforeAll(async () => {
    stage.write('person/Plans/one.txt', 'one');
    stage.write('person/Plans/two.bin', Buffer.alloc(300_000, 'ab'));
    stage.write('usb/note', 'a disk');
    const url = await stage.serve();
    const vault = ['vault', 'create', stage.at('vault'), '--slots', '5', '--codec', 'none'];
    await stage.command(...vault);
    await stage.command('object', 'add', 'plans', '--vault', stage.at('vault'), '--files', stage.at('person/Plans'));
    await stage.command('backup', 'plans', '--streams', '1');
    await stage.open(url);
    await stage.goTo('Media');
    await tape('CF0001L8').waitFor();
  });

  const main = () => stage.page.getByRole('main');
  const library = () => main().getByRole('group', { name: 'Library' });
  const tape = (id: string) => library().getByRole('button', { name: new RegExp(`^${id} `) });
  const drive = (number: number) => library().getByRole('button', { name: new RegExp(` drive ${number},`) });
  const button = (name: string) => main().getByRole('button', { name, exact: true });
  const tapeFile = () => stage.at('vault/tapes/CF0001L8.tap');
  const look = async (name: string, themes: readonly (typeof THEMES)[number][] = ['light']) => {
    for (const theme of themes)
      for (const fault of await stage.look(name, theme)) found.push(`${name}, ${theme}: ${fault}`);
  };

  test('takes tapes to drives and back by keys alone, and by dragging', async () => {
    const { page } = stage;
    await tape('CF0001L8').focus();
    await page.keyboard.press('ArrowRight');
    expect(await tape('CF0002L8').evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
    await main()
      .getByRole('toolbar', { name: /CF0002L8/ })
      .waitFor();
    await page.keyboard.press('ArrowLeft');
    await main()
      .getByRole('toolbar', { name: /CF0001L8/ })
      .waitFor();
    expect(await tape('CF0001L8').evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
    const slots = library().getByRole('button', { name: / slot \d+,/ });
    await page.keyboard.press('End');
    await slots.last().and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Home');
    await tape('CF0001L8').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('2');
    await drive(2).getByText('CF0001L8').waitFor();
    await library().getByText('CF0001L8 is in drive 2').waitFor();
    await tape('CF0001L8').and(page.locator(':focus')).waitFor();
    await tape('CF0003L8').dragTo(library().getByText('drive 1', { exact: true }));
    await drive(1).getByText('CF0003L8').waitFor();
    for (const theme of THEMES) await stage.picture('media', theme);
    await main().getByText('What the robot moved').click();
    await main()
      .getByRole('row', { name: /CF0003L8 slot 3 drive 1 Move of a tape done/ })
      .waitFor();
    for (const [width, height] of [
      [1024, 700],
      [1440, 900],
    ] as const) {
      await page.setViewportSize({ width, height });
      await main().getByText('What the robot moved').scrollIntoViewIfNeeded();
      for (const theme of THEMES) await stage.picture(`media-robot-${width}`, theme);
    }
    await main().getByText('What the robot moved').click();
    await tape('CF0003L8').focus();
    await page.keyboard.press('0');
    await drive(1).waitFor({ state: 'detached' });
    await drive(2).dragTo(tape('CF0002L8'));
    await drive(2).waitFor({ state: 'detached' });
    // Out to where a person takes it, and in again.
    const outside = library().getByRole('button', { name: /^CF0001L8 .*import\/export slot 1/ });
    await tape('CF0001L8').focus();
    await page.keyboard.press('x');
    await outside.waitFor();
    await library().getByText('CF0001L8 is in import/export slot 1').waitFor();
    await outside.and(page.locator(':focus')).waitFor();
    expect(existsSync(tapeFile())).toBe(false);
    await look('media-import-export', THEMES);
    await outside.focus();
    await page.keyboard.press('x');
    await outside.waitFor({ state: 'detached' });
    expect(existsSync(tapeFile())).toBe(true);
  });

  test('cleans a drive that asks for it', async () => {
    await stage.command('library', 'cleaning', stage.at('vault'), '--after', '10KB');
    await button('Label a tape').click();
    await stage.page.getByRole('button', { name: 'Add a cleaning tape' }).click();
    const wants = main().getByText('Drive 1 wants cleaning');
    await wants.waitFor();
    await look('media-cleaning', THEMES);
    await button('Clean drive 1').first().click();
    await wants.waitFor({ state: 'detached' });
    await library().getByText('49 uses left').waitFor();
  });

  test('has it chosen where backups begin, and says which tape takes no more for that', async () => {
    const begin = main().getByRole('button', { name: /Backups begin on/ });
    const choose = async (name: string): Promise<void> => {
      await begin.click();
      await stage.page.getByRole('option', { name, exact: true }).click();
    };
    await choose('a new tape, each run');
    await main()
      .getByText(/^Backups that run together share it/)
      .waitFor();
    await library()
      .getByText(/^closed/)
      .waitFor();
    await look('media-closed', THEMES);
    await choose('the tape that has room');
    await library()
      .getByText(/^closed/)
      .waitFor({ state: 'detached' });
  });

  test('erases nothing before it named what goes', async () => {
    await tape('CF0001L8').click();
    await button('Erase').click();
    const question = stage.page.getByRole('alertdialog', { name: 'Erase CF0001L8?' });
    await question.getByText(/One block set cannot be restored any more/).waitFor();
    await question.getByText(/plans, full/).waitFor();
    await question.getByText(/one\.txt$/).waitFor();
    await look('media-erase');
    await question.getByRole('button', { name: 'Keep the tape as it is' }).click();
    await button('Protect').click();
    await button('Unprotect').waitFor();
    expect(await button('Erase').isDisabled()).toBe(true);
    await main().getByText('It is write protected: unprotect it before it can be erased.').waitFor();
    await button('Unprotect').click();
    await button('Protect').waitFor();
  });

  test('exports a tape, names it when it is gone, and has it back from its file', async () => {
    const { page } = stage;
    await button('Export').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Folder' }).fill(stage.at('usb'));
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    await main().getByText('Done', { exact: true }).waitFor();
    await main().getByText('What it takes to read it').waitFor();
    await look('job-export');
    const file = stage.at('usb/CF0001L8.tap');
    expect(readFileSync(file).equals(readFileSync(tapeFile()))).toBe(true);
    renameSync(tapeFile(), stage.at('gone'));
    await stage.goTo('Media');
    await button('Verify the vault').click();
    await main().getByText('Tape CF0001L8 (last in slot 1) is not here').waitFor();
    await main().getByText('Done with warnings').first().waitFor();
    await button('Verify again').waitFor();
    await look('job-away');
    await stage.goTo('Media');
    await button('Inventory').click();
    await main().getByText('CF0001L8 is not in its place').waitFor();
    await look('media-missing', THEMES);
    await restoreOnceTapeIsBack(stage, {
      object: 'plans',
      barcode: 'CF0001L8',
      names: ['one.txt', 'two.bin'],
      to: stage.at('back'),
      look: (name) => look(name, /lacking|asked-for/.test(name) ? THEMES : undefined),
      bringBack: async () => {
        await button('Import its file').click();
        await dialog.getByRole('textbox', { name: 'File' }).fill(file);
        await look('media-import');
        await dialog.getByRole('button', { name: 'Import', exact: true }).click();
        await main().getByText('Done', { exact: true }).waitFor();
        expect(existsSync(tapeFile())).toBe(true);
      },
    });
    expect(readFileSync(stage.at('back/one.txt'), 'utf8')).toBe('one');
    await main().getByText('CF0001L8 is not in its place').waitFor({ state: 'detached' });
    rmSync(stage.at('gone'));
    expect(found).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });
});
