import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeDesktop } from './testing/describe-desktop.ts';
import { DesktopStage, preloadScript } from './testing/desktop-stage.ts';

/** What a page would say to the main process. */
const ASK = `coldframe.ask('trouble', {})`;

describeDesktop('what a page in the window may not do', () => {
  const stage = new DesktopStage();
  const open = async (): Promise<void> => {
    await stage.open();
    await stage.page.getByText('Connected', { exact: true }).waitFor();
  };
  beforeAll(async () => {
    await stage.serve();
    await open();
  });
  // The second chance of one that hung is in a program of its own.
  beforeEach(async ({ task }) => {
    if ((task.result?.retryCount ?? 0) === 0) return;
    await stage.leave();
    await open();
  });
  afterAll(() => stage.close());

  test('it has no Node, and its preferences are those of a stranger', async () => {
    const found =
      await stage.page.evaluate(`['require', 'process', 'module', 'Buffer', 'global', 'electron', '__dirname']
      .filter((name) => name in globalThis)`);
    expect(found).toEqual([]);
    expect(await stage.page.evaluate('Object.keys(coldframe).toSorted()')).toEqual(['ask', 'connect', 'onGo']);
    const preferences = await stage.app.evaluate(({ BrowserWindow }) => {
      // Not in Electron's types, but what is really in force.
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
    });
  });

  test('script and style in the page, made-up code, and frames are refused', async () => {
    const outcome = await stage.page.evaluate(`(async () => {
      const refused = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => refused.push(effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      const style = document.createElement('style');
      style.textContent = 'main { width: 7px !important }';
      const frame = document.createElement('iframe');
      frame.src = 'app://coldframe/';
      document.body.append(script, style, frame);
      // What the debugger itself evaluates may make up code; what the page is called back with may not.
      const evaluated = await new Promise((done) => setTimeout(() => {
        try { done(new Function('return true')()); } catch { done(false); }
      }));
      while (refused.length < 4) await new Promise((done) => setTimeout(done, 10));
      for (const each of [script, style, frame]) each.remove();
      return { ran: window.ran === true, evaluated, refused: refused.toSorted() };
    })()`);
    expect(outcome).toEqual({
      ran: false,
      evaluated: false,
      refused: ['frame-src', 'script-src', 'script-src-elem', 'style-src-elem'],
    });
  });

  test.each(['https://evil.example/', 'app://coldframe/?x', 'app://coldframe/icon.svg', 'file:///etc/passwd'])(
    'it does not go to %s',
    async (address) => {
      await stage.app.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        const prevented = new Promise((done) =>
          contents?.once('will-navigate', (event) => done(event.defaultPrevented)),
        );
        Object.assign(globalThis, { prevented });
      });
      const before = stage.page.url();
      const outcome = await stage.page.evaluate(`(() => {
        try { location.href = ${JSON.stringify(address)}; return 'asked'; } catch { return 'refused'; }
      })()`);
      // A local file is refused by the browser itself, before anybody is asked.
      if (outcome === 'asked' && !address.startsWith('file:')) {
        expect(await stage.app.evaluate(() => (globalThis as { prevented?: Promise<boolean> }).prevented)).toBe(true);
      }
      expect(stage.page.url()).toBe(before);
    },
  );

  test('it opens no window; an address of the list goes to the system’s browser, no other does', async () => {
    await stage.app.evaluate(({ shell }) => {
      const outside: string[] = [];
      Object.assign(globalThis, { outside });
      shell.openExternal = async (address) => void outside.push(address);
    });
    const licence = 'https://www.apache.org/licenses/LICENSE-2.0';
    const asked = ['https://evil.example/', 'app://coldframe/', 'about:blank', 'file:///etc/passwd', licence];
    const opened = await stage.page.evaluate(
      `${JSON.stringify(asked)}.map((address) => window.open(address) !== null)`,
    );
    expect(opened).toEqual([false, false, false, false, false]);
    expect(await stage.app.evaluate(() => (globalThis as { outside?: string[] }).outside)).toEqual([licence]);
    expect(stage.app.windows()).toHaveLength(1);
  });

  test('it is served what is on the list, and nothing beside it', async () => {
    const status = (address: string) =>
      stage.app.evaluate(async ({ session }, to) => (await session.defaultSession.fetch(to)).status, address);
    expect(await status('app://coldframe/')).toBe(200);
    for (const address of [
      'app://coldframe/../../etc/passwd',
      'app://coldframe/%2e%2e/%2e%2e/etc/passwd',
      'app://coldframe/manifest.json',
      'app://coldframe/index.html',
      'app://coldframe/assets/',
      'app://elsewhere/',
    ]) {
      expect([address, await status(address)]).toEqual([address, 404]);
    }
    const headers = await stage.app.evaluate(async ({ session }) => {
      const answer = await session.defaultSession.fetch('app://coldframe/');
      return [answer.headers.get('content-security-policy'), answer.headers.get('x-content-type-options')];
    });
    expect(headers[0]).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(headers[0]).not.toContain('unsafe');
    expect(headers[1]).toBe('nosniff');
  });

  test('it has no network, whoever asks in its session', async () => {
    const asked = stage.app.evaluate(({ session }) => session.defaultSession.fetch('http://127.0.0.1:9/'));
    await expect(asked).rejects.toThrow('ERR_BLOCKED_BY_CLIENT');
    expect(await stage.page.evaluate(`fetch('http://127.0.0.1:9/').then(() => 'answered', () => 'refused')`)).toBe(
      'refused',
    );
  });

  test('it is given no permission but to copy', async () => {
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'clipboard-read',
      'midi',
      'persistent-storage',
    ];
    const states = await stage.page.evaluate(
      `Promise.all(${JSON.stringify(names)}.map(async (name) => (await navigator.permissions.query({ name })).state))`,
    );
    expect(states).toEqual(names.map(() => 'denied'));
    expect(await stage.page.evaluate('Notification.requestPermission()')).toBe('denied');
    await stage.page.evaluate(`navigator.clipboard.writeText('a path')`);
    // The system's clipboard may take a moment longer than the promise.
    await expect.poll(() => stage.app.evaluate(({ clipboard }) => clipboard.readText())).toBe('a path');
  });

  test('what it made itself is saved where the system’s dialog says, and nothing else is', async () => {
    await stage.app.evaluate(({ session }) => {
      const asked: unknown[] = [];
      Object.assign(globalThis, { asked });
      session.defaultSession.on('will-download', (event, item) => {
        asked.push([item.getFilename(), event.defaultPrevented]);
        event.preventDefault();
      });
    });
    const saved = await stage.page.evaluate(`(async () => {
      const save = (href, download) => Object.assign(document.createElement('a'), { href, download }).click();
      save(URL.createObjectURL(new Blob(['a'])), 'own.csv');
      await new Promise((done) => setTimeout(done, 500));
      save('app://coldframe/icon.svg', 'icon.svg');
      await new Promise((done) => setTimeout(done, 500));
      return true;
    })()`);
    expect(saved).toBe(true);
    expect(await stage.app.evaluate(() => (globalThis as { asked?: unknown[] }).asked)).toEqual([
      ['own.csv', false],
      ['icon.svg', true],
    ]);
  });

  test('another window is not heard, though it shows the same page', async () => {
    const found = stage.app.waitForEvent('window');
    await stage.app.evaluate(({ BrowserWindow }, preload) => {
      const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
      void other.loadURL('app://coldframe/');
    }, preloadScript);
    const other = await found;
    await other.getByText('Connection lost').waitFor();
    expect(await other.evaluate(ASK)).toMatchObject({
      ok: false,
      error: { code: 'ORIGIN_REFUSED' },
    });
    const closing = other.waitForEvent('close');
    await stage.app.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) if (!window.isVisible()) window.destroy();
    });
    await closing;
  });

  test('a foreign page in our window is not heard', async () => {
    await stage.app.evaluate(async ({ BrowserWindow }) => {
      await BrowserWindow.getAllWindows()[0]?.webContents.loadURL('about:blank');
    });
    await stage.page.waitForURL('about:blank');
    const outcome = await stage.page.evaluate(ASK);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'ORIGIN_REFUSED' } });
  });
});
