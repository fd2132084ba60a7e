import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
});
