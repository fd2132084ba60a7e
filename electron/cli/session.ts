import { isAbsolute, resolve } from 'node:path';
import type { CallOptions, Secrets } from '../../shared/contract/calls.ts';
import type { InputOf, OutputOf, ProcedureName } from '../../shared/contract/contract.ts';
import type { ConsoleEvent } from '../../shared/contract/events.ts';
import { ColdframeError } from '../../shared/errors.ts';
import { pointInTime } from '../../shared/model/point-in-time.ts';
import type { Attached, AttachOptions } from '../console/attach.ts';
import { isOpenToOthers, secretFromFile } from '../platform/secret-file.ts';
import { demandGiven } from './raw-arguments.ts';
import { formatTime } from './sizes.ts';
import { LiveLine } from './terminal/live-line.ts';
import { ask, isInteractive } from './terminal/prompt.ts';
import { printableLines } from './terminal/table.ts';
import { typed } from './terminal/typed.ts';
import { mountLines, waitingLines } from './waiting.ts';
import { warningLines } from './warnings.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly home?: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly yes?: boolean;
}

const TRIES = 3;

/** What is heard on the way to the console of a home. */
type HomeListener = Required<Pick<AttachOptions, 'waiting' | 'diskFull'>>;

/** What a command works with: a console to call, a way to answer, a person to ask. */
export class Session {
  readonly options: GlobalOptions;
  readonly signal: AbortSignal;
  readonly #attach: (hears: HomeListener) => Promise<Attached>;
  readonly #live: LiveLine | null;
  #attached: Promise<Attached> | null = null;
  #prompted: string | null = null;
  readonly #lookedAt = new Set<string>();

  constructor(options: GlobalOptions, signal: AbortSignal, attach: (hears: HomeListener) => Promise<Attached>) {
    this.options = options;
    this.signal = signal;
    this.#attach = attach;
    this.#live = !options.json && !options.quiet && process.stderr.isTTY ? new LiveLine(process.stderr) : null;
  }

  /** The console of the home: this process's own, or the one that holds it. */
  console(): Promise<Attached> {
    this.#attached ??= this.#attach({
      waiting: (holder) => this.note(`Waiting for the home, which is held by ${holder}.`),
      diskFull: (home) =>
        this.#warn(
          'HOME_FULL',
          home,
          'its disk is full. The last room there was taken to go on; make room before the next backup',
        ),
    });
    return this.#attached;
  }

  /** Calls a procedure, showing its progress; asks for the passphrase when it turns out to be needed. */
  async call<P extends ProcedureName>(procedure: P, input: InputOf<P>, secrets: Secrets = {}): Promise<OutputOf<P>> {
    const console = await this.console();
    const known = { ...(await this.#fileSecrets()), ...secrets };
    for (let tried = 0; ; tried += 1) {
      const prompted = this.#prompted === null ? {} : { passphrase: this.#prompted };
      const options: CallOptions = { signal: this.signal, secrets: { ...known, ...prompted }, onEvent: this.#hear };
      try {
        return await console.call(procedure, input, options);
      } catch (error) {
        if (!this.#mayAsk(error, known, tried)) throw error;
        this.#prompted = await ask(tried === 0 ? 'Passphrase: ' : 'Wrong. Passphrase: ', { echo: false });
      } finally {
        this.#live?.clear();
      }
    }
  }

  /** Gives the answer: the one JSON document, or text for people. */
  answer(result: unknown, text: () => string): void {
    if (this.options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else if (!this.options.quiet) process.stdout.write(`${printableLines(text())}\n`);
  }

  /** Says how the time in SET@TIME was read, where something of it was left out. */
  noteTime(set: string): void {
    const at = set.lastIndexOf('@');
    const until = at < 0 ? null : pointInTime(set.slice(at + 1));
    if (until === null || /[.,]\d/.test(set.slice(at))) return;
    this.note(
      `${set} means the newest complete set of ${set.slice(0, at)} up to ${formatTime(new Date(until).toISOString())}.`,
    );
  }

  /** Says something beside the answer. */
  note(text: string): void {
    if (this.options.json || this.options.quiet) return;
    this.#live?.clear();
    process.stderr.write(`${printableLines(text)}\n`);
  }

  /** Whether a person can be asked. */
  get interactive(): boolean {
    return isInteractive() && !this.options.yes;
  }

  /** A folder or file argument, made absolute. */
  place(argument: string): string {
    demandGiven(argument);
    return isAbsolute(argument) ? resolve(argument) : resolve(process.cwd(), argument);
  }

  /** The passphrase that an option or the environment names a file for. */
  get passphraseFile(): string | undefined {
    return this.options.passphraseFile ?? (process.env.COLDFRAME_PASSPHRASE_FILE || undefined);
  }

  /** The secret in a file that an option names. Says so, once, when others can read it. */
  async secretOf(file: string): Promise<string> {
    const secret = await secretFromFile(file, { signal: this.signal });
    if (!this.#lookedAt.has(file) && isOpenToOthers(file)) this.#warnOfOpen(file);
    this.#lookedAt.add(file);
    return secret;
  }

  async close(): Promise<void> {
    if (!this.#attached) return;
    const attached = await this.#attached.catch(() => null);
    await attached?.close((calls) =>
      this.note(
        `Waiting for ${calls === 1 ? 'a command' : `${calls} commands`} that others run here; Ctrl-C twice ends them too.`,
      ),
    );
  }

  async #fileSecrets(): Promise<Secrets> {
    const file = this.passphraseFile;
    return file === undefined ? {} : { passphrase: await this.secretOf(file) };
  }

  #warnOfOpen(file: string): void {
    const message = `others have access to this file; keep it to yourself: chmod 600 ${typed(file)}`;
    this.#warn('SECRET_FILE_OPEN', file, message);
  }

  #warn(code: string, path: string, message: string): void {
    const warning = { code, path, message };
    if (this.options.json && !this.options.quiet)
      process.stderr.write(`${JSON.stringify({ event: 'warning', ...warning })}\n`);
    else for (const line of warningLines([warning])) this.note(line);
  }

  #mayAsk(error: unknown, known: Secrets, tried: number): boolean {
    if (!(error instanceof ColdframeError) || error.kind !== 'passphrase' || !isInteractive()) return false;
    return known.passphrase === undefined && known.recoveryCode === undefined && tried < TRIES;
  }

  #tellNotice({ state, volumes, at }: Extract<ConsoleEvent, { event: 'notice' }>): void {
    if (state === 'announced')
      this.note(
        `It was announced that ${volumes.join(', ')} will be frozen at ${formatTime(at)}. Ctrl-C calls it off.`,
      );
    else if (state === 'called-off') this.note('It was called off, and that was said.');
  }

  readonly #hear = (event: ConsoleEvent): void => {
    if (this.options.quiet) return;
    if (this.options.json) process.stderr.write(`${JSON.stringify(compact(event))}\n`);
    else if (event.event === 'progress') this.#live?.show(event);
    else if (event.event === 'notice') this.#tellNotice(event);
    else if (event.event === 'mount') for (const line of mountLines(event)) this.note(line);
    else if (event.event === 'waiting') for (const line of waitingLines(event)) this.note(line);
  };
}

/** A job event without what the answer will hold anyway. */
const compact = (event: ConsoleEvent): unknown =>
  event.event !== 'job' ? event : { event: 'job', job: event.job.id, kind: event.job.kind, state: event.job.state };
