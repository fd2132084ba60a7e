import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { Stage } from '../e2e/testing/stage.ts';
import { quantile } from './statistics.ts';

/**
 * Measures the console in a browser: the live view of a backup to four tapes, and the list of one very large folder. Run
 * it with `node bench/console.ts [SECONDS] [ENTRIES]` after a build; it prints a table. Needs chromium, nbdkit and nbdfuse.
 */
const SECONDS = Number(process.argv[2] ?? 120);
const ENTRIES = Number(process.argv[3] ?? 1_000_000);
const program = resolve(import.meta.dirname, '../dist/coldframe.js');
/** Content that no codec shrinks, and that takes no room. */
const ENDLESS_DISK = ['-U', '-', 'random', 'size=256G', '--run'];
/** Pixels of one notch of a wheel. */
const NOTCH = 120;
const PATIENCE_MS = 10_000;

const watcher = readFileSync(join(import.meta.dirname, 'page-watch.js'), 'utf8');

const report = (what: string, figure: string): void => console.log(`${what.padEnd(60)} ${figure}`);
const stage = new Stage();
const home = stage.at('home');

const run = async (...args: string[]): Promise<void> => {
  const child = spawn(process.execPath, [program, '--home', home, '--json', '--yes', ...args], {
    stdio: 'ignore',
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`coldframe ${args.join(' ')} ended with ${status}`);
};

const restart = (page: Page): Promise<unknown> => page.evaluate('restartWatching()');

interface Watched {
  readonly longTasks: number[];
  readonly frames: number[];
}

const watched = async (page: Page): Promise<Watched> => (await page.evaluate('watching')) as Watched;

const tell = (what: string, { longTasks, frames }: Watched): void => {
  report(
    `${what}: tasks longer than 50 ms`,
    longTasks.length === 0 ? 'none' : `${longTasks.length}, worst ${Math.round(Math.max(...longTasks))} ms`,
  );
  report(
    `${what}: time between frames`,
    `median ${quantile(frames, 0.5).toFixed(1)} ms, p99 ${quantile(frames, 0.99).toFixed(1)} ms, worst ${Math.max(...frames).toFixed(0)} ms`,
  );
};

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time, microseconds. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Runs `act` and gives the processor time of every task of the page's main thread, in ms: what is left when others want the processor too. */
const tracing = async (devtools: CDPSession, act: () => Promise<void>): Promise<number[]> => {
  const events: TraceEvent[] = [];
  devtools.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value) events.push(event as unknown as TraceEvent);
  });
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', '__metadata'] },
  });
  await act();
  const complete = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.end');
  await complete;
  const threads = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return events
    .filter(({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && threads.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000);
};

/** MB that the page's own objects take, after everything unused was let go. */
const heap = async (devtools: CDPSession): Promise<number> => {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1e6;
};

/** A backup to four tapes, looked at while it runs. */
const soak = async (page: Page, devtools: CDPSession): Promise<void> => {
  const backup = run('backup', 'endless').catch(() => undefined);
  await stage.goTo('Jobs');
  await page
    .getByRole('main')
    .getByRole('link', { name: /endless/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  // The first seconds are those of mounting tapes and of the page's own compiler.
  await sleep(10_000);
  const sizes = [await heap(devtools)];
  const seen: Watched = { longTasks: [], frames: [] };
  const worked: number[] = [];
  for (let part = 0; part < 4; part += 1) {
    const look = async (): Promise<void> => {
      await restart(page);
      await sleep((SECONDS * 1000) / 4);
    };
    for (const ms of await tracing(devtools, look)) worked.push(ms);
    const { longTasks, frames } = await watched(page);
    seen.longTasks.push(...longTasks);
    seen.frames.push(...frames);
    // Letting everything unused go is a long task itself.
    sizes.push(await heap(devtools));
  }
  tell(`live view of four lanes, ${SECONDS} s`, seen);
  report(
    'live view: processor time of a task',
    `worst ${Math.max(...worked).toFixed(1)} ms; all of them ${((100 * worked.reduce((sum, ms) => sum + ms, 0)) / 1000 / SECONDS).toFixed(0)} % of a core`,
  );
  report(
    'live view: heap at the beginning and after each quarter',
    sizes.map((size) => `${size.toFixed(1)} MB`).join(', '),
  );
  await page.getByRole('button', { name: 'Cancel' }).click();
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
const many = stage.at('many');
mkdirSync(endless);
mkdirSync(many);
const disk = spawn('nbdkit', [...ENDLESS_DISK, `nbdfuse '${endless}' $uri`], { stdio: 'ignore' });
try {
  for (let n = 0; n < ENTRIES; n += 1) writeFileSync(join(many, `entry-${String(n).padStart(7, '0')}`), '');
  const vault = stage.at('vault');
  await run('vault', 'create', vault, '--drives', '4', '--slots', '40', '--tape-size', '64GiB', '--codec', 'none');
  await run('object', 'add', 'many', '--vault', vault, '--files', many);
  await run('object', 'add', 'endless', '--vault', vault, '--files', join(endless, 'nbd'));
  const begin = performance.now();
  await run('backup', 'many');
  report(`backup of ${ENTRIES} empty files in one folder`, `${((performance.now() - begin) / 1000).toFixed(1)} s`);
  while (!existsSync(join(endless, 'nbd'))) await sleep(100);
  const page = await stage.open(await stage.serve());
  await page.getByRole('navigation', { name: 'Stations' }).waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  await page.evaluate(watcher);
  await scroll(page, devtools);
  await soak(page, devtools);
  for (const complaint of stage.complaints) report('the browser complained', complaint);
} finally {
  await stage.endConsole();
  spawnSync('umount', ['-l', endless]);
  disk.kill();
  await stage.close();
}
