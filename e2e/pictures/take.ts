import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PICTURES, Stage, THEMES } from '../testing/stage.ts';
import { makeHistory, NOW, serveVolumes, socketOf, VAULT, writeTo } from './sample.ts';

const checkout = resolve(import.meta.dirname, '../..');
/** Pictures that illustrate the README: from the folder that is not committed into the one that is. */
const CHOSEN: Readonly<Record<string, string>> = {
  'overview-light': 'overview',
  'job-running-dark': 'job',
  'media-light': 'media',
  'restore-light': 'restore',
  'volume-dark': 'volume',
};

/** The smallest window that is supported; the README has the usual one. */
const SMALLEST = { width: 1024, height: 700 };
const small = process.env.COLDFRAME_PICTURES_SMALL === '1';

/** The page's clock goes with the console's. */
const pageClock = `{
  const offset = ${NOW.getTime()} - Date.now();
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { super(...(given.length === 0 ? [Real.now() + offset] : given)); }
    static now() { return Real.now() + offset; }
  };
}`;

process.env.TZ = 'UTC';
process.env.COLDFRAME_PICTURES = '1';
const stage = new Stage({ home: '/srv/coldframe', person: '/srv/admin', script: pageClock });
stage.env.NODE_OPTIONS = `--import=${pathToFileURL(join(import.meta.dirname, 'shifted-clock.mjs')).href}`;
stage.env.TZ = 'UTC';

const look = async (name: string): Promise<void> => {
  for (const theme of THEMES) {
    for (const fault of await stage.look(name, theme)) {
      console.error(`${name}, ${theme}: ${fault}`);
      process.exitCode = 1;
    }
  }
  console.log(name);
};

