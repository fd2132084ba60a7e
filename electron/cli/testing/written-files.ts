import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

const program = join(import.meta.dirname, 'fixtures/durable-writer.mjs');

/** A writer that is never done, with what is known of the files that it made durable. */
export class WrittenFiles {
  readonly #log: string;
  readonly #child: ChildProcess;

  /** Begins to write into `folder`; the log lies elsewhere. */
  constructor(folder: string, log: string) {
    this.#log = log;
    this.#child = spawn(process.execPath, [program, folder, log], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** Waits until so many more files are durable, and gives how many there were then. */
  async more(count: number): Promise<number> {
    const wanted = this.#lines().length + count;
    await expect.poll(() => this.#lines().length, { timeout: 60_000 }).toBeGreaterThan(wanted);
    return this.#lines().length;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  /** Looks whether a folder has every file of which one version was durable when there were `before` lines: that one or a later one. */
  expectIn(folder: string, before: number): void {
    const lines = this.#lines().map((line) => line.split(' ') as [digest: string, name: string]);
    const last = new Map(lines.slice(0, before).map(([, name], at) => [name, at]));
    expect(last.size).toBeGreaterThan(0);
    for (const [name, from] of last) {
      const good = lines.slice(from).flatMap(([digest, of]) => (of === name ? [digest] : []));
      expect(good, `the digest of ${name}`).toContain(digestOf(join(folder, name)));
    }
  }

  #lines(): string[] {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').split('\n').slice(0, -1) : [];
  }
}

const digestOf = (path: string): string =>
  existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'not there';
