import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, test } from 'vitest';
import { describeDesktop } from './testing/describe-desktop.ts';
import { DesktopStage } from './testing/desktop-stage.ts';

describeDesktop('the window of a home', () => {
  const stage = new DesktopStage();
  afterAll(() => stage.close());
  const place = { x: 40, y: 60, width: 1100, height: 720 };
  const bounds = () => stage.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
  const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 30_000 });
  const visible = () => stage.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
  const close = () => stage.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  /** Starts the program once more and answers how it ended. */
  const startAgain = async () => {
    const { executablePath, args, env } = await stage.command();
    const [status] = await once(spawn(executablePath, args, { env, stdio: 'ignore' }), 'exit');
    return status as number;
  };

  test('closing it ends the program where there is no tray, and it comes back where it was', async () => {
    await stage.serve();
    await stage.open();
    await eventually(visible).toBe(true);
    await stage.app.evaluate(({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]?.setBounds(wanted), place);
    await eventually(bounds).toEqual(place);
    expect(await stage.ends(close)).toBe(0);
    await stage.open();
    expect(await bounds()).toEqual(place);
  });

  test('starting the program again brings it to the front, and the second one ends', async () => {
    await eventually(visible).toBe(true);
    await stage.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    expect(await visible()).toBe(false);
    expect(await startAgain()).toBe(0);
    await eventually(visible).toBe(true);
    expect(stage.app.windows()).toHaveLength(1);
  });

  test('closing it hides it where the desktop shows a tray, until the program is started again', async () => {
    await stage.leave();
    stage.write('bin/gdbus', '#!/bin/sh\necho "(true,)"\n', 0o755);
    const page = await stage.open();
    await page.getByText('Connected', { exact: true }).waitFor();
    await eventually(visible).toBe(true);
    await close();
    await eventually(visible).toBe(false);
    expect(await startAgain()).toBe(0);
    await eventually(visible).toBe(true);
    expect(await stage.ends(() => stage.choose('Quit Coldframe'))).toBe(0);
  });
});
