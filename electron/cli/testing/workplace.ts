import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { OutputOf, ProcedureName } from '../../../shared/contract/contract.ts';
import { runInTurn } from './commands-in-turn.ts';

const checkout = resolve(import.meta.dirname, '../../..');
const program = join(checkout, 'dist/coldframe.js');

/** How a command ended. */
export interface Ending {
  readonly command: string;
  /** Exit status, or null when a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  readonly cwd?: string;
  /** As a script that agrees to nothing. */
  readonly withoutYes?: boolean;
  /** A program with its arguments that runs the command. */
  readonly under?: readonly string[];
}

/** What an error looks like on standard output with `--json`. */
export interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly guidance: string;
}

/** A folder of its own with a home and room for vaults and sources; commands run as separate processes, as a user's do. */
export class Workplace {
  readonly folder: string;
  readonly home: string;
  readonly vault: string;
  /** Put before the arguments of every command. */
  readonly options: string[] = [];

  constructor() {
    if (!existsSync(program)) throw new Error(`${program} is not there: run npm run build first.`);
    this.folder = mkdtempSync(join(tmpdir(), 'coldframe-workplace-'));
    this.home = this.at('home');
    this.vault = this.at('vault');
  }

  at(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** A new empty folder below this one. */
  newFolder(name: string): string {
    mkdirSync(this.at(name), { recursive: true });
    return this.at(name);
  }

  /** Writes a passphrase and returns the file. */
  secret(name: string, text: string): string {
    writeFileSync(this.at(name), text, { mode: 0o600 });
    return this.at(name);
  }

  /** Starts a command and returns at once. */
  start(
    args: readonly string[],
    options: RunOptions = {},
  ): { readonly child: ChildProcess; readonly ended: Promise<Ending> } {
    const { all, env } = this.#command(args, options);
    const [file = '', ...rest] = (options.under ?? []).concat(process.execPath, program, all);
    return launch(file, rest, { ...options, env }, `coldframe ${all.join(' ')}`);
  }

  #command(args: readonly string[], options: RunOptions): { readonly all: string[]; readonly env: NodeJS.ProcessEnv } {
    return {
      all: [...this.options, '--json', ...(options.withoutYes ? [] : ['--yes']), ...args],
      env: { ...environment(), COLDFRAME_HOME: options.home ?? this.home, ...options.env },
    };
  }

  /**
   * Runs a command to its end, whatever it is, in a process with others where nothing else is asked for: for what comes before
   * and after that which a test is about.
   */
  async inTurn(args: readonly string[], options: RunOptions = {}): Promise<Ending> {
    const { all, env } = this.#command(args, options);
    const alone = options.under !== undefined || options.input !== undefined || env.NODE_OPTIONS !== undefined;
    const said = alone ? null : await runInTurn(program, { args: all, env, cwd: options.cwd ?? process.cwd() });
    if (said === null) return await this.run(args, options);
    return { command: `coldframe ${all.join(' ')}`, signal: null, ...said };
  }

  /** Runs a command to its end, whatever it is. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Ending> {
    return this.start(args, options).ended;
  }

  /** Runs a command that must end with 0 and returns its answer. `name` is that of its procedure in the contract. */
  async done<Name extends ProcedureName>(
    _name: Name,
    args: readonly string[],
    options: RunOptions = {},
  ): Promise<OutputOf<Name>> {
    return answerOf<OutputOf<Name>>(await this.inTurn(args, options), 0);
  }

  /** Runs a command that must fail with this status and returns the error that it shows. */
  async fails(status: number, args: readonly string[], options: RunOptions = {}): Promise<ShownError> {
    return answerOf<{ error: ShownError }>(await this.inTurn(args, options), status).error;
  }

  /** Starts a console that holds the home until it is closed; commands attach to it. */
  async startConsole(home = this.home): Promise<{ readonly close: () => Promise<void> }> {
    const { child, ended } = this.start(['serve'], { home });
    const close = async (): Promise<void> => {
      child.kill('SIGTERM');
      await ended;
    };
    const first = await Promise.race([once(child.stderr as Readable, 'data'), ended]);
    if (!Array.isArray(first)) throw new Error(`the console ended at once:\n${first.stderr}`);
    return { close };
  }

  /** Runs the rescue program that lies in a vault, under any Node. */
  rescue(args: readonly string[], options: { readonly node?: string; readonly vault?: string } = {}): Promise<Ending> {
    const script = join(options.vault ?? this.vault, 'rescue.mjs');
    const { node = process.execPath } = options;
    return launch(node, [script, '--json', ...args], { env: environment() }, `${node} rescue.mjs ${args.join(' ')}`)
      .ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The JSON document of a command that ended with `status`. Errors: another status, or no document. */
export function answerOf<T>(ending: Ending, status: number): T {
  const said = `${ending.stdout.slice(0, 2000)}\n${ending.stderr.slice(-1500)}`;
  if (ending.status !== status)
    throw new Error(`${ending.command} ended with ${ending.status ?? ending.signal}, not ${status}:\n${said}`);
  try {
    return JSON.parse(ending.stdout) as T;
  } catch {
    throw new Error(`${ending.command} printed no JSON document:\n${said}`);
  }
}

/** The environment of the tests without what would change how commands run. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(COLDFRAME_|VITEST|NODE_OPTIONS$)/.test(name)),
  );
}

function launch(
  file: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly input?: string | Buffer; readonly cwd?: string },
  command: string,
): { child: ChildProcess; ended: Promise<Ending> } {
  const child = spawn(file, args, { env: options.env, cwd: options.cwd, stdio: 'pipe' });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const ended = new Promise<Ending>((done, fail) => {
    child.on('error', fail);
    child.on('close', (status, signal) => {
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();
      done({ command, status, signal, stdout: text(stdout), stderr: text(stderr) });
    });
  });
  return { child, ended };
}
