import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

const PATIENCE_MS = 20_000;
const LOOK_MS = 20;
/** What may be given at once after a while without a reader, in seconds of the rate; nbdkit's own default of 2 would be most of a tape. */
const BURST = '0.1';

const sleep = (milliseconds: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

/**
 * Lets files give so many bytes a second, each for itself and whoever reads them, outside of this process: each is served by nbdkit with its rate filter, and mounted in its own
 * place by nbdfuse, so that its file system is another one. To be read only. `dir`: a new folder on their file system. Errors: a program is missing, or a file is not mounted in time.
 */
export const boundTapes = (tapes: readonly string[], bytesPerSecond: number, dir: string): Disposable => {
  mkdirSync(dir);
  const mounted: { readonly tape: string; readonly server: ChildProcess }[] = [];
  const release = (): void => {
    for (const { tape, server } of mounted.splice(0)) {
      // A server whose file is no longer mounted ends by itself.
      if (spawnSync('umount', ['--lazy', tape]).status !== 0) server.kill();
    }
    rmSync(dir, { recursive: true });
  };
  try {
    for (const tape of tapes) {
      const served = join(dir, basename(tape));
      linkSync(tape, served);
      const { dev } = statSync(tape);
      const rate = [`rate=${Math.round(bytesPerSecond * 8)}`, `burstiness=${BURST}`];
      const nbdkit = ['nbdkit', '--single', '--readonly', '--filter=rate', 'file', served, ...rate];
      const server = spawn('nbdfuse', ['--readonly', tape, '--command', ...nbdkit], { stdio: ['ignore', 'ignore', 2] });
      mounted.push({ tape, server });
      const until = performance.now() + PATIENCE_MS;
      while (statSync(tape).dev === dev) {
        if (performance.now() > until) throw new Error(`nbdfuse has not mounted ${tape}`);
        sleep(LOOK_MS);
      }
    }
  } catch (error) {
    release();
    throw error;
  }
  return { [Symbol.dispose]: release };
};
