import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseExposition } from '../electron/console/metrics/testing/parse-exposition.ts';
import { describeWithPeers } from '../electron/platform/testing/peers.ts';
import { stageForSuite } from './testing/stage-for-suite.ts';

describeWithPeers('the way into the console', ['chromium'], () => {
  const stage = stageForSuite();
  let url = '';
  /** The page that was let in. */
  let page: Page;
  beforeAll(async () => {
    url = await stage.serve();
    page = await stage.open(url);
  });
  afterAll(() => stage.close());

  test('is closed to a wrong token, a link that was used, and another origin', async () => {
    const { origin } = new URL(url);
    const refused = await stage.open(`${origin}/#token=${'A'.repeat(43)}`);
    await refused.getByRole('alert').getByText('fresh').waitFor();

    await page.getByRole('heading', { name: /Three questions/ }).waitFor();
    expect(page.url()).not.toContain('token');
    const again = await stage.open(url);
    await again.getByRole('alert').getByText('fresh').waitFor();

    const foreign = { method: 'POST', headers: { origin: 'http://evil.example', 'content-type': 'application/json' } };
    expect((await fetch(`${origin}/session`, { ...foreign, body: '{"token":"x"}' })).status).toBe(403);
    // A refusal is an answer that is not "ok", which the browser tells of.
    expect(stage.complaints.every((text) => text.includes('401'))).toBe(true);
  });

  test('keeps inline script and style out', async () => {
    const [ran, width] = (await page.evaluate(`(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      const style = document.createElement('style');
      style.textContent = 'main { width: 7px !important }';
      document.head.append(script, style);
      return [window.ran === true, getComputedStyle(document.querySelector('main')).width];
    })()`)) as [boolean, string];
    expect([ran, width === '7px']).toEqual([false, false]);
  });

  test('tells that a console hangs, sends nothing to it, and goes on when it does', async () => {
    await page.clock.install();
    await page.reload();
    await page.getByText('Connected', { exact: true }).waitFor();
    stage.stopConsole();
    await page.clock.runFor(13_000);
    const alert = page.getByRole('alert');
    await alert.getByText('The console does not answer').waitFor();
    await page.getByText('No answer', { exact: true }).waitFor();
    stage.continueConsole();
    await page.getByText('Connected', { exact: true }).waitFor();
    expect(await alert.count()).toBe(0);
    await page.clock.resume();
  });

  test('opens again for a page that lost its console, with the link of the one that came after', async () => {
    await page.getByText('Connected', { exact: true }).waitFor();
    await stage.endConsole();
    await page.getByRole('alert').getByText('The connection to the console is lost').waitFor();

    const fresh = await stage.serve(Number(new URL(url).port));
    await page.getByRole('alert').getByText('The console does not know this page any more').waitFor();
    await page.goto(fresh);
    await page.getByText('Connected', { exact: true }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(page.url()).not.toContain('token');
  });

  test('runs nothing of what files, objects and folders are called, and shows it as it is', async () => {
    const image = '"><img src=x onerror=window.ran=1>';
    const names = [
      image,
      '<svg onload=window.ran=1>',
      'javascript:window.ran=1',
      "=cmd|' x'!A1",
      'a;=1+1',
      `x\u202Egpj.exe`,
    ];
    const root = stage.at('person', `${image} \u202E\n=1+1;=1+1`);
    mkdirSync(root, { recursive: true });
    for (const name of names) writeFileSync(join(root, name), name);
    const vault = stage.at(`vault ${image}`);
    const object = `=1+1 ${image}`;
    await stage.command('vault', 'create', vault);
    await stage.command('object', 'add', object, '--vault', vault, '--files', root);
    await stage.command('schedule', 'add', object, '--cron', '@yearly');
    await stage.command('notice', 'add', image, '--run', image);
    await stage.command('backup', object);
    rmSync(root, { recursive: true });
    await stage.command('backup', object).catch(() => undefined);

    stage.complaints.length = 0;
    const problems: string[] = [];
    const look = async (where: string) => {
      const found = await page.evaluate(
        `JSON.stringify([window.ran ?? null, document.querySelectorAll('img[src="x"], svg[onload], [href^="javascript"]').length,
          /[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText)])`,
      );
      if (found !== '[null,0,false]') problems.push(`${where}: ${String(found)}`);
    };
    const stations = page.getByRole('navigation', { name: 'Stations' }).getByRole('link');
    const goTo = async (station: Locator) => {
      await station.click();
      await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
      // A screen may load several things at once.
      await expect.poll(() => page.getByText('Loading …').count(), { timeout: 30_000 }).toBe(0);
    };
    for (const station of await stations.all()) {
      await goTo(station);
      await look(page.url());
    }
    await goTo(stations.filter({ hasText: 'Jobs' }));
    await page.getByRole('main').getByRole('link', { name: object }).first().click();
    await page.getByRole('alert').getByText('\\u202e').first().waitFor();
    await look('a failed job');
    await goTo(stations.filter({ hasText: 'Restore' }));
    await page.getByText('\\u202e').first().waitFor();
    await look('files');
    expect(stage.complaints).toEqual([]);

    const report = stage.at('report.html');
    await stage.command('report', '--to', report);
    await page.goto(`file://${report}`);
    await page.getByRole('cell', { name: object }).first().waitFor();
    await look('the report');
    const history = stage.at('history.csv');
    await stage.command('history', 'export', '--format', 'csv', '--to', history);
    const cells = readFileSync(history, 'utf8').split(/"?[,;\r\n]+"?/);
    expect(cells.filter((cell) => /^[\s"]*[=+@]/.test(cell))).toEqual([]);
    const metrics = stage.at('metrics.prom');
    await stage.command('metrics', '--to', metrics);
    const labels = parseExposition(readFileSync(metrics, 'utf8')).flatMap((sample) => Object.values(sample.labels));
    expect(labels).toContain(vault);
    expect(problems).toEqual([]);
  });
});
