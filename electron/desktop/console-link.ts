import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallOptions, ConsoleClient } from '../../shared/contract/calls.ts';
import type { InputOf, OutputOf, ProcedureName } from '../../shared/contract/contract.ts';
import { asColdframeError, ColdframeError } from '../../shared/errors.ts';
import { CallsUnderWay } from '../console/carrier/calls-under-way.ts';
import { hello } from '../console/carrier/hello.ts';
import { NotAccepted } from '../console/carrier/remote-console.ts';
import { serveConnection } from '../console/carrier/serve-connection.ts';
import type { Transport } from '../console/carrier/transport.ts';
import type { Console } from '../console/console.ts';
import type { OwnerParts } from '../console/own-home.ts';
import type { ReachConsole, WindowConsole } from './attach-window.ts';

interface LinkParts {
  readonly reach: ReachConsole;
  /** What the window adds to a console. */
  readonly dress: (console: ConsoleClient) => ConsoleClient;
}

/** The console behind the window, found again whenever it is lost. */
export class ConsoleLink {
  readonly #home: string;
  readonly #parts: OwnerParts;
  readonly #link: LinkParts;
  readonly #connections = new Set<Transport>();
  readonly #found = new Set<(console: WindowConsole) => void>();
  #console: WindowConsole | null = null;
  #reaching: Promise<WindowConsole> | null = null;
  #trouble: ColdframeError | null = null;
  readonly #calls = new CallsUnderWay();
  /** The console that is being left. */
  #leaving: WindowConsole | null = null;
  /** Why no console is served any more. */
  #over: ColdframeError | null = null;

  constructor(home: string, parts: OwnerParts, link: LinkParts) {
    this.#home = home;
    this.#parts = parts;
    this.#link = link;
  }

  /** The console as it is now; null while there is none. */
  get console(): WindowConsole | null {
    return this.#console;
  }

  /** The console of this process, as long as it lives; null when another one's is shown. */
  get own(): Console | null {
    return (this.#console ?? this.#leaving)?.own ?? null;
  }

  /** Calls of pages that change something and are not yet answered. */
  get waiting(): number {
    return this.#calls.waiting;
  }

  /** Why there is none. */
  get trouble(): ColdframeError | null {
    return this.#over ?? this.#trouble;
  }

  /** Hears each console that is found, the first one too. */
  onFound(listener: (console: WindowConsole) => void): void {
    this.#found.add(listener);
  }

  /** The console; it is looked for when there is none. Errors: why there is none. */
  async reach(): Promise<WindowConsole> {
    if (this.#over) throw this.#over;
    if (this.#console) return this.#console;
    this.#reaching ??= this.#look().finally(() => {
      this.#reaching = null;
    });
    return await this.#reaching;
  }

  /** Serves the contract to a page, if there is a console; else the page is let go, and may ask `trouble` why. */
  async serve(transport: Transport): Promise<void> {
    this.#connections.add(transport);
    transport.onClose(() => this.#connections.delete(transport));
    try {
      const console = await this.reach();
      transport.send(hello());
      serveConnection(transport, this.#link.dress(clientOf(console)), {
        track: (call, nature) => this.#calls.track(call, nature),
        accepting: () => true,
      });
    } catch {
      transport.close();
    }
  }

  /** The program itself failed: nothing more is asked of the console, what runs in it is told to end, and the page says so. */
  fail(thrown: unknown): void {
    this.#note(thrown);
    this.#over = new ColdframeError('INTERNAL', {
      message: `Coldframe failed unexpectedly: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      guidance:
        'Nothing that was reported as done is lost. End Coldframe and start it again; please report it, with failures.log of its home.',
      cause: thrown,
    });
    this.own?.interruptAll();
    this.#console?.refuse();
    this.#hangUp();
  }

  /** Ends when the console has given its home back, or the connection to it is closed. */
  async close(): Promise<void> {
    this.#over ??= ending();
    this.#hangUp();
    await this.#reaching?.catch(() => undefined);
    const console = this.#console;
    this.#leaving = console;
    this.#console = null;
    // Nothing more is begun while what pages asked for is waited for.
    console?.own?.keepSchedules(false);
    // What a page asked of another process's console goes on there.
    if (console?.own) await this.#calls.finished();
    await console?.close();
    this.#leaving = null;
  }

  async #look(): Promise<WindowConsole> {
    try {
      const console = await this.#link.reach(this.#home, this.#parts);
      if (this.#over) {
        await console.close();
        throw this.#over;
      }
      this.#console = console;
      this.#trouble = null;
      console.onLost(() => this.#lost(console));
      for (const listener of this.#found) listener(console);
      return console;
    } catch (thrown) {
      this.#trouble = asColdframeError(thrown);
      throw this.#trouble;
    }
  }

  #lost(console: WindowConsole): void {
    if (this.#console !== console) return;
    this.#console = null;
    this.#hangUp();
  }

  /** Leaves a trace for whoever looks into it. */
  #note(thrown: unknown): void {
    const what = thrown instanceof Error ? thrown.stack : String(thrown);
    try {
      appendFileSync(join(this.#home, 'failures.log'), `${new Date().toISOString()} ${what}\n`, { mode: 0o600 });
    } catch {
      // A home that cannot be written to has trouble enough.
    }
  }

  #hangUp(): void {
    for (const transport of this.#connections) transport.close();
  }
}

/** A call that a console did not take because it is ending is lost like those that it took. */
const clientOf = (console: ConsoleClient): ConsoleClient => ({
  call: async <P extends ProcedureName>(
    procedure: P,
    input: InputOf<P>,
    options?: CallOptions,
  ): Promise<OutputOf<P>> => {
    try {
      return await console.call(procedure, input, options);
    } catch (error) {
      if (!(error instanceof NotAccepted)) throw error;
      throw new ColdframeError('CONSOLE_LOST', {
        message: 'The console ended before it took this up: nothing was done.',
        guidance: 'Try again when the window is connected.',
      });
    }
  },
});

const ending = (): ColdframeError =>
  new ColdframeError('CONSOLE_LOST', {
    message: 'Coldframe is ending: what others run in its console is being finished.',
    guidance: 'Start it again once it has ended.',
  });