const main = () => stage.page.getByRole('main');
const dialog = () => stage.page.getByRole('dialog');
const settled = async (): Promise<void> => {
  await main().getByRole('heading', { level: 1 }).waitFor();
  for (const text of ['Loading …', 'counting …']) {
    const waiting = stage.page.getByText(text);
    while ((await waiting.count()) > 0) await waiting.first().waitFor({ state: 'detached' });
  }
};
const station = async (name: string): Promise<void> => {
  await stage.goTo(name);
  await settled();
};
const go = async (hash: string): Promise<void> => {
  await stage.page.goto(stage.page.url().replace(/#.*/, hash));
  await settled();
};
const press = async (name: string | RegExp): Promise<void> => {
  await main()
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();
};

const takeWizard = async (): Promise<void> => {
  await station('Protect');
  await main().getByRole('row', { name: '/srv', exact: true }).focus();
  await stage.page.keyboard.press('ArrowRight');
  await main().getByRole('row', { name: 'projects' }).getByRole('checkbox').click({ force: true });
  await main().getByRole('row', { name: 'office' }).getByRole('checkbox').click({ force: true });
  await main()
    .getByText(/elements$/)
    .waitFor();
  await look('wizard-what');
  await press(/^Next/);
  await settled();
  await look('wizard-not');
  await press(/^Next/);
  await look('wizard-where');
  await press(/^Next/);
  await main().locator('td.num').first().waitFor();
  await look('wizard-when');
  await press(/^Next/);
  await settled();
  await look('wizard-review');
  for (const _ of [1, 2, 3, 4]) await press('Back');
  await main().getByText('Volumes', { exact: true }).click();
  for (const name of ['web', 'db']) await main().getByText(name, { exact: true }).first().click();
  await main()
    .getByText(/for a full backup to read/)
    .waitFor();
  await look('wizard-volumes');
  await press(/^Next/);
  await settled();
  await look('wizard-ranges');
};

const takeVolumes = async (): Promise<void> => {
  writeTo('web', ...Array.from({ length: 40 }, (_, index): [number, number] => [20_000 + index * 55, 12]));
  await stage.command('snapshot', 'create', 'web', 'db');
  writeTo('web', ...Array.from({ length: 18 }, (_, index): [number, number] => [3000 + index * 640, 3]));
  writeTo('db', [100, 6], [2000, 12], [6100, 9]);
  await stage.command('replica', 'create', 'standby', '--of', 'db', '--file', '/srv/standby/db.img');
  await station('Volumes');
  await look('volumes');
  await go('#/volumes/web');
  await main().getByText('In words').waitFor();
  await look('volume');
  await go('#/restore/Web%20server');
  await main().getByRole('button', { name: 'Serve web as it was at this moment' }).click();
  await look('instant-serve');
  await dialog().getByText('Can be written to, for as long as it is served').click();
  await dialog().getByRole('textbox', { name: 'Socket' }).fill(socketOf('web-before'));
  await dialog().getByRole('button', { name: 'Serve it' }).click();
  await dialog().waitFor({ state: 'detached' });
  await main().getByText('Attach it').waitFor();
  await stage.page.getByRole('status').getByRole('button').first().click();
  await look('instant');
};

const takeJobs = async (): Promise<void> => {
  await stage.command('object', 'add', 'Video', '--vault', VAULT, '--files', '/srv/video');
  await station('Jobs');
  const running = [stage.command('backup', 'Video'), stage.command('backup', 'Projects', '--level', 'full')];
  await main().getByRole('link', { name: /Video/ }).first().click();
  await main().getByText('Running', { exact: true }).first().waitFor();
  await stage.page.getByRole('link', { name: /^Video [3-6]\d%/ }).waitFor();
  // What axe has to say takes longer than the job.
  for (const theme of THEMES) await stage.picture('job-running', theme);
  await Promise.all(running);
  await main().getByText('Done', { exact: true }).first().waitFor();
  await look('job');
  await station('Jobs');
  await look('jobs');
};

const takeAll = async (): Promise<void> => {
  await stage.open(await stage.serve());
  if (small) await stage.page.setViewportSize(SMALLEST);
  await serveVolumes(stage, 'web', 'db');
  for (const [object, cron] of [
    ['Documents', '30 2 * * *'],
    ['Mail', '15 * * * *'],
    ['Web server', '0 3 * * 0'],
  ] as const)
    await stage.command('schedule', 'add', object, '--cron', cron, '--catch-up');
  await stage.command('restore-test', 'Documents');
  await stage.command('schedule', 'add', 'Documents', '--task', 'restore-test', '--cron', '0 6 * * 0');
  await stage.command('retention', 'set', 'Documents', '--daily', '7');
  await stage.command('object', 'add', 'Photos', '--vault', VAULT, '--files', '/srv/photos');
  await stage.page.reload();
  await settled();
  await takeJobs();
  await station('Overview');
  await look('overview');
  await go('#/restore/Documents');
  await main()
    .getByRole('row', { name: /Budget/ })
    .click();
  await main()
    .getByText(/versions, newest first/)
    .waitFor();
  await look('restore');
  await main()
    .getByRole('row', { name: /Budget/ })
    .getByRole('checkbox')
    .click({ force: true });
  await press('Next: where it goes');
  await dialog().getByRole('textbox', { name: 'Folder' }).fill('/srv/back');
  await look('restore-where');
  await dialog().getByRole('button', { name: 'Next: review' }).click();
  await dialog().getByText('Nothing is in the way.').waitFor();
  await look('restore-plan');
  await dialog().getByRole('button', { name: 'What to restore' }).click();
  await press('Empty the basket');
  const others = [
    'Media',
    'Schedules',
    'Retention',
    'Checks',
    'Notices',
    'Reports',
    'Activity',
    'Audit log',
    'Doctor',
  ] as const;
  for (const name of [...others, 'Settings', 'About']) {
    await station(name);
    await look(name.toLowerCase());
  }
  await takeVolumes();
  await takeWizard();
  await main().page().keyboard.press('Control+k');
  await stage.page.keyboard.type('*.odt');
  await stage.page.keyboard.press('Enter');
  await stage.page.getByRole('heading', { name: /Found for/ }).waitFor();
  await look('search');
};

try {
  rmSync(PICTURES, { recursive: true, force: true });
  await makeHistory(stage);
  console.log('the sample is made');
  stage.env.COLDFRAME_PICTURES_OFFSET_MS = String(NOW.getTime() - Date.now());
  await takeAll();
  const shown = join(checkout, 'docs/pictures');
  mkdirSync(shown, { recursive: true });
  for (const [taken, name] of small ? [] : Object.entries(CHOSEN))
    copyFileSync(join(PICTURES, `${taken}.png`), join(shown, `${name}.png`));
  for (const complaint of stage.complaints) console.error(complaint);
} catch (thrown) {
  console.error(await stage.said().catch(() => ''));
  throw thrown;
} finally {
  await stage.close();
}
