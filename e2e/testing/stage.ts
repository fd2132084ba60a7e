import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { goTo, type StoryStage } from '../stories/story-stage.ts';

const run = promisify(execFile);

const checkout = resolve(import.meta.dirname, '../..');
const program = join(checkout, 'dist/coldframe.js');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where pictures of screens go; not committed. */
export const PICTURES = join(checkout, 'test-results/pictures');

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

export const THEMES = ['light', 'dark'] as const;
/** What can differ from one theme to the other: the rest was looked at in the first one. */
const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block'];
/** What can differ where there is less room, or everything stands closer together. The first is of WCAG 2.2, and off unless it is asked for. */
const RULES_OF_SIZE = ['target-size', 'scrollable-region-focusable'];

/** Whether something is scrolled out of sight in part: what lies over the rest of it there does not make it smaller. */
const IS_CUT = `(element) => {
  for (let box = element.parentElement; box !== null; box = box.parentElement) {
    if (box.scrollHeight <= box.clientHeight || getComputedStyle(box).overflowY === 'visible') continue;
    const [inner, own] = [box, element].map((each) => each.getBoundingClientRect());
    return own.top < inner.top || own.bottom > inner.bottom;
  }
  return false;
}`;

const onPath = (program: string): string | null => {
  const folder = (process.env.PATH ?? '').split(delimiter).find((each) => existsSync(join(each, program)));
  return folder === undefined ? null : join(folder, program);
};

/** The browser; without a window of its own, where that is here, it takes half of the processor time. */
const chromiumOnPath = (): string => onPath('chromium-headless-shell') ?? onPath('chromium') ?? 'chromium';

/** What a program prints first. */
const firstLine = async (child: ChildProcess): Promise<string> => {
  const [line] = (await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    once(child, 'exit').then(([status]) => {
      throw new Error(`The program ended with ${status} before it printed a line.`);
    }),
  ])) as [Buffer];
  return line.toString().trim();
};

/** Pictures are for people, and take as long as the rest of a look. */
export const wantsPictures = (): boolean => process.env.COLDFRAME_PICTURES === '1';

export interface StageOptions {
  /** Home of the console, and folder of the person who runs it; both within the stage's own folder unless they are given. */
  readonly home?: string;
  readonly person?: string;
  /** Run in every page before its own scripts. */
  readonly script?: string;
}

