import { execFile, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPeers } from '../electron/platform/testing/peers.ts';
import { done } from './stories/story-stage.ts';
import { THEMES } from './testing/stage.ts';
import { stageForSuite } from './testing/stage-for-suite.ts';

type Windows = readonly (readonly [width: number, height: number, themes: readonly (typeof THEMES)[number][]])[];

/** Colours do not depend on the window, so the small one is looked at in one theme. */
const WINDOWS: Windows = [
  [1440, 900, THEMES],
  [1024, 700, ['light']],
];
const SMALL = WINDOWS.slice(1);
/** A window in which a whole page fits. */
const TALL: Windows = [[1440, 1900, ['light']]];

const run = promisify(execFile);

/** Works on what an address names as a virtual machine would; what was read wrong is an error. */
const io = async (uri: string, ...commands: string[]): Promise<void> => {
  const { stdout } = await run('qemu-io', [
    '-f',
    'raw',
    ...(/%40|\/replica%2F/.test(uri) ? ['-r'] : []),
    ...commands.flatMap((command) => ['-c', command]),
    uri,
  ]);
  expect(stdout).not.toContain('failed');
};

describeWithPeers('volumes in a browser', ['chromium', 'qemu-io'], () => {
  const stage = stageForSuite();
  const found: string[] = [];
  const main = () => stage.page.getByRole('main');
  const dialog = () => stage.page.getByRole('dialog');

  const look = async (name: string, windows: Windows = WINDOWS) => {
    for (const [at, [width, height, themes]] of windows.entries()) {
      await stage.page.setViewportSize({ width, height });
      for (const theme of themes) {
        for (const fault of await stage.look(`${name}-${width}x${height}`, theme, at > 0))
          found.push(`${name}, ${theme}: ${fault}`);
      }
    }
    await stage.page.setViewportSize({ width: 1440, height: 900 });
  };

  beforeAll(async () => {
    await stage.open(await stage.serve());
    await stage.goTo('Volumes');
  });
  afterAll(() => stage.close());

  test('one is made by keyboard alone, and says at its fields what is wrong', async () => {
    const { page } = stage;
    await page.getByText('No volume yet').waitFor();
    await look('volumes-none');
    await main().getByRole('button', { name: 'New volume' }).focus();
    await page.keyboard.press('Enter');
    await dialog().waitFor();
    await page.keyboard.type('disk1');
    await page.keyboard.press('Tab');
    await page.keyboard.type('64 horses');
    await page.keyboard.press('Enter');
    await dialog().getByText('A size such as 20GiB, 500GB or 1.5TiB.').waitFor();
    await look('volumes-new');
    await dialog().getByRole('textbox', { name: 'Size' }).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('64MiB');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/volumes\/disk1$/);
    await main().getByText('Not served at the moment').waitFor();
  });

  test('it is served, written to, frozen and released, and what was written is in its map', async () => {
    const { page } = stage;
    await main().getByRole('button', { name: 'Serve', exact: true }).first().click();
    const socket = dialog().getByRole('textbox', { name: 'Socket' });
    await socket.fill('disk1.sock');
    await dialog().getByRole('button', { name: 'Serve it' }).click();
    await dialog()
      .getByText(/beginning with \//)
      .waitFor();
    await look('volumes-serve');
    await socket.fill(stage.at('disk1.sock'));
    await dialog().getByRole('button', { name: 'Serve it' }).click();
    const attach = page.getByRole('region', { name: 'Attach it' });
    const uri = (await attach.getByRole('code').first().textContent()) ?? '';
    expect(uri).toMatch(/^nbd\+unix:\/\/\/disk1\?socket=/);
    await attach.getByRole('button', { name: 'Copy the line for qemu' }).click();
    await page.getByRole('status').getByText('Copied: qemu.').waitFor();
    const search = page.getByRole('textbox', { name: 'Find a file' });
    await search.focus();
    await page.keyboard.press('Control+v');
    expect(await search.inputValue()).toContain(`-drive file='${uri}'`);
    await search.fill('');
    await io(uri, 'write -P 0x11 0 1M');

    await main().getByRole('button', { name: 'Freeze now' }).click();
    await dialog().getByText('Give notice first').click();
    await dialog().getByRole('textbox', { name: 'How long before (seconds)' }).fill('90');
    await dialog().getByRole('button', { name: 'Freeze them' }).click();
    await dialog()
      .getByText(/^Announced for .* in (1 min \d+|\d+) s$/)
      .waitFor();
    await look('volumes-announced', SMALL);
    await dialog().getByRole('button', { name: 'Call it off' }).click();
    await page.getByText('The snapshot of disk1 was called off. You may go on.').first().waitFor();
    // Somebody else is told the same, and can call it off from any screen.
    const elsewhere = stage.command('snapshot', 'create', 'disk1', '--notice', '90').then(
      () => 'taken',
      (error: unknown) => String(error),
    );
    const banner = page.getByText(/^A snapshot of disk1 is taken at/);
    await banner.waitFor();
    await look('volumes-notice');
    expect(await stage.answer('snapshot', 'announced')).toMatchObject({ announced: [{ volumes: ['disk1'] }] });
    await page.getByRole('button', { name: 'Call it off: the snapshot of disk1' }).click();
    expect(await elsewhere).toContain('called off before it was taken');
    await banner.waitFor({ state: 'detached' });

    await main().getByRole('button', { name: 'Freeze now' }).click();
    await dialog().getByText('Wait for a quiet moment').click();
    await dialog().getByText('Commands before and after').click();
    await look('volumes-freeze');
    await dialog().getByRole('button', { name: 'Freeze them' }).click();
    const held = main()
      .getByRole('region', { name: 'Snapshots' })
      .getByRole('row', { name: /disk1@[0-9a-f]{12}/ });
    await held.getByText('whole').waitFor();
    const frozen = /disk1@[0-9a-f]{12}/.exec((await held.textContent()) ?? '')?.[0] ?? '';

    const inWords = main().getByText('In words');
    await inWords.focus();
    await page.keyboard.press('Enter');
    await io(uri, 'write -P 0x22 512k 128k', 'write -P 0x33 2M 4k');
    await main().getByText('segments 8 to 9: 128 KiB, 512 KiB from the beginning').waitFor();
    await main().getByText('segment 32: 64.0 KiB, 2.0 MiB from the beginning').waitFor();
    await held.getByText('192 KiB').waitFor();
    expect(await inWords.evaluate((summary) => summary === summary.ownerDocument.activeElement)).toBe(true);
    await io(uri.replace('disk1?', `${encodeURIComponent(frozen)}?`), 'read -P 0x11 0 1M', 'read -P 0 1M 2M');

    await held.getByRole('button', { name: /^Release the snapshot/ }).click();
    const consent = page.getByRole('alertdialog');
    await consent.getByText(/frozen image of disk1 .* with the 192 KiB of old content/).waitFor();
    await look('volumes-release');
    await consent.getByRole('button', { name: 'Release it' }).click();
    await main().getByText('No snapshot is held').waitFor();

    const machine = spawn('qemu-io', ['-f', 'raw', uri], { stdio: ['pipe', 'ignore', 'ignore'] });
    await main().getByText('in use', { exact: true }).waitFor();
    await main()
      .getByRole('button', { name: /^Stop serving at/ })
      .click();
    await page.getByRole('alertdialog').getByText('1 client is cut off').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stop serving' }).click();
    await main().getByText('Not served at the moment').waitFor();
    await expect(io(uri, 'read 0 4k')).rejects.toThrow();
    machine.kill();
  });

  test('a replica of it is made, and moves on when it is asked to', async () => {
    const { page } = stage;
    const card = main().getByRole('region', { name: 'Replicas' });
    await card.getByRole('button', { name: 'New replica' }).click();
    await dialog().getByRole('button', { name: 'Copy it' }).click();
    await dialog().getByText('A name of 1 to 128 characters without / and @.').waitFor();
    await look('volumes-replica', SMALL);
    await dialog().getByRole('textbox', { name: 'Name' }).fill('spare');
    await dialog().getByRole('textbox', { name: 'Folder' }).fill(stage.at('.'));
    await dialog().getByRole('button', { name: 'Copy it' }).click();
    await card.getByText('whole', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Update spare' }).click();
    await page
      .getByRole('status')
      .getByText(/^spare was updated: /)
      .waitFor();

    await card.getByRole('button', { name: 'Serve spare' }).click();
    await dialog().getByRole('textbox', { name: 'Socket' }).fill(stage.at('spare.sock'));
    await dialog().getByRole('button', { name: 'Serve it' }).click();
    const attach = card.getByRole('region', { name: 'Attach it' });
    const shown = attach.getByRole('code').first();
    // On a busy machine the dialog stayed open once in ten runs, nobody knows why yet: what it says then is told, and it is pressed again.
    await shown.waitFor({ timeout: 8000 }).catch(async () => {
      console.warn(`The dialog is still open: ${await dialog().textContent()}`);
      await dialog().getByRole('button', { name: 'Serve it' }).click();
    });
    const uri = (await shown.textContent()) ?? '';
    await io(uri, 'read -P 0x22 512k 128k');
    await look('volumes-replica-served', SMALL);
    await card.getByRole('button', { name: 'Remove spare' }).click();
    await page.getByRole('status').getByText('Stop serving it first.').waitFor();
    await card.getByRole('button', { name: /^Stop serving at/ }).click();
    const consent = page.getByRole('alertdialog');
    await consent.getByText(/No longer served at .*: replica\/spare\./).waitFor();
    await consent.getByRole('button', { name: 'Stop serving' }).click();
    await attach.waitFor({ state: 'detached' });
    await card.getByRole('button', { name: 'Remove spare' }).click();
    await consent.getByText(/^Its file stays at .*spare\.img/).waitFor();
    await consent.getByText('Remove its file, too').click();
    await consent.getByText(/spare\.img is gone for good, with the 64\.0 MiB that it shows of/).waitFor();
    await look('volumes-replica-remove', SMALL);
    await consent.getByRole('button', { name: 'Remove it' }).click();
    await card.getByText('No replica yet').waitFor();
    expect(existsSync(stage.at('spare.img'))).toBe(false);
  });

  test('what was lost, is missing or nearly full is said before everything else', async () => {
    const { page } = stage;
    const image = stage.write('person/vm/archive-2019.img', Buffer.alloc(4 * 1024 * 1024));
    await stage.goTo('Volumes');
    await main().getByRole('button', { name: 'New volume' }).click();
    await dialog().getByText('A disk that is there').click();
    await dialog().getByRole('textbox', { name: 'Name' }).fill('archive');
    await dialog().getByRole('button', { name: 'Browse …' }).click();
    const picker = page.getByRole('dialog', { name: 'Choose an image file or a device' });
    await picker.getByRole('button', { name: 'vm', exact: true }).click();
    await picker.getByRole('button', { name: /archive-2019.img/ }).waitFor();
    await look('volumes-pick');
    await picker.getByRole('button', { name: /archive-2019.img/ }).click();
    await dialog().getByText('More options').click();
    await look('volumes-adopt');
    await dialog().getByRole('button', { name: 'Adopt it' }).click();
    await page.waitForURL(/#\/volumes\/archive$/);
    await main().getByText('Not served at the moment').waitFor();
    await main().getByRole('button', { name: 'Serve', exact: true }).first().click();
    await dialog().getByRole('group', { name: 'At the same place' }).getByText('disk1', { exact: true }).click();
    const both = stage.at('both.sock');
    await dialog().getByRole('textbox', { name: 'Socket' }).fill(both);
    await look('volumes-serve-both', SMALL);
    await dialog().getByRole('button', { name: 'Serve it' }).click();
    await page.getByRole('status').getByText('Served now: archive, disk1.').waitFor();
    for (const name of ['archive', 'disk1'])
      await io(`nbd+unix:///${name}?socket=${encodeURIComponent(both)}`, 'read 0 4k');
    await main()
      .getByRole('button', { name: /^Stop serving at/ })
      .click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stop serving' }).click();
    await main().getByText('Not served at the moment').waitFor();
    rmSync(image);
    await stage.command('volume', 'create', 'mail', '--size', '40GiB', '--snapshot-size', '41MiB');
    const small = ['--segment', '4KiB', '--snapshot-size', '64KiB', '--when-full', 'invalidate'];
    await stage.command('volume', 'create', 'scratch', '--size', '256MiB', ...small);
    await stage.command('volume', 'protect', 'mail', '--ranges', stage.write('ranges', '2621440 1310720\n'));

    for (const name of ['mail', 'scratch']) {
      await page.goto(page.url().replace(/#.*/, `#/volumes/${name}`));
      await main().getByRole('heading', { level: 1, name }).waitFor();
      await main().getByRole('button', { name: 'Serve', exact: true }).first().click();
      await dialog()
        .getByRole('textbox', { name: 'Socket' })
        .fill(stage.at(`${name}.sock`));
      await dialog().getByRole('button', { name: 'Serve it' }).click();
      await dialog().waitFor({ state: 'detached' });
      await page.getByRole('region', { name: 'Attach it' }).waitFor();
    }
    const uriOf = (name: string) => `nbd+unix:///${name}?socket=${encodeURIComponent(stage.at(`${name}.sock`))}`;
    const spread = (from: number, count: number, step: number) =>
      Array.from({ length: count }, (_, index) => `write -P 7 ${from + index * step}M 320k`);
    await stage.command('snapshot', 'create', 'mail');
    await io(uriOf('mail'), ...spread(100, 60, 90), ...spread(20_000, 40, 7));
    await stage.command('snapshot', 'create', 'mail');
    await io(uriOf('mail'), ...spread(21_000, 18, 160));
    await stage.command('snapshot', 'create', 'scratch', 'mail');
    await io(uriOf('scratch'), 'write -P 1 0 1M');

    await stage.goTo('Volumes');
    await main()
      .getByText(/^The snapshot of .* is lost$/)
      .waitFor();
    await main()
      .getByText(/On scratch its storage ran full\./)
      .waitFor();
    await main().getByText('The disk of archive is not there').waitFor();
    await main().getByText('The snapshot storage of mail is nearly full').waitFor();
    await look('volumes');
    for (const name of ['mail', 'scratch', 'archive']) {
      await main().getByRole('link', { name, exact: true }).first().click();
      await main().getByRole('heading', { level: 1, name }).waitFor();
      await main().getByText('In words').waitFor();
      await look(`volume-${name}`);
      if (name === 'mail') await look(`volume-${name}`, TALL);
      await stage.goTo('Volumes');
    }
    expect(found).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });

  test('two are protected together by keyboard alone, and going back loses nothing', async () => {
    const { page } = stage;
    const press = async (name: string | RegExp, key = 'Enter') => {
      await main().getByRole('button', { name, exact: true }).focus();
      await page.keyboard.press(key);
    };
    const tick = async (name: string | RegExp) => {
      await main().getByRole('checkbox', { name }).focus();
      await page.keyboard.press('Space');
    };
    await stage.goTo('Protect');
    await main().getByRole('radio', { name: 'Folders and files' }).focus();
    await page.keyboard.press('ArrowRight');
    await main().getByRole('checkbox', { name: 'disk1' }).waitFor();
    expect(await main().getByRole('checkbox', { name: 'archive' }).isDisabled()).toBe(true);
    await press(/^Next/);
    await main().getByRole('region', { name: 'Chosen' }).getByText('Tick at least one volume.').waitFor();
    await tick('disk1');
    await tick('scratch');
    await main().getByText('Frozen together: all 2 as they were at one moment.').waitFor();
    await main().getByText('for a full backup to read, of 320 MiB in all').waitFor();
    await look('wizard-volumes');

    await press(/^Next/);
    await press('Change the unprotected ranges of scratch');
    await dialog().getByText('Everything is protected.').waitFor();
    await dialog().getByRole('button', { name: 'Add a range' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('250MiB');
    await page.keyboard.press('Tab');
    await page.keyboard.type('10MiB');
    await page.keyboard.press('Enter');
    await dialog().getByText('It goes beyond the end of the volume.').waitFor();
    await look('wizard-ranges', SMALL);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('6MiB');
    await page.keyboard.press('Enter');
    const ranges = main().getByRole('region', { name: 'Unprotected ranges of scratch' });
    await ranges.getByRole('row', { name: '250 MiB 256 MiB 6.0 MiB' }).waitFor();
    await look('wizard-volumes-not');

    await press(/^Next/);
    await main().getByRole('textbox', { name: 'Name' }).fill('machine');
    await press(/^Next/);
    await main().getByRole('textbox', { name: 'Folder of the new vault' }).fill(stage.at('vault'));
    await tick(/^Seal it/);
    await press(/^Next/);
    await main()
      .getByRole('radio', { name: /^When I start it/ })
      .focus();
    await page.keyboard.press('Space');
    await look('wizard-when', SMALL);
    await press(/^Next/);
    await main()
      .getByText(/of 320 MiB in all/)
      .waitFor();
    await look('wizard-volumes-review');
    for (let step = 0; step < 4; step++) await press('Back');
    expect(await main().getByRole('checkbox', { name: 'scratch' }).isChecked()).toBe(true);
    for (let step = 0; step < 4; step++) await press(/^Next/);
    await press('Protect, and back up now');
    await page.waitForURL(/#\/jobs\//);
    await main().getByText('Done', { exact: true }).waitFor();

    await stage.goTo('Overview');
    await page
      .getByRole('button', { name: /^Change or remove/ })
      .first()
      .click();
    const notice = dialog().getByRole('textbox', { name: 'Notice before each backup (seconds)' });
    await notice.fill('soon');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().getByText('A whole number of seconds, from 1 to a day, or nothing.').waitFor();
    await notice.fill('60');
    await look('object-volumes', SMALL);
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().waitFor({ state: 'detached' });
    const { objects } = await stage.answer<{ objects: { name: string; noticeMs: number | null }[] }>('object', 'list');
    expect(objects).toMatchObject([{ noticeMs: 60_000 }]);
    const name = objects[0]?.name ?? '';
    const edited = await stage.answer<{ object: object }>('object', 'edit', name, '--no-notice');
    expect(edited.object).toMatchObject({ noticeMs: null });
    expect(found).toEqual([]);
  });

  test('one is used straight from its backup, written to, and what was written is gone when that is agreed to', async () => {
    const { page } = stage;
    await stage.goTo('Restore');
    const volumes = main().getByRole('region', { name: 'Use it without restoring' });
    await volumes.getByRole('button', { name: 'Serve disk1 as it was at this moment' }).click();
    await dialog().getByText('Can be written to, and that is kept in a file').click();
    await dialog().getByText('An address and a port').click();
    await dialog().getByRole('textbox', { name: 'Address' }).fill('0.0.0.0');
    await dialog().getByRole('button', { name: 'Serve it' }).click();
    await dialog().getByText('The full path of a file, beginning with /.').waitFor();
    await dialog()
      .getByText(/Other machines may connect only with keys/)
      .waitFor();
    await look('instant-serve');
    await dialog().getByRole('textbox', { name: 'Address' }).fill('127.0.0.1');
    await dialog().getByRole('textbox', { name: 'Port' }).fill('0');
    await dialog().getByText('Can be written to, for as long as it is served').click();
    await dialog().getByRole('button', { name: 'Serve it' }).click();
    await dialog().waitFor({ state: 'detached' });
    const served = main().getByRole('region', { name: 'Served from this object’s backups' });
    await served.getByText('writes end with it').waitFor();
    const uri = (await served.getByRole('code').first().textContent()) ?? '';
    expect(uri).toMatch(/^nbd:\/\/127\.0\.0\.1:\d+\/set%2F[0-9a-f]{12}%2Fdisk1$/);
    await io(uri, 'read -P 0x22 512k 128k', 'write -P 0x44 512k 64k', 'read -P 0x44 512k 64k');
    await volumes.getByRole('row', { name: /disk1/ }).getByText('served', { exact: true }).waitFor();
    await look('instant');
    await stage.goTo('Volumes');
    const everywhere = main().getByRole('region', { name: 'Served from backups' });
    await everywhere.getByText('192 KiB, 64.0 KiB').waitFor();
    await everywhere.getByRole('button', { name: /^Stop serving at/ }).click();
    const consent = page.getByRole('alertdialog');
    await consent.getByText(/The 64\.0 KiB that were written to set\/.* are gone for good\./).waitFor();
    await look('instant-stop', SMALL);
    await consent.getByRole('button', { name: 'Stop serving' }).click();
    await everywhere.waitFor({ state: 'detached' });
    expect(found).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });

  test('one is restored to a new image file; a device and its own place are offered too, with what that costs', async () => {
    const { page } = stage;
    await stage.goTo('Restore');
    await page.getByRole('checkbox', { name: 'Restore disk1' }).press('Space');
    await page.getByRole('button', { name: 'Next: where it goes' }).click();
    await dialog().getByText('In place', { exact: true }).click();
    await dialog().getByText('The volume has to be stopped').waitFor();
    await dialog().getByText('Onto a device', { exact: true }).click();
    await dialog().getByRole('textbox', { name: 'Path of the device' }).fill('not/a/path');
    await dialog().getByText('A full path, beginning with /.').waitFor();
    await look('restore-volume', SMALL);
    await dialog().getByText('To a new image file', { exact: true }).click();
    await dialog().getByRole('textbox', { name: 'Image file' }).fill(stage.at('restored.img'));
    await dialog().getByRole('button', { name: 'Next: review' }).click();
    await dialog().getByText('Nothing is in the way.').waitFor();
    await dialog().getByRole('button', { name: 'Restore now' }).click();
    await done(stage);
    await io(stage.at('restored.img'), 'read -P 0x22 512k 128k', 'write -P 0x99 512k 128k');
    // Over what is there now, which somebody has to agree to.
    await stage.goTo('Restore');
    await page.getByRole('checkbox', { name: 'Restore disk1' }).press('Space');
    await page.getByRole('button', { name: 'Next: where it goes' }).click();
    await dialog().getByRole('textbox', { name: 'Image file' }).fill(stage.at('restored.img'));
    await dialog().getByText('Replace what is there', { exact: true }).click();
    await dialog().getByRole('button', { name: 'Next: review' }).click();
    await dialog().getByRole('button', { name: 'Restore now' }).click();
    await page.getByRole('button', { name: 'Replace it' }).click();
    await done(stage);
    await io(stage.at('restored.img'), 'read -P 0x22 512k 128k');
    expect(found).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });

  test('after a restart nobody uses them, and looking at them does not change that', async () => {
    await stage.endConsole();
    await stage.open(await stage.serve());
    await stage.goTo('Volumes');
    await main().getByRole('link', { name: 'archive', exact: true }).first().click();
    await main().getByText('The maps are drawn once the disk is there again.').waitFor();
    await stage.goTo('Volumes');
    await main().getByRole('link', { name: 'disk1', exact: true }).first().click();
    await main().getByText('The maps are not read while nobody uses the volume').waitFor();
    await look('volume-idle');
    await main().getByRole('button', { name: 'Read them now' }).click();
    await main().getByText('In words').waitFor();
    expect(found).toEqual([]);
  });
});
