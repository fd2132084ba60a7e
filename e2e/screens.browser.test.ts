import { readFileSync, rmSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPeers } from '../electron/platform/testing/peers.ts';
import { goToObject } from './stories/story-stage.ts';
import { THEMES } from './testing/stage.ts';
import { stageForSuite } from './testing/stage-for-suite.ts';

const STATIONS = [
  'Overview',
  'Protect',
  'Jobs',
  'Restore',
  'Volumes',
  'Media',
  'Schedules',
  'Retention',
  'Checks',
  'Notices',
  'Reports',
  'Activity',
  'Audit log',
  'Doctor',
  'Settings',
  'About',
] as const;

/** Whether each of several things lies wholly in the window, with nothing over it. */
const inView = (lines: Locator): Promise<boolean[]> =>
  lines.evaluateAll((each) =>
    each.map((line) => {
      const { x, y, width, height } = line.getBoundingClientRect();
      const corners = [
        [x + 2, y + 2],
        [x + width - 2, y + height - 2],
      ] as const;
      return corners.every(([left, top]) => line.contains(line.ownerDocument.elementFromPoint(left, top)));
    }),
  );

/** What has the focus, and what is read out with it. */
const expectFocus = async (at: Locator, described = ''): Promise<void> => {
  await at.and(at.page().locator(':focus')).waitFor();
  if (described === '') return;
  const ids = (await at.getAttribute('aria-describedby')) ?? '';
  const texts = ids.split(' ').filter(Boolean);
  const read = await Promise.all(texts.map((id) => at.page().locator(`[id="${id}"]`).textContent()));
  expect(read.join(' ')).toContain(described);
};