/** A console that serves a home of its own, a browser with one page, and a person's folder. */
export class Stage implements StoryStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'coldframe-e2e-'));
  /** What the browser complained of: errors, and what the content policy refused. */
  readonly complaints: string[] = [];
  /** What programs have in their environment besides that of the tests. */
  readonly env: Record<string, string> = {};
  readonly #options: StageOptions;
  #server: ChildProcess | null = null;
  readonly #background: ChildProcess[] = [];
  #browser: Browser | null = null;
  #page: Page | null = null;

  constructor(options: StageOptions = {}) {
    this.#options = options;
  }

  get #home(): string {
    return this.#options.home ?? this.at('home');
  }

  get page(): Page {
    if (this.#page === null) throw new Error('No page is open: open() comes first.');
    return this.#page;
  }

  at(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(name: string, content: string | Buffer): string {
    const path = this.at(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** Starts the console and answers the link that it prints. */
  async serve(port = 0): Promise<string> {
    this.#server = this.#start(['serve', '--port', String(port)]);
    return await firstLine(this.#server);
  }

  /** Has the console that serves do something from the command line, as a person beside the browser might. */
  async command(...args: string[]): Promise<void> {
    await run(process.execPath, [program, '--home', this.#home, ...args], { env: this.#environment() });
  }

  /** Carries out a command and answers its JSON document. */
  async answer<T>(...args: string[]): Promise<T> {
    const { stdout } = await run(process.execPath, [program, '--home', this.#home, '--json', ...args], {
      env: this.#environment(),
    });
    return JSON.parse(stdout) as T;
  }

  /** Starts a command that goes on until the console ends, and waits for the first line that it prints. */
  async background(...args: string[]): Promise<string> {
    const child = this.#start(args);
    this.#background.push(child);
    return await firstLine(child);
  }

  #start(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [program, '--home', this.#home, ...args], {
      env: this.#environment(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }

  #environment(): NodeJS.ProcessEnv {
    return { ...process.env, HOME: this.#options.person ?? this.at('person'), ...this.env };
  }

  /** Stops the process of the console as it stands, as a hanging disk might. */
  stopConsole(): void {
    this.#server?.kill('SIGSTOP');
  }

  continueConsole(): void {
    this.#server?.kill('SIGCONT');
  }

  /** Ends the console as Ctrl-C does. */
  async endConsole(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const child of [...this.#background.splice(0), server]) {
      if (child === null || child.exitCode !== null) continue;
      child.kill('SIGINT');
      await once(child, 'exit');
    }
  }

  /** Opens a page in a fresh browser. */
  async open(url: string): Promise<Page> {
    this.#browser ??= await chromium.launch({
      executablePath: chromiumOnPath(),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
    });
    const context = await this.#browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      locale: 'en-GB',
      // As a whole browser gives it to a page that is in front.
      permissions: ['clipboard-write'],
    });
    if (this.#options.script !== undefined) await context.addInitScript(this.#options.script);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    this.#page = page;
    await page.goto(url);
    return page;
  }

  /** What a person can read on the page at the moment. */
  async said(): Promise<string> {
    return (await this.page.locator('body').allInnerTexts()).join('\n').replaceAll(/\s*\n\s*/g, '\n');
  }

  /** Goes to a screen by the rail, as a person does. */
  async goTo(station: string): Promise<void> {
    await goTo(this, station);
  }

  /** Takes a picture in a theme, when pictures are wanted. */
  async picture(name: string, theme: (typeof THEMES)[number]): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    if (!wantsPictures()) return;
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}-${theme}.png`) });
  }

  /**
   * Answers what axe finds, and takes a picture: in the light theme all of it, comfortably; in the dark one, compact, what its colours and its sizes
   * change. `seen`: the same was looked at in this theme in a window of another size, which only sizes depend on.
   */
  async look(name: string, theme: (typeof THEMES)[number], seen = false): Promise<string[]> {
    await this.picture(name, theme);
    // What is meant for the ear alone must not make the page longer: then what has the focus could push the whole frame out of sight.
    const isLonger = await this.page.evaluate('document.documentElement.scrollHeight > innerHeight');
    if (!(await this.page.evaluate('"axe" in globalThis'))) await this.page.evaluate(axe);
    const only = (values: readonly string[]) => ({ runOnly: { type: 'rule', values } });
    const inLight = seen ? only(RULES_OF_SIZE) : { rules: { 'target-size': { enabled: true } } };
    const rules = theme === 'light' ? inLight : only([...RULES_OF_COLOUR, ...RULES_OF_SIZE]);
    const options = JSON.stringify({ resultTypes: ['violations'], elementRef: true, ...rules });
    const density = theme === 'dark' ? 'compact' : 'comfortable';
    const violations = (await this.page.evaluate(`(async () => {
      document.documentElement.dataset.density = '${density}';
      // What moves with that has moved two frames later.
      await new Promise((moved) => requestAnimationFrame(() => requestAnimationFrame(moved)));
      const { violations } = await axe.run(document, ${options});
      const found = violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes.filter(({ element }) => id !== 'target-size' || !(${IS_CUT})(element)).map(({ html }) => ({ html })),
      }));
      document.documentElement.dataset.density = 'comfortable';
      return found.filter(({ nodes }) => nodes.length > 0);
    })()`)) as AxeResult['violations'];
    return [
      ...(isLonger ? ['the page is longer than its window'] : []),
      ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`),
    ];
  }

  /** What lies to the right of the window, where nobody gets to: the first few elements. */
  async outOfReach(): Promise<string[]> {
    return (await this.page.evaluate(`
      [...document.querySelectorAll('body, header, header *, main, main h1, main header *')]
        .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5 || (each.matches('body, main') && each.scrollWidth > each.clientWidth))
        .slice(0, 5)
        .map((each) => each.outerHTML.slice(0, 120))
    `)) as string[];
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.endConsole();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
