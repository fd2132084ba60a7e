import { join } from 'node:path';
import { app, dialog, ipcMain, Menu, powerMonitor, powerSaveBlocker, protocol, session, shell } from 'electron';
import { APP_SCHEME } from '../shared/desktop/channels.ts';
import type { ShellHooks } from './console/handlers/parts.ts';
import { chooseHome, prepareHome } from './console/home/directory.ts';
import { reachConsole } from './desktop/attach-window.ts';
import { ConsoleLink } from './desktop/console-link.ts';
import { guardContents } from './desktop/contents-policy.ts';
import { hiddenOption, homeOption } from './desktop/home-option.ts';
import { takeIpc } from './desktop/ipc.ts';
import { Leaving } from './desktop/leaving.ts';
import { leavingParts } from './desktop/leaving-parts.ts';
import { MainWindow } from './desktop/main-window.ts';
import { buildMenu } from './desktop/menu.ts';
import { desktopHandlers } from './desktop/native-dialogs.ts';
import { PopUps } from './desktop/pop-ups.ts';
import { followPower, saveBlocker } from './desktop/power.ts';
import { guardSession } from './desktop/session-policy.ts';
import { TrayDesk } from './desktop/tray/desk.ts';
import { withReveal } from './desktop/with-reveal.ts';
import { words } from './desktop/words.ts';
import { readRendererFiles } from './platform/renderer-files.ts';

const home = chooseHome(homeOption(process.argv));

/** What the window keeps lies in the home, so that each home has a window of its own; one that cannot be used is told of in it. */
const profileOf = (folder: string): string => {
  try {
    return join(prepareHome(folder), 'desktop');
  } catch {
    return app.getPath('userData');
  }
};

/** What the desktop can do for a console of its own. Of the login item: neither macOS nor Windows was ever tried. */
const desktopHooks = (folder: string): ShellHooks => {
  const args = [...(app.isPackaged ? [] : [app.getAppPath()]), '--home', folder, '--hidden'];
  const hooks: ShellHooks = {
    idleMs: () => powerMonitor.getSystemIdleTime() * 1000,
    keepAwake: saveBlocker(powerSaveBlocker),
    launch: [process.env.APPIMAGE ?? process.execPath, ...args],
  };
  if (process.platform === 'linux') return hooks;
  return {
    ...hooks,
    loginItem: {
      get: () => app.getLoginItemSettings({ args }).openAtLogin,
      set: (openAtLogin) => app.setLoginItemSettings({ openAtLogin, args }),
    },
  };
};

const start = async (): Promise<void> => {
  await app.whenReady();
  const files = readRendererFiles();
  if (files === null) throw new Error(words.noRenderer.missing);
  guardSession(session.defaultSession, files);

  const link = new ConsoleLink(
    home,
    {
      command: 'desktop',
      useCases: async () => (await import('./console/wiring.ts')).engineUseCases,
      shell: desktopHooks(home),
    },
    { reach: reachConsole, dress: (console) => withReveal(console, (path) => shell.showItemInFolder(path)) },
  );
  process.on('uncaughtException', (error) => link.fail(error));
  process.on('unhandledRejection', (reason) => link.fail(reason));

  const hidden = hiddenOption(process.argv);
  const main = new MainWindow(join(app.getPath('userData'), 'window.json'), { hidden });
  const popUps = new PopUps({
    isLookedAt: () => !main.window.isDestroyed() && main.window.isVisible() && main.window.isFocused(),
    open: () => main.go('overview'),
  });
  const tray = new TrayDesk({
    console: () => link.console,
    open: () => main.reveal(),
    go: (screen) => main.go(screen),
    quit: () => void leaving.quit(),
    alerted: (alert) => popUps.alerted(alert),
  });
  const leaving = new Leaving(leavingParts({ link, main, tray }));
  const quit = () => void leaving.quit();

  takeIpc(ipcMain, {
    windowId: () => (main.window.isDestroyed() ? null : main.window.webContents.id),
    link,
    handlers: desktopHandlers(main, link),
  });
  Menu.setApplicationMenu(buildMenu({ go: (screen) => main.go(screen), quit, devTools: !app.isPackaged }));
  main.window.on('close', (event) => {
    main.remember();
    if (leaving.ended) return;
    event.preventDefault();
    void leaving.close();
  });
  // Loading the page again, and whatever else would end it, is asked about where the page asks for that.
  main.window.webContents.on('will-prevent-unload', (event) => {
    if (leaving.ended || main.mayLoseCode()) event.preventDefault();
  });
  app.on('before-quit', (event) => {
    if (leaving.ended) return;
    event.preventDefault();
    quit();
  });
  app.on('second-instance', () => main.reveal());
  app.on('activate', () => main.reveal());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leaving.stop());

  followPower(powerMonitor, {
    power: () => link.own?.power ?? null,
    leave: () => leaving.stop(),
    left: () => leaving.ended,
  });

  link.onFound((console) => {
    tray.follow(console);
    void console.own?.stopRequested.then(() => leaving.end());
  });
  main.load();
  const [, shown] = await Promise.all([link.reach().catch(() => undefined), tray.appear()]);
  if (!hidden) return;
  // Where nothing shows the icon, a window that stayed away could not be found again.
  if (!shown && !(await tray.appearLater())) main.showMinimized();
};

app.setName(words.product);
app.setPath('userData', profileOf(home));
// As root Chromium runs without its sandbox or not at all, and this would take back what the caller said.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);
guardContents(app, shell);
if (app.requestSingleInstanceLock()) {
  start().catch((error: Error) => {
    dialog.showErrorBox(words.noRenderer.title, error.message);
    app.exit(1);
  });
} else app.exit(0);
