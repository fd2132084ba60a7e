import { afterAll, expect, test } from 'vitest';
import { describeDesktop } from './testing/describe-desktop.ts';
import { DesktopStage } from './testing/desktop-stage.ts';

describeDesktop('a window beside a console that holds the home', () => {
  const stage = new DesktopStage();
  afterAll(() => stage.close());

  test('shows what that console has', async () => {
    await stage.serve();
    const page = await stage.open();
    await page.getByText('Connected', { exact: true }).waitFor();
    expect(page.url()).toMatch(/^app:\/\/coldframe\//);
    await page.screenshot({ path: 'test-results/desk.png' });
    expect(stage.complaints).toEqual([]);
  });
});
