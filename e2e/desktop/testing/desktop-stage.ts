import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type { StoryStage } from '../../stories/story-stage.ts';
import { electronProgram } from './describe-desktop.ts';
import { openVirtualDisplay, type VirtualDisplay } from './virtual-display.ts';

const checkout = resolve(import.meta.dirname, '../../..');
const commandLine = join(checkout, 'dist/coldframe.js');
export const preloadScript = join(checkout, 'dist/preload.cjs');
const pictures = join(checkout, 'test-results/pictures');

const LAUNCH_MS = 60_000;

/** What the program is started with: as root Chromium has no sandbox to offer. */
const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** A home of its own, a console that may hold it, a display, and the desktop program. */
export class DesktopStage implements StoryStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'coldframe-desktop-'));
  /** What the page complained of: errors, and what the content policy refused. */
  readonly complaints: string[] = [];
  /** The folder of the program; the checkout unless a story brings one of its own. */
  program = checkout;
  #display: VirtualDisplay | null = null;
  #owner: ChildProcess | null = null;
  #app: ElectronApplication | null = null;
  #page: Page | null = null;
  /** Of the program; the driver does not tell it any more once it has ended. */
  #process: ChildProcess | null = null;

  get home(): string {
    return this.at('home');
  }

  get app(): ElectronApplication {
    if (this.#app === null) throw new Error('The program is not open: open() comes first.');
    return this.#app;
  }

  get page(): Page {
    if (this.#page === null) throw new Error('No page is open: open() comes first.');
    return this.#page;
  }

  at(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(name: string, content: string | Buffer, mode = 0o600): string {
    const path = this.at(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode });
    return path;
  }

  /** Starts a console that holds the home. */
  async serve(): Promise<void> {
    const owner = spawn(process.execPath, [commandLine, '--home', this.home, 'serve'], {
      env: { ...process.env, HOME: this.at('person') },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#owner = owner;
    await Promise.race([
      once(owner.stdout as NodeJS.ReadableStream, 'data'),
      once(owner, 'exit').then(([status]) => {
        throw new Error(`The console ended with ${status} before it served.`);
      }),
    ]);
  }

  /** Stops the process of that console as it stands, as a hanging disk might, and lets it go on. */
  signalOwner(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#owner?.kill(signal);
  }

  /** Ends that console without a word, as a crash does. */
  async killOwner(): Promise<void> {
    const owner = this.#owner;
    this.#owner = null;
    if (owner === null || owner.exitCode !== null) return;
    owner.kill('SIGKILL');
    await once(owner, 'exit');
  }

  /** Carries out a command at the home and answers its JSON document. */
  async answer<T>(...args: string[]): Promise<T> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [commandLine, '--home', this.home, '--json', ...args],
      {
        env: { ...process.env, HOME: this.at('person') },
      },
    );
    return JSON.parse(stdout) as T;
  }

  /** The arguments and the environment that the program is started with. */
  async command(home = this.home): Promise<{ executablePath: string; args: string[]; env: Record<string, string> }> {
    this.#display ??= await openVirtualDisplay();
    const { DBUS_SESSION_BUS_ADDRESS: _, COLDFRAME_HOME: __, WAYLAND_DISPLAY: ___, ...inherited } = process.env;
    return {
      executablePath: electronProgram() ?? '',
      args: [...switches, this.program, '--home', home],
      env: {
        ...(inherited as Record<string, string>),
        DISPLAY: this.#display.name,
        HOME: this.at('person'),
        PATH: `${this.at('bin')}:${process.env.PATH}`,
      },
    };
  }

  /** Starts the program and answers its page. */
  async open({ home = this.home, hidden = false } = {}): Promise<Page> {
    mkdirSync(this.at('person'), { recursive: true });
    const command = await this.command(home);
    const args = [...command.args, ...(hidden ? ['--hidden'] : [])];
    const options = { ...command, args, timeout: LAUNCH_MS };
    // On a busy machine the runtime has hung once before it ran a line of ours: it gets a second chance.
    this.#app = await _electron.launch(options).catch(() => _electron.launch(options));
    this.#process = this.#app.process();
    const page = await this.#app.firstWindow();
    page.setDefaultTimeout(30_000);
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    this.#page = page;
    return page;
  }

  /** Chooses an entry of the menu, wherever in it that is. */
  async choose(label: string): Promise<void> {
    await this.app.evaluate(({ Menu }, wanted) => {
      const entries = (Menu.getApplicationMenu()?.items ?? []).flatMap(({ submenu }) => submenu?.items ?? []);
      const entry = entries.find((each) => each.label === wanted);
      if (!entry) throw new Error(`The menu has no ${wanted}.`);
      entry.click();
    }, label);
  }

  /** Does what ends the program, and answers its exit status; it may be gone before it answers that this was done. */
  async ends(act: () => Promise<void>): Promise<number> {
    const ended = once(this.app.process(), 'exit');
    const [status] = await Promise.any([ended, act().then(() => ended)]);
    return status as number;
  }

  /** Takes a picture of the page in a theme. */
  async picture(name: string, colorScheme: 'light' | 'dark'): Promise<void> {
    mkdirSync(pictures, { recursive: true });
    await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  /** Ends the program, whatever it would rather do. */
  async leave(): Promise<void> {
    const running = this.#process;
    this.#app = null;
    this.#process = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill('SIGKILL');
    await gone;
  }

  async close(): Promise<void> {
    await this.leave();
    await this.killOwner();
    await this.#display?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
