import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { GO_CHANNEL } from '../../shared/desktop/channels.ts';
import { PAGE_URL } from './app-protocol.ts';
import { LEAST, onDisplays, readWindowState, type WindowState, writeWindowState } from './window-state.ts';
import { words } from './words.ts';

const PREFERRED = { width: 1440, height: 900 };
/** What is seen until the page has drawn: the two grounds of the renderer's tokens. */
const GROUND = { light: '#f3f5f7', dark: '#10161c' };

/** Within a minute. */
const MOST_RELOADS = 3;

/** The one window of the program, and what is remembered of it. */
export class MainWindow {
  readonly window: BrowserWindow;
  /** Whether the page shows something that cannot be shown again. */
  asksBeforeLeaving = false;
  readonly #file: string;
  #written: string;
  /** When its page went, within the last minute. */
  #gone: number[] = [];
  /** How to show it for the first time, while it was not. */
  #show: (() => void) | null = null;

  constructor(file: string, { hidden }: { readonly hidden: boolean }) {
    this.#file = file;
    const state = readWindowState(file);
    this.#written = JSON.stringify(state);
    const displays = screen.getAllDisplays().map(({ workArea }) => workArea);
    this.window = new BrowserWindow({
      ...((state.place && onDisplays(state.place, displays)) ?? PREFERRED),
      minWidth: LEAST.width,
      minHeight: LEAST.height,
      show: false,
      title: words.product,
      icon: fileURLToPath(new URL('./icon.png', import.meta.url)),
      backgroundColor: nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light,
      webPreferences: {
        preload: fileURLToPath(new URL('./preload.cjs', import.meta.url)),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webviewTag: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        devTools: !app.isPackaged,
      },
    });
    // To maximize shows, too.
    const show = () => (state.maximized ? this.window.maximize() : this.window.show());
    if (hidden) this.#show = show;
    else this.window.once('ready-to-show', show);
    this.window.webContents.on('did-navigate', () => {
      this.asksBeforeLeaving = false;
    });
    this.window.webContents.on('render-process-gone', (_, { reason }) => {
      this.asksBeforeLeaving = false;
      if (reason !== 'clean-exit') this.#loadAgain();
    });
  }

  load(): void {
    // A page that could not be loaded is still a window; the menu loads it again.
    void this.window.loadURL(PAGE_URL).catch(() => undefined);
  }

  /** A page that goes again and again is left to the menu: the backup that runs here needs the processor more. */
  #loadAgain(): void {
    const now = Date.now();
    this.#gone = [...this.#gone.filter((at) => now - at < 60_000), now];
    if (this.#gone.length <= MOST_RELOADS) this.load();
  }

  /** Brings it to the front, wherever it is. */
  reveal(): void {
    this.#show?.();
    this.#show = null;
    if (this.window.isMinimized()) this.window.restore();
    this.window.show();
    this.window.focus();
  }

  /** Shows that it is there, without taking a person's eyes. */
  showMinimized(): void {
    if (this.#show === null) return;
    this.#show = null;
    this.window.showInactive();
    this.window.minimize();
  }

  /** Asks whether the page may go with the recovery code that it shows. */
  mayLoseCode(): boolean {
    this.reveal();
    const response = dialog.showMessageBoxSync(this.window, {
      type: 'warning',
      title: words.code.title,
      message: words.code.title,
      detail: words.code.detail,
      buttons: [words.code.stay, words.code.leave],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    return response === 1;
  }

  go(screenName: string): void {
    this.reveal();
    this.window.webContents.send(GO_CHANNEL, screenName);
  }

  /** Remembers where it is. */
  remember(): void {
    const state: WindowState = { place: this.window.getNormalBounds(), maximized: this.window.isMaximized() };
    const text = JSON.stringify(state);
    if (text === this.#written) return;
    try {
      writeWindowState(this.#file, state);
      this.#written = text;
    } catch {
      // Where the window is next time is nothing to trouble a person with who is leaving.
    }
  }
}
