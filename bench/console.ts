import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { DesktopStage } from '../e2e/desktop/testing/desktop-stage.ts';
import { hostingBuild } from '../e2e/desktop/testing/hosting-build.ts';
import { goTo } from '../e2e/stories/story-stage.ts';
import { Stage } from '../e2e/testing/stage.ts';
import { electronRuntime } from '../scripts/lib/desktop.mjs';
import { machineAlone } from './console/machine-alone.ts';
import { heap, report, restart, tell, tracing, watched } from './console/main-thread.ts';
import { quantile } from './statistics.ts';

/**
 * Measures the console: the live view of a backup to four tapes, and the list of one very large folder, in a browser or,
 * with `--window`, in a window of the desktop program that holds the home by itself. Run it with
 * `node bench/console.ts [SECONDS] [ENTRIES] [--window] [--only live|list|machine]` after a build; it prints a table. `machine`
 * takes another page beside programs of the system, without Coldframe, for what to compare with. Needs chromium (or Xvfb and
 * an Electron runtime), root, for mounts, and room for what is written meanwhile.
 */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { window: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const SECONDS = Number(positionals[0] ?? 120);
const ENTRIES = options.only === 'live' ? 1 : Number(positionals[1] ?? 1_000_000);
const program = resolve(import.meta.dirname, '../dist/coldframe.js');
/**
 * What the live view's backup reads: one file of random bytes in the page cache, mounted at many places, so that nothing but
 * the console and its page wants the processors.
 */
const SOURCE = { bytes: 1 << 30, places: 200 };
/** Pixels of one notch of a wheel. */
const NOTCH = 120;
const PATIENCE_MS = 10_000;

const watcher = readFileSync(join(import.meta.dirname, 'console/page-watch.js'), 'utf8');

const stage = options.window ? new DesktopStage() : new Stage();
const home = stage.at('home');
const vault = stage.at('vault');
/** What the console's own main thread notes (`loop-watch.cjs`). */
const lateness = stage.at('lateness.json');
const loopWatcher = join(import.meta.dirname, 'console/loop-watch.cjs');

const run = async (...args: string[]): Promise<void> => {
  const child = spawn(process.execPath, [program, '--home', home, '--json', '--yes', ...args], {
    stdio: 'ignore',
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`coldframe ${args.join(' ')} ended with ${status}`);
};
/** Opens the console and answers its page. */
const open = async (): Promise<Page> => {
  if (stage instanceof Stage) {
    Object.assign(stage.env, { LOOP_WATCH: lateness, NODE_OPTIONS: `--require ${loopWatcher}` });
    return await stage.open(await stage.serve());
  }
  if (!electronRuntime()?.hosts) stage.program = await hostingBuild(stage.at('program'));
  const page = await stage.open();
  await stage.app.evaluate(
    (_, [file, watching]) => {
      process.env.LOOP_WATCH = file;
      process.getBuiltinModule('node:module').createRequire(watching)(watching);
    },
    [lateness, loopWatcher] as const,
  );
  return page;
};

/** What the console's main thread noted since it was last asked. */
const lateSince = async (): Promise<{ readonly p99: number; readonly worst: number }> => {
  rmSync(lateness, { force: true });
  const { pid } = JSON.parse(readFileSync(join(home, 'holder.json'), 'utf8')) as { readonly pid: number };
  process.kill(pid, 'SIGUSR2');
  for (let waits = 0; !existsSync(lateness); waits += 1) {
    if (waits > PATIENCE_MS / 20) throw new Error('The console does not say how late it is.');
    await sleep(20);
  }
  return JSON.parse(readFileSync(lateness, 'utf8')) as { p99: number; worst: number };
};

/** Bytes that the disk was given of what the tapes of the vault hold. */
const written = (): number =>
  readdirSync(vault, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).blocks * 512, 0);

/** A backup to four tapes, looked at while it runs. */
const soak = async (page: Page, devtools: CDPSession): Promise<void> => {
  const backup = run('backup', 'endless').catch(() => undefined);
  await goTo(stage, 'Jobs');
  await page
    .getByRole('main')
    .getByRole('link', { name: /endless/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  // The first seconds are those of mounting tapes and of the page's own compiler.
  await sleep(10_000);
  const sizes = [await heap(devtools)];
  const seen = { longTasks: [] as number[], frames: [] as number[] };
  const tasks: Awaited<ReturnType<typeof tracing>> = [];
  await lateSince();
  const [begin, before] = [performance.now(), written()];
  for (let part = 0; part < 4; part += 1) {
    const look = async (): Promise<void> => {
      await restart(page);
      await sleep((SECONDS * 1000) / 4);
    };
    for (const task of await tracing(devtools, look)) tasks.push(task);
    const { longTasks, frames } = await watched(page);
    seen.longTasks.push(...longTasks);
    seen.frames.push(...frames);
    // Letting everything unused go is a long task itself.
    sizes.push(await heap(devtools));
  }
  const rate = (written() - before) / 1000 / (performance.now() - begin);
  const late = await lateSince();
  tell(`live view of four lanes, ${SECONDS} s`, seen);
  report('live view: written to the four tapes', `${rate.toFixed(0)} MB/s`);
  report(
    'live view: main thread of the console, how late',
    `p99 ${late.p99.toFixed(1)} ms, worst ${late.worst.toFixed(0)} ms`,
  );
  const [worked, waited] = [tasks.map((task) => task.worked), tasks.map((task) => task.waited)];
  const share = (all: readonly number[]): string =>
    `${((100 * all.reduce((sum, ms) => sum + ms, 0)) / 1000 / SECONDS).toFixed(1)} %`;
  report(
    'live view: processor time of a task',
    `worst ${Math.max(...worked).toFixed(1)} ms; all of them ${share(worked)} of a core, and waiting for one ${share(waited)} of the time`,
  );
  report(
    'live view: heap at the beginning and after each quarter',
    sizes.map((size) => `${size.toFixed(1)} MB`).join(', '),
  );
  const cancel = page.getByRole('button', { name: 'Cancel' });
  if (!(await cancel.isVisible()))
    throw new Error(
      'The backup ended before it was looked at to the end: give it more room, or look for a shorter time.',
    );
  await cancel.click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the job' }).click();
  await backup;
};

/** A folder of very many entries, gone through with the wheel and by the scroll bar. */
const scroll = async (page: Page, devtools: CDPSession): Promise<void> => {
  await page.evaluate("location.hash = '#/restore/many'");
  const begin = performance.now();
  const grid = page.getByRole('grid');
  await grid.waitFor();
  for (;;) {
    const rows = Number(await grid.getAttribute('aria-rowcount'));
    if (rows >= ENTRIES) break;
    await page.getByRole('row').first().dblclick();
    await sleep(200);
  }
  await page
    .getByRole('row', { name: /entry-/ })
    .first()
    .waitFor();
  report(
    `list of ${ENTRIES} entries: until its first lines are there`,
    `${((performance.now() - begin) / 1000).toFixed(1)} s`,
  );
  await grid.hover();
  await restart(page);
  for (let turn = 0; turn < 300; turn += 1) {
    await page.mouse.wheel(0, NOTCH * 3);
    await sleep(16);
  }
  tell('list, by the wheel', await watched(page));
  await restart(page);
  const jumps: number[] = [];
  for (let turn = 1; turn <= 50; turn += 1) {
    const at = (turn * 0.618) % 1;
    const from = performance.now();
    const line = Number(await page.evaluate(`jumpTo(${at})`));
    const shown = (): Promise<unknown> => page.evaluate(`showsLine(${line})`);
    while (!(await shown()) && performance.now() - from < PATIENCE_MS) await sleep(5);
    jumps.push(performance.now() - from);
  }
  report('list: last line that can be scrolled to', String(await page.evaluate('jumpTo(1)')));
  tell('list, by jumps', await watched(page));
  report(
    'list: from a jump until its lines are there',
    `${jumps.filter((ms) => ms >= PATIENCE_MS).length} of ${jumps.length} never; median ${quantile(jumps, 0.5).toFixed(0)} ms, worst ${Math.max(...jumps).toFixed(0)} ms`,
  );
  report('list: heap afterwards', `${(await heap(devtools)).toFixed(1)} MB`);
};

const endless = stage.at('endless');
const source = stage.at('source');
const places = Array.from({ length: SOURCE.places }, (_, n) => join(endless, `disk-${String(n).padStart(3, '0')}`));

const prepare = async (): Promise<void> => {
  const many = stage.at('many');
  mkdirSync(endless);
  mkdirSync(many);
  for (const place of places) {
    writeFileSync(place, '');
    execFileSync('mount', ['--bind', source, place]);
  }
  for (let n = 0; n < ENTRIES; n += 1) writeFileSync(join(many, `entry-${String(n).padStart(7, '0')}`), '');
  await run('vault', 'create', vault, '--drives', '4', '--slots', '40', '--tape-size', '64GiB', '--codec', 'none');
  await run('object', 'add', 'many', '--vault', vault, '--files', many);
  await run('object', 'add', 'endless', '--vault', vault, '--files', endless);
  const begin = performance.now();
  await run('backup', 'many');
  report(`backup of ${ENTRIES} empty files in one folder`, `${((performance.now() - begin) / 1000).toFixed(1)} s`);
};

const measureConsole = async (): Promise<void> => {
  await prepare();
  const page = await open();
  await page.getByRole('navigation', { name: 'Stations' }).waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  await page.evaluate(watcher);
  if (options.only !== 'live') await scroll(page, devtools);
  if (options.only !== 'list') await soak(page, devtools);
  for (const complaint of stage.complaints) report('the browser complained', complaint);
};

try {
  execFileSync('dd', ['if=/dev/urandom', `of=${source}`, 'bs=1M', `count=${SOURCE.bytes >> 20}`, 'status=none']);
  if (options.only !== 'machine') await measureConsole();
  else if (stage instanceof Stage)
    await machineAlone(await stage.open('about:blank'), watcher, SECONDS, {
      source,
      lane: (n) => stage.at(`lane-${n}`),
    });
  else throw new Error('--only machine is measured in a browser: leave --window out.');
} finally {
  await (stage instanceof Stage ? stage.endConsole() : stage.leave());
  for (const place of places) spawnSync('umount', ['-l', place]);
  await stage.close();
}
