import { type ChildProcess, spawn } from 'node:child_process';
import { childCpuMs } from './child-time.ts';
import type { Command, Measurement } from './model.ts';
import { treeMemory } from './process-tree.ts';

const SAMPLE_EVERY_MS = 20;

/** A command that did not end well, with the end of what it said. */
export class CommandFailed extends Error {}

/**
 * Runs a command and measures it. The clock stops when the program has ended and the file system of `settleAt` is
 * flushed, so that a tool that leaves its writes to the kernel pays for them like one that flushes them itself.
 */
export async function measure(command: Command, settleAt: string): Promise<Measurement> {
  await run(flush(settleAt));
  const cpuBefore = childCpuMs();
  const start = performance.now();
  let peakTreeBytes = 0;
  let peakProcessBytes = 0;
  const child = launch(command);
  const ended = outcome(child, command);
  const sample = (): void => {
    if (child.pid === undefined) return;
    const { sum, highest } = treeMemory(child.pid);
    peakTreeBytes = Math.max(peakTreeBytes, sum);
    peakProcessBytes = Math.max(peakProcessBytes, highest);
  };
  sample();
  const sampler = setInterval(sample, SAMPLE_EVERY_MS);
  try {
    await ended;
  } finally {
    clearInterval(sampler);
  }
  const endedAt = performance.now();
  const cpuMs = childCpuMs() - cpuBefore;
  await run(flush(settleAt));
  const settledAt = performance.now();
  // Without a sample at the right moment the tree had at least what its largest process had.
  peakTreeBytes = Math.max(peakTreeBytes, peakProcessBytes);
  return { wallMs: settledAt - start, flushMs: settledAt - endedAt, cpuMs, peakTreeBytes, peakProcessBytes };
}

/** Runs a command outside the clock and returns its standard output. */
export async function run(command: Command): Promise<string> {
  return outcome(launch(command), command);
}

const flush = (folder: string): Command => ({ argv: ['sync', '-f', folder] });

function launch({ argv: [program, ...args], cwd, env }: Command): ChildProcess {
  return spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

function outcome(child: ChildProcess, command: Command): Promise<string> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-1_000_000);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-2000);
    });
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (status === 0) resolve(stdout);
      else
        reject(
          new CommandFailed(
            `${command.argv.join(' ')} ended with ${status ?? signal}: ${stderr || stdout.slice(-2000)}`,
          ),
        );
    });
  });
}