describeWithPeers('every screen', ['chromium'], () => {
  const stage = stageForSuite();
  const found: string[] = [];
  afterAll(() => stage.close());
  beforeAll(async () => {
    const page = await stage.open(await stage.serve());
    await page.getByRole('heading', { name: /Three questions/ }).waitFor();
    await look('first-steps');
    await page.getByRole('button', { name: /Create the vault/ }).click();
    await expectFocus(page.getByRole('textbox', { name: 'Folder to protect' }), 'Its full path, beginning with /.');
    await page.getByText('A sample folder, to try it safely').click();
    await page.getByText('No passphrase').click();
    await page.getByRole('button', { name: /Create the vault/ }).click();
    await page.getByText('Done', { exact: true }).waitFor();
    await look('job');
  });

  const look = async (name: string) => {
    for (const theme of THEMES) {
      for (const fault of await stage.look(name, theme)) found.push(`${name}, ${theme}: ${fault}`);
    }
  };

  test('has nothing that axe objects to, in light and in dark', async () => {
    const { page } = stage;
    for (const station of STATIONS) {
      await stage.goTo(station);
      await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
      // A screen may load several things at once.
      await expect.poll(() => page.getByText('Loading …').count(), { timeout: 30_000 }).toBe(0);
      await look(station.toLowerCase());
    }
    await page.keyboard.press('Control+k');
    await page.keyboard.type('*.txt');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /Found for/ }).waitFor();
    await look('search');
    // 200 % of the smallest window.
    await page.setViewportSize({ width: 512, height: 350 });
    for (const station of STATIONS) {
      await stage.goTo(station);
      await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
      await expect.poll(() => page.getByText('Loading …').count()).toBe(0);
      for (const each of await stage.outOfReach()) found.push(`${station} at 200 %: ${each}`);
      if (station === 'Overview' || station === 'Media') await stage.picture(`${station}-zoomed`, 'light');
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(found).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });

  test('of the wizard can be gone through by keyboard alone', async () => {
    const { page } = stage;
    const main = page.getByRole('main');
    const press = async (name: string | RegExp) => {
      await page.getByRole('main').getByRole('button', { name }).focus();
      await page.keyboard.press('Enter');
    };
    stage.write('person/Plans/one.txt', 'one');
    await stage.goTo('Protect');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('row').first().focus();
    await page.keyboard.press('ArrowRight');
    const plans = page.getByRole('row', { name: /Plans/ });
    await plans.waitFor();
    for (
      let line = 0;
      line < 20 && !(await plans.evaluate((line) => line.contains(line.ownerDocument.activeElement)));
      line++
    )
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    expect(await plans.getByRole('checkbox').isChecked()).toBe(true);
    await press(/^Next/);
    await expectFocus(main.getByRole('heading', { level: 1, name: 'What should not be kept?' }));
    await look('wizard-not');
    await press('Back');
    await expectFocus(main.getByRole('heading', { level: 1, name: 'What should be protected?' }));
    await press(/^Next/);
    await press(/^Next/);
    await main.getByRole('textbox', { name: 'Name' }).fill('a@b');
    await press(/^Next/);
    await expectFocus(main.getByRole('textbox', { name: 'Name' }), 'none of them @ or /');
    await main.getByRole('textbox', { name: 'Name' }).fill('Plans');
    await look('wizard-where');
    await press(/^Next/);
    await main.getByRole('radio', { name: /^Once a week/ }).focus();
    await page.keyboard.press('Space');
    await main.getByRole('textbox', { name: 'At' }).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('25:00');
    await press(/^Next/);
    await expectFocus(main.getByRole('textbox', { name: 'At' }), 'An hour and a minute, as 02:30.');
    await page.keyboard.press('Control+a');
    // Not while this runs.
    const hour = String((new Date().getHours() + 12) % 24).padStart(2, '0');
    await page.keyboard.type(`${hour}:00`);
    await main
      .getByRole('row', { name: new RegExp(`^Friday.* ${hour}:00$`) })
      .first()
      .waitFor();
    await look('wizard-when');
    await press(/^Next/);
    await main.getByText(`Every Friday at ${hour}:00`).waitFor();
    await look('wizard-review');
    await page.reload();
    await main.getByText(/^Taken up where you left it/).waitFor();
    await main.getByText(`Every Friday at ${hour}:00`).waitFor();
    await press('Begin anew');
    await page.getByRole('button', { name: 'Keep what is chosen' }).press('Enter');
    await expectFocus(main.getByRole('button', { name: 'Begin anew' }));
    await press('Only protect it');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    // The matter goes with the press, and the button of its object becomes the way to its backup.
    await page.getByRole('button', { name: 'Run it now' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Plans was never backed up').waitFor({ state: 'detached' });
    await main.getByRole('row', { name: /^Plans .*Protected/ }).waitFor();
    const backUp = main.getByRole('button', { name: 'Back up Plans now' });
    await expectFocus(backUp);
    await page.evaluate(`
      const button = document.activeElement;
      const note = () => (button.dataset.labels = (button.dataset.labels ?? '') + button.ariaLabel + ', ');
      new MutationObserver(note).observe(button, { attributeFilter: ['aria-label'] });
      // Pressed twice it starts one, and does not go anywhere.
      button.click();
      button.click();`);
    await expect
      .poll(async () => (await stage.answer<{ sets: object[] }>('sets', 'Plans')).sets.length, { timeout: 30_000 })
      .toBe(2);
    await expectFocus(backUp);
    await main.locator('[data-labels="See the backup of Plans that runs, Back up Plans now, "]').waitFor();
    const { schedules } = await stage.answer<{ schedules: { id: string; object: string }[] }>('schedule', 'list');
    expect(schedules.map(({ object }) => object)).toEqual(['Plans']);
    await stage.command('schedule', 'remove', schedules[0]?.id ?? '');
    expect(found).toEqual([]);
  });

  test('keeps a focus whose place goes away, and none that was given up on purpose', async () => {
    const page = await stage.page.context().newPage();
    await page.setContent(`
      <main tabindex="0"><section aria-labelledby="title"><h2 id="title">Card</h2><button>One</button><button>Two</button></section>
      <button>Three</button></main><input aria-label="Beside">
      <form><input aria-label="Right"><input aria-label="Wrong" aria-invalid="true"></form>
      <div id="form"><fieldset data-wrong><legend>Days</legend><button>Mon</button></fieldset></div>`);
    const source = stripTypeScriptTypes(readFileSync('renderer/stores/focus.ts', 'utf8'));
    await page.addScriptTag({
      type: 'module',
      content: `${source}; Object.assign(window, { firstWrong, keepFocus, isFocusLost });`,
    });
    await page.waitForFunction('"keepFocus" in window');
    const button = (name: string) => page.getByRole('button', { name });
    const focused = () => page.evaluate('document.activeElement.localName');
    const isLost = () => page.evaluate('isFocusLost()');
    await page.evaluate('keepFocus(document.querySelector("main"))');
    await button('One').focus();
    expect(await isLost()).toBe(false);
    await button('One').evaluate((gone) => gone.remove());
    await expectFocus(page.locator('section'));
    expect(await isLost()).toBe(true);
    await button('Two').focus();
    expect(await isLost()).toBe(false);
    expect(await page.locator('section').getAttribute('tabindex')).toBeNull();
    await button('Two').evaluate((pressed) => pressed.setAttribute('disabled', ''));
    await expectFocus(page.locator('section'));
    // Nothing is taken back from whoever has left it.
    await button('Three').focus();
    await page.evaluate('document.activeElement.blur()');
    await button('Three').evaluate((left) => left.remove());
    expect(await focused()).toBe('body');
    await page.getByLabel('Beside').focus();
    await page.locator('section').evaluate((left) => left.remove());
    expect(await focused()).toBe('input');
    expect(await page.locator('main').getAttribute('tabindex')).toBe('0');
    expect(await page.evaluate('firstWrong(document.querySelector("form")).ariaLabel')).toBe('Wrong');
    expect(await page.evaluate('firstWrong(document.querySelector("#form")).textContent')).toBe('Mon');
    expect(await page.evaluate('firstWrong(document.querySelector("main"))')).toBeNull();
    await page.close();
  });

  test('of retention shows what rules mean before they are saved, and lets go what was agreed to', async () => {
    const { page } = stage;
    const main = page.getByRole('main');
    for (const _ of [1, 2, 3]) await stage.command('backup', 'Plans', '--level', 'full');
    await stage.goTo('Retention');
    await main.getByRole('row', { name: /Plans/ }).getByText('everything').waitFor();
    await main.getByRole('link', { name: 'Set rules of Plans' }).click();
    await main.getByText('What the rules mean now').waitFor();
    await main.getByText('Without a rule everything is kept').waitFor();
    await main.getByRole('textbox', { name: 'The newest' }).fill('1');
    await main.getByText('With these rules').waitFor();
    await main.getByText('No rule holds it').first().waitFor();
    await main.getByText('Without a rule everything is kept').waitFor({ state: 'detached' });
    await look('retention-preview');
    await main.getByRole('button', { name: 'Save the rules' }).click();
    await main
      .getByRole('button', { name: /^Hold set / })
      .last()
      .click();
    await main.getByText('Held', { exact: true }).waitFor();
    const keep = main.getByRole('button', { name: /^Keep until a date set / }).first();
    await keep.click();
    const day = page.getByRole('dialog').getByLabel('Until the end of');
    await day.fill('2020-01-01');
    await page.getByRole('button', { name: 'Keep it' }).click();
    await expectFocus(day, 'a day from today on');
    await day.fill('2090-12-31');
    await page.getByRole('button', { name: 'Keep it' }).click();
    await main.getByText(/^Kept until .*2091/).waitFor();
    await main.getByRole('button', { name: /^Let .* expire$/ }).click();
    await page
      .getByRole('alertdialog')
      .getByText(/cannot be restored any more/)
      .waitFor();
    await look('retention-consent');
    await page.getByRole('button', { name: 'Let them expire' }).click();
    await main.getByText('No rule holds it').first().waitFor({ state: 'detached' });
    await main.getByText('Held', { exact: true }).waitFor();
    await look('retention');
    let many = '';
    for (let file = 0; file < 120; file += 1) many = stage.write(`person/Plans/many/${file}.txt`, `${file}`);
    await stage.command('backup', 'Plans');
    await main.getByText(/Let expire by itself/).click();
    await page.getByText(/expire by themselves from the next backup on/).waitFor();
    rmSync(dirname(many), { recursive: true });
    await stage.command('backup', 'Plans');
    await main.getByText(/121 of \d+ elements are gone/).waitFor();
    await stage.goTo('Overview');
    await main.getByText('Something about a backup of Plans is unusual').waitFor();
    await look('overview-held');
    await main.getByRole('link', { name: 'Look at it' }).click();
    await main.getByText(/121 of \d+ elements are gone/).waitFor();
    await look('retention-held');
    await main.getByRole('button', { name: 'I have looked, go on' }).click();
    await main.getByText(/elements are gone/).waitFor({ state: 'detached' });
    // Who looks for what was lost finds it where it was.
    await goToObject(stage, 'Plans');
    await main.getByText(/^1 folder not in this backup any more, since today/).waitFor();
    await main.getByRole('button', { name: 'Show it' }).click();
    await main.getByRole('checkbox', { name: 'Restore many' }).press('Space');
    await main.getByText('1 item, 121 elements, 250 B').waitFor();
    await main.getByRole('button', { name: 'Show the list' }).press('Enter');
    await main.getByRole('row', { name: /^many in .*Plans of Plans.* 121 250 B/ }).waitFor();
    await look('restore-gone');
    // What comes with a folder is taken out of it, and the folder says that it is no longer taken as a whole.
    await main.getByRole('link', { name: /: go to that moment, with many$/ }).click();
    const list = main.getByRole('grid');
    const tick = list.getByRole('checkbox', { name: 'Restore many' });
    await expect.poll(() => tick.isChecked(), { timeout: 30_000 }).toBe(true);
    await list.getByRole('link', { name: 'many' }).click();
    await list.getByRole('checkbox', { name: 'Restore 0.txt' }).press('Space');
    await main.getByText('119 items, 249 B').waitFor();
    expect(await list.getByRole('checkbox', { name: 'Restore 0.txt' }).isChecked()).toBe(false);
    await main.getByRole('button', { name: 'Up' }).press('Enter');
    await expect
      .poll(async () => await list.ariaSnapshot(), { timeout: 30_000 })
      .toMatch(/checkbox "Restore many" \[checked=mixed\]/);
    await tick.press('Space');
    await main.getByText('1 item, 121 elements, 250 B').waitFor();
    await main.getByRole('button', { name: 'Take many out of the basket' }).press('Enter');
    await main.getByText(/^1 item,/).waitFor({ state: 'detached' });
    // So is who searches for it: it is taken from the last backup that had it.
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('119.txt');
    await page.keyboard.press('Enter');
    const hit = main.getByRole('row', { name: /119\.txt deleted since/ });
    await hit.getByRole('checkbox').press('Space');
    await main.getByText('1 item, 3 B').waitFor();
    await hit.getByRole('button', { name: 'Versions of 119.txt' }).press('Enter');
    await main.getByText('1 version of 119.txt, newest first').waitFor();
    expect(await main.getByRole('listitem').getByRole('checkbox').isChecked()).toBe(true);
    await look('search-hit');
    await main.getByRole('button', { name: 'Next: where it goes' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Restore' });
    await dialog.getByRole('textbox', { name: 'Folder' }).fill(stage.at('found'));
    await dialog.getByRole('button', { name: 'Next: review' }).press('Enter');
    await dialog.getByRole('button', { name: 'Restore now' }).press('Enter');
    await page.waitForURL(/#\/jobs\//);
    await page.locator('main header').getByText('Done', { exact: true }).waitFor();
    expect(readFileSync(stage.at('found/119.txt'), 'utf8')).toBe('119');
    expect(found).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });

  test('of settings limits what moves, chooses for one object, and takes all of it to a file and back', async () => {
    const { page } = stage;
    const main = page.getByRole('main');
    await stage.goTo('Settings');
    const theme = () => page.evaluate('document.documentElement.dataset.theme ?? null');
    await main.getByRole('radiogroup', { name: 'Theme' }).getByText('Dark').click();
    expect(await theme()).toBe('dark');
    await main.getByRole('button', { name: /^Let the console have it so/ }).click();
    await main.getByText('until you choose otherwise in this browser').waitFor();
    expect(await theme()).toBe('dark');
    await stage.command('settings', 'set', 'theme', 'default');
    await page.reload();
    await page.locator('html:not([data-theme])').waitFor();
    await main.getByRole('button', { name: 'Add a rule' }).click();
    const rule = main.getByRole('group', { name: 'Rule 1' });
    await rule.getByLabel('Read, per second').fill('1 KB');
    await rule.getByText('16 KiB at least').waitFor();
    expect(await main.getByRole('button', { name: 'Save limits' }).isDisabled()).toBe(true);
    for (const day of ['Mon', 'Tue', 'Wed', 'Thu']) await rule.getByRole('button', { name: day }).click();
    await rule.getByLabel('From', { exact: true }).fill('00:00');
    await rule.getByLabel('To', { exact: true }).fill('00:00');
    await rule.getByLabel('Read, per second').fill('20 MB');
    await main.getByRole('button', { name: 'Save limits' }).click();
    await main.getByRole('button', { name: 'Save limits' }).waitFor({ state: 'detached' });
    await main.getByRole('button', { name: /Object/ }).click();
    await page.getByRole('option', { name: 'Plans' }).click();
    await main
      .getByRole('radiogroup', { name: /Read back/ })
      .getByText('On', { exact: true })
      .click();
    await main.getByRole('radiogroup', { name: 'Limits' }).getByText('Of its own').click();
    await expect.poll(() => main.getByRole('group', { name: 'Rule 1' }).count()).toBe(2);
    await look('settings-of-object');

    const saving = page.waitForEvent('download');
    await main.getByRole('button', { name: 'Export', exact: true }).click();
    const saved = await saving;
    const config = JSON.parse(readFileSync(await saved.path(), 'utf8'));
    const limits = [{ days: ['fri'], from: '00:00', to: '00:00', source: 20_000_000, vault: null }];
    expect(config.settings.limits).toEqual(limits);
    expect(config.objects.find(({ name }: { name: string }) => name === 'Plans')?.own).toEqual({
      verifyAfterBackup: true,
      limits,
    });
    await stage.command('limit', 'clear');
    await stage.command('limit', 'inherit', '--object', 'Plans');
    const choosing = page.waitForEvent('filechooser');
    await main.getByRole('button', { name: /^Import/ }).click();
    await (await choosing).setFiles(await saved.path());
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/limits: as for all becomes/).waitFor();
    await look('settings-import');
    await dialog.getByRole('button', { name: 'Make these 2 changes' }).click();
    await dialog.waitFor({ state: 'detached' });
    const listed = await stage.answer<object>('limit', 'list', '--object', 'Plans');
    expect(listed).toMatchObject({ own: true, limits });
    expect(found).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });

  test('of jobs filters the history, and saves what is shown', async () => {
    const { page } = stage;
    const main = page.getByRole('main');
    await stage.goTo('Jobs');
    await main.getByRole('link', { name: 'Plans' }).first().waitFor();
    await main.getByRole('button', { name: /Object/ }).click();
    await page.getByRole('option', { name: 'Plans' }).click();
    await main.getByRole('button', { name: /Kind/ }).click();
    await page.getByRole('option', { name: 'Retention' }).click();
    await main.getByRole('link', { name: 'Plans', exact: true }).first().waitFor({ state: 'detached' });
    await main.getByRole('link', { name: 'Retention: Plans' }).first().waitFor();
    const saving = page.waitForEvent('download');
    await main.getByRole('button', { name: 'Export CSV' }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toMatch(/^coldframe-history-.*\.csv$/);
    const [, ...lines] = readFileSync(await saved.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toContain('"retention"');
    await main.getByLabel('From').fill('2050-01-01');
    await main.getByText('No job fits this choice').waitFor();
    await main.getByRole('button', { name: 'Show everything' }).click();
    await main.getByRole('link', { name: 'Plans', exact: true }).first().waitFor();

    await main.getByRole('link', { name: 'Plans', exact: true }).first().click();
    await main.getByRole('button', { name: 'Verify' }).dblclick();
    await main.getByRole('heading', { name: /^Verif/ }).waitFor();
    await main.getByText('Done', { exact: true }).waitFor();
    const { jobs } = await stage.answer<{ jobs: { kind: string }[] }>('job', 'list');
    expect(jobs.filter(({ kind }) => kind === 'verify')).toHaveLength(1);
    expect(found).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });

  test('of reports has a month to print and to keep, and the charts of an object with all of them in a table', async () => {
    const { page } = stage;
    const main = page.getByRole('main');
    await stage.goTo('Reports');
    await main
      .getByRole('row', { name: /^Plans/ })
      .first()
      .waitFor();
    const saving = page.waitForEvent('download');
    await main.getByRole('button', { name: 'Save as a page' }).click();
    const saved = await saving;
    expect(readFileSync(await saved.path(), 'utf8')).toMatch(/^<!doctype html>[\s\S]*Plans[\s\S]*<\/html>\n$/);
    await page.emulateMedia({ media: 'print' });
    for (const hidden of [page.getByRole('navigation'), main.getByRole('button', { name: 'Print' })])
      await hidden.waitFor({ state: 'hidden' });
    await main
      .getByRole('row', { name: /^Plans/ })
      .first()
      .waitFor();
    await page.emulateMedia({ media: 'screen' });
    const month = main.getByLabel('Month');
    await month.fill('2001-02');
    await main.getByRole('heading', { name: /^Backup report of February 2001/ }).waitFor();
    await main.getByText('Nothing was protected.').first().waitFor();
    await month.fill('2999-02');
    await main.getByText(/^The month 2999-02 has not begun/).waitFor();
    await expect.poll(() => month.getAttribute('aria-invalid')).toBe('true');
    await month.fill('');
    await main.getByRole('link', { name: 'Plans' }).first().click();
    await main
      .getByRole('img', { name: /^Size of Plans, from/ })
      .locator('canvas')
      .waitFor();
    await main.getByText('All of it as a table').click();
    await main.getByRole('columnheader', { name: 'Stored' }).waitFor();
    await look('charts');
    expect(found).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });

  test('of notices has one added, tested and told by rules, and says what does not get there', async () => {
    const { page } = stage;
    const main = page.getByRole('main');
    await stage.goTo('Notices');
    await main.getByText('Nobody is told yet').waitFor();
    await main.getByRole('button', { name: 'New notice' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('admin');
    await look('notices-new');
    await dialog.getByText('Desktop', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Add notice' }).click();
    await main.getByRole('button', { name: 'Send a test to admin' }).click();
    await main.getByText('got there').waitFor();
    await page.getByText('This is a test of Coldframe').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).first().click();
    await main.getByRole('button', { name: 'New notice' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('on call');
    await dialog.getByText('Command', { exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Command' }).fill('echo "no modem" >&2; false');
    await dialog.getByRole('button', { name: 'Add notice' }).click();
    await main.getByRole('button', { name: 'Send a test to on call' }).click();
    await main.getByText(/status 1 \(no modem\)/).waitFor();
    const notes = page.getByRole('status', { name: 'What was just done' });
    await notes.locator(':scope > div').filter({ hasText: 'NOTICE_FAILED' }).getByRole('button').click();
    await notes.getByText('NOTICE_FAILED').waitFor({ state: 'detached' });
    await main.getByRole('button', { name: /A backup is done, told by on call/ }).click();
    await page.getByRole('option', { name: 'At once' }).click();
    await main.getByRole('button', { name: /At once.*A backup is done, told by on call/ }).waitFor();
    await look('notices');
    await main.getByRole('button', { name: 'Change on call' }).click();
    await dialog.getByRole('textbox', { name: 'Command' }).fill('cat > /dev/null');
    await look('notices-change');
    await dialog.getByRole('button', { name: 'Save the notice' }).click();
    await main.getByRole('button', { name: 'Send a test to on call' }).click();
    await main.getByText(/status 1/).waitFor({ state: 'detached' });
    await main.getByRole('button', { name: /At once.*A backup is done, told by on call/ }).waitFor();
    await main.getByRole('button', { name: 'New notice' }).click();
    await dialog.getByText('Folder', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Browse …' }).waitFor();
    await page.keyboard.press('Escape');
    expect(found).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });

  test('of schedules has one made, run, paused and removed', async () => {
    const { page } = stage;
    const main = page.getByRole('main');
    const dialog = page.getByRole('dialog');
    await stage.goTo('Schedules');
    await main.getByText('No schedule yet').waitFor();
    await main.getByRole('button', { name: 'New schedule' }).click();
    await dialog.getByRole('button', { name: /What$/ }).click();
    await page.getByRole('option', { name: 'Plans' }).click();
    await dialog.getByText('Weekly').click();
    await dialog.getByRole('textbox', { name: 'At' }).fill('25:00');
    await dialog.getByRole('button', { name: 'Add it' }).click();
    await expectFocus(dialog.getByRole('textbox', { name: 'At' }), 'an hour and a minute');
    await dialog.getByRole('textbox', { name: 'At' }).fill('22:15');
    await dialog.getByText('The next runs').waitFor();
    await dialog
      .getByRole('row', { name: /^Friday.* 22:15.* incremental/ })
      .first()
      .waitFor();
    const zone = dialog.getByRole('combobox', { name: 'Time zone' });
    const here = await zone.inputValue();
    await zone.fill('kiritim');
    await page.getByRole('option', { name: 'Pacific/Kiritimati' }).click();
    await dialog.getByText('in the time of Pacific/Kiritimati').waitFor();
    await dialog
      .getByRole('row', { name: /^Friday.* here .*22:15/ })
      .first()
      .waitFor();
    await look('schedule-new');
    await zone.fill(here);
    await page.getByRole('option', { name: here, exact: true }).click();
    await dialog.getByText(`in the time of ${here}`).waitFor();
    await dialog.getByRole('button', { name: 'Add it' }).click();
    const line = main.getByRole('row', { name: /Plans/ });
    await line.getByText('Every Friday at 22:15').waitFor();
    await main.getByRole('link', { name: 'Have it start by itself' }).waitFor();
    await main.getByRole('button', { name: 'Run now the schedule of Plans' }).click();
    await line.getByText('done', { exact: true }).waitFor();
    await look('schedules');
    await main.getByRole('button', { name: 'Change the schedule of Plans' }).click();
    await dialog.getByText('Only within certain hours').click();
    await dialog.getByText('Conditions, retries, priority').click();
    await dialog.getByText('Only while the machine is on mains').click();
    await dialog.getByRole('button', { name: 'Add a rule' }).click();
    await dialog.getByRole('button', { name: 'Add a rule' }).click();
    await dialog.getByRole('button', { name: /Rule 1: on$/ }).click();
    await page.getByRole('option', { name: 'Friday' }).click();
    await dialog.getByRole('button', { name: 'Put rule 2 before the one above it' }).click();
    await dialog
      .getByRole('row', { name: /^Friday.* 22:15.* full$/ })
      .first()
      .waitFor();
    // What it comes to stays in view beside all that can be set.
    await page.setViewportSize({ width: 1024, height: 700 });
    await dialog.getByRole('textbox', { name: 'Further tries' }).scrollIntoViewIfNeeded();
    expect(await inView(dialog.getByRole('row', { name: /^Friday/ }))).toEqual(Array(5).fill(true));
    await look('schedule-edit-small');
    await look('schedule-edit');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await line.getByText(/synthetic full with the first run of a month, full on Friday, from 22:00 to 06:00/).waitFor();
    await main.getByRole('heading', { name: 'The coming weeks' }).waitFor();
    // With conditions, too, a line stays low, and what can be done with it in reach.
    await look('schedules-small');
    expect((await line.first().boundingBox())?.height).toBeLessThan(150);
    expect(await inView(line.first().getByRole('button'))).toEqual(Array(4).fill(true));
    await page.setViewportSize({ width: 1440, height: 900 });
    await main.getByRole('button', { name: 'Pause all for an hour' }).click();
    await main.getByText(/^All schedules are paused until/).waitFor();
    await look('schedules-paused');
    await main.getByRole('button', { name: 'Let them go on' }).click();
    await main.getByRole('button', { name: 'Pause all for an hour' }).waitFor();
    await main.getByRole('button', { name: 'Pause the schedule of Plans' }).click();
    await line.getByText('paused', { exact: true }).waitFor();
    await line.getByRole('link', { name: 'Plans' }).click();
    await main.getByRole('heading', { level: 1, name: 'Plans' }).waitFor();
    await look('schedule');
    await main.getByRole('button', { name: 'Remove the schedule of Plans' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove it' }).click();
    await main.getByText('No schedule yet').waitFor();
    expect(found).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });

  test('of the overview changes an object, and ends its protection when that is agreed to', async () => {
    const { page } = stage;
    const dialog = page.getByRole('dialog');
    await stage.goTo('Overview');
    await page
      .getByRole('row', { name: /^Plans/ })
      .getByRole('button', { name: 'Vault on the same disk' })
      .click();
    await dialog.getByText(/^The vault lies on the same disk as .*Plans\./).waitFor();
    await dialog.getByText('Print and mail spools').click();
    await dialog.getByRole('textbox', { name: 'Another folder' }).fill(stage.at('person'));
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Add this folder, or leave the field empty.').waitFor();
    await look('object');
    await dialog.getByRole('textbox', { name: 'Another folder' }).fill('');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Plans was changed.').waitFor();
    await page.getByRole('button', { name: 'Change or remove Plans' }).click();
    expect(await dialog.getByRole('checkbox', { name: /Print and mail spools/ }).isChecked()).toBe(true);
    await dialog.getByRole('button', { name: 'Remove …' }).click();
    const consent = page.getByRole('alertdialog');
    await consent.getByText(/^Its .*backups? stays? in .* until something is protected as Plans/).waitFor();
    await look('object-remove');
    await consent.getByRole('button', { name: 'Remove it' }).click();
    await page.getByRole('status').getByText('Plans is no longer protected.').waitFor();
    await page.getByRole('button', { name: 'Change or remove Plans' }).waitFor({ state: 'detached' });
    expect(found).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });
});
