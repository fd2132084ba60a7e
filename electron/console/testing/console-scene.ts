import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { CallOptions } from '../../../shared/contract/calls.ts';
import type { InputOf, OutputOf, ProcedureName } from '../../../shared/contract/contract.ts';
import { PROCEDURES } from '../../../shared/contract/contract.ts';
import { type Console, openConsole } from '../console.ts';
import type { UseCases } from '../use-cases.ts';
import { engineUseCases } from '../wiring.ts';

/** A whole console with its engine, a home and a source of its own. What it answers is held against the contract. */
export class ConsoleScene {
  readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-console-')));
  readonly source = path.join(this.root, 'source');
  readonly vault = path.join(this.root, 'vault');
  readonly home = path.join(this.root, 'home');
  console: Console;
  readonly #useCases: UseCases;

  /** `atEnd` takes what ends it: that of the test in which it is made, or that of a suite. `useCases`: an engine of its own. */
  constructor(atEnd: (end: () => Promise<void>) => void = onTestFinished, useCases = engineUseCases) {
    fs.mkdirSync(this.home, { mode: 0o700 });
    fs.mkdirSync(this.source);
    this.#useCases = useCases;
    this.console = openConsole(this.home, useCases);
    atEnd(async () => {
      await this.console.idle();
      await this.console.close();
      fs.rmSync(this.root, { recursive: true, force: true });
    });
  }

  /** The console ends as it does when the machine shuts down, jobs at what they can be taken up from, and another one begins. */
  async restart(whileOff: () => void = () => undefined): Promise<void> {
    this.console.keepSchedules(false);
    this.console.interruptAll();
    await this.console.idle();
    await this.console.close();
    whileOff();
    this.console = openConsole(this.home, this.#useCases);
  }

  /** The job that is queued or runs, as soon as there is one. */
  async underWay(): Promise<OutputOf<'job.list'>['jobs'][number]> {
    for (;;) {
      const [job] = (await this.call('job.list', { states: ['queued', 'running'] })).jobs;
      if (job !== undefined) return job;
      // A call that needs nobody else leaves no turn to what it waits for.
      await new Promise((done) => setImmediate(done));
    }
  }

  async call<P extends ProcedureName>(procedure: P, input: InputOf<P>, options?: CallOptions): Promise<OutputOf<P>> {
    const output = await this.console.call(procedure, PROCEDURES[procedure].input.parse(input) as InputOf<P>, options);
    return PROCEDURES[procedure].output.parse(output) as OutputOf<P>;
  }

  /** A vault, and the source as the object `files` in it. */
  async protect(vault: Omit<InputOf<'vault.create'>, 'dir'> = {}): Promise<void> {
    await this.call('vault.create', { dir: this.vault, tapeSize: 64 << 20, ...vault });
    await this.call('object.add', { name: 'files', vault: this.vault, files: [{ path: this.source }] });
  }

  write(name: string, content: string | Uint8Array): string {
    const file = path.join(this.source, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    return file;
  }
}
