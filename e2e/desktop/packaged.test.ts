import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, afterEach, expect, test } from 'vitest';
import { electronRuntime } from '../../scripts/lib/desktop.mjs';
import { packageApp } from '../../scripts/lib/package-app.mjs';
import { describeDesktop } from './testing/describe-desktop.ts';
import { DesktopStage } from './testing/desktop-stage.ts';

describeDesktop('the packaged application', () => {
  const stage = new DesktopStage();
  let app: ChildProcess | undefined;
  let browser: Browser | undefined;
  // After every attempt: a program that is still there would take the start of the next one for its own second.
  afterEach(async () => {
    await browser?.close();
    if (app?.exitCode !== null || app.signalCode !== null) return;
    app.kill('SIGKILL');
    await once(app, 'exit');
  });
  afterAll(() => stage.close());

  test('opens its window out of its archive, with a runtime that can do nothing else', async () => {
    const runtime = electronRuntime();
    if (!runtime) throw new Error('There is no runtime.');
    const program = await packageApp(runtime, stage.at('packaged'));
    await stage.serve();
    const { args, env } = await stage.command();
    const own = args.filter((argument) => argument.startsWith('-') || argument === stage.home);
    app = spawn(program, [...own, '--remote-debugging-port=0'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    browser = await chromium.connectOverCDP(await debuggerOf(app));
    const page = browser.contexts()[0]?.pages()[0];
    await page?.getByText('Connected', { exact: true }).waitFor();
    expect(page?.url()).toMatch(/^app:\/\/coldframe\//);

    const wire = await getCurrentFuseWire(program);
    const on = Object.values(FuseV1Options).filter(
      (fuse): fuse is FuseV1Options => typeof fuse === 'number' && wire[fuse] === FuseState.ENABLE,
    );
    expect(on.map((fuse) => FuseV1Options[fuse])).toEqual(['EnableCookieEncryption', 'OnlyLoadAppFromAsar']);

    // As Node it would refuse the switch; as what it is it finds its window open already.
    const again = spawn(program, [...own, '-e', 'process.exit(42)'], {
      env: { ...env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '--no-such-option' },
      stdio: 'ignore',
    });
    expect(await once(again, 'exit')).toEqual([0, null]);
  });
});

/** Where the program says that it can be looked into. */
const debuggerOf = async (program: ChildProcess): Promise<string> => {
  for await (const line of createInterface({ input: program.stderr as NodeJS.ReadableStream })) {
    const [, address] = /^DevTools listening on (ws:\S+)/.exec(line) ?? [];
    if (address) {
      (program.stderr as NodeJS.ReadableStream).resume();
      return address;
    }
  }
  throw new Error('The packaged program ended before it listened.');
};
