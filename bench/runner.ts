import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskUsage } from './disk-usage.ts';
import { changeInput, prepareInput } from './inputs.ts';
import { limitFolder, limitsOf } from './limits.ts';
import { measure, run } from './measure.ts';
import type { Command, Input, LimitSample, Operation, Peer, Sample } from './model.ts';
import type { BenchOptions } from './options.ts';
import { peersIn } from './peers/index.ts';

export interface RunOutcome {
  readonly inputs: readonly Input[];
  readonly samples: readonly Sample[];
  readonly limits: readonly LimitSample[];
  readonly failures: readonly string[];
}

/**
 * Runs everything: for each input and repetition, each operation by every tool before the next operation, so that
 * whatever else the machine does hits all of them alike. The order of the tools turns by one with each repetition.
 */
export async function runBench(options: BenchOptions, say: (line: string) => void): Promise<RunOutcome> {
  const inputs: Input[] = [];
  const bench = new Bench(options, say);
  for (const name of options.inputs) {
    say(`input ${name}`);
    const input = await prepareInput(name, options.dir, options.quick);
    inputs.push(input);
    for (let repetition = 1; repetition <= options.repetitions; repetition += 1) await bench.repeat(input, repetition);
  }
  return { inputs, samples: bench.samples, limits: bench.limits, failures: bench.failures };
}

class Bench {
  readonly samples: Sample[] = [];
  readonly limits: LimitSample[] = [];
  readonly failures: string[] = [];
  readonly #options: BenchOptions;
  readonly #say: (line: string) => void;
  readonly #repositories: string;
  readonly #restored: string;

  constructor(options: BenchOptions, say: (line: string) => void) {
    this.#options = options;
    this.#say = say;
    this.#repositories = join(options.dir, 'repositories');
    this.#restored = join(options.dir, 'restored');
  }

  async repeat(input: Input, repetition: number): Promise<void> {
    empty(this.#repositories);
    const peers = turned(peersIn(this.#repositories, this.#options), repetition - 1);
    const broken = new Set<Peer>();
    const each = async (operation: Operation, one: (peer: Peer) => Promise<void>): Promise<void> => {
      for (const peer of peers) {
        if (broken.has(peer)) continue;
        try {
          await one(peer);
        } catch (error) {
          broken.add(peer);
          this.#fail(
            `${peer.name}, ${operation} of ${input.name}: ${error instanceof Error ? error.message : String(error)}`,
          );
        }
      }
    };
    const backup = (peer: Peer, operation: Operation, command: Command): Promise<void> =>
      this.#backup({ peer, operation, command, input, repetition });
    const restore = (peer: Peer, operation: Operation, command: Command, path: string): Promise<void> =>
      this.#restore({ peer, operation, command, input, repetition }, path);

    await this.#measureLimits(input, repetition);
    await each('first', async (peer) => {
      mkdirSync(join(peer.repository, '..'), { recursive: true });
      for (const command of peer.setup(input.path)) await run(command);
      await backup(peer, 'first', peer.first(input.path));
    });
    await each('unchanged', (peer) => backup(peer, 'unchanged', peer.again(input.path, 1)));
    this.#say(`${input.name} ${repetition}: changed ${await changeInput(input)}`);
    await each('changed', (peer) => backup(peer, 'changed', peer.again(input.path, 2)));
    await each('restore', (peer) => restore(peer, 'restore', peer.restore(input.path, this.#restored, 2), input.path));
    const { oneFile } = input;
    if (oneFile !== null) {
      await each('restore-one', (peer) =>
        restore(peer, 'restore-one', peer.restoreOne(input.path, oneFile, this.#restored, 2), oneFile),
      );
    }
    empty(this.#repositories);
  }

  async #backup(step: Step): Promise<void> {
    const { peer, input } = step;
    await this.#setCache(input.path);
    const before = diskUsage(peer.repository);
    const measured = await measure(step.command, this.#repositories);
    this.#keep(step, { ...measured, storedBytes: diskUsage(peer.repository) - before });
  }

  /** Measures a restore and checks it: a wrong one is no result. */
  async #restore(step: Step, path: string): Promise<void> {
    empty(this.#restored);
    await this.#setCache(step.peer.repository);
    const measured = await measure(step.command, this.#restored);
    const copy = step.peer.restoredPath(path, this.#restored);
    await run({ argv: ['diff', '--recursive', '--brief', '--no-dereference', path, copy] });
    empty(this.#restored);
    this.#keep(step, { ...measured, storedBytes: null });
  }

  #keep(
    { peer, operation, input, repetition }: Step,
    measured: Omit<Sample, 'input' | 'operation' | 'peer' | 'repetition'>,
  ): void {
    this.samples.push({ input: input.name, operation, peer: peer.name, repetition, ...measured });
    const { wallMs, cpuMs, peakTreeBytes } = measured;
    const took = `${(wallMs / 1000).toFixed(2)} s, CPU ${(cpuMs / 1000).toFixed(2)} s, ${Math.round(peakTreeBytes / 1048576)} MiB`;
    this.#say(`${input.name} ${repetition}: ${operation}, ${peer.name}: ${took}`);
  }

  #fail(sentence: string): void {
    this.failures.push(sentence);
    this.#say(`FAILED ${sentence}`);
  }

  async #measureLimits(input: Input, repetition: number): Promise<void> {
    const folder = limitFolder(this.#options.dir);
    for (const [limit, command] of Object.entries(limitsOf(input, folder))) {
      empty(folder);
      await this.#setCache(input.path);
      this.limits.push({ input: input.name, limit, repetition, ...(await measure(command, folder)) });
    }
    rmSync(folder, { recursive: true });
  }

  /** Warm: what will be read is in the page cache. Cold: nothing is. */
  async #setCache(path: string): Promise<void> {
    if (!this.#options.cold)
      await run({ argv: ['sh', '-c', 'tar cf - -C / "$1" | cat > /dev/null', 'sh', path.slice(1)] });
    else {
      await run({ argv: ['sync'] });
      writeFileSync('/proc/sys/vm/drop_caches', '3');
    }
  }
}

/** One operation of one tool. */
interface Step {
  readonly peer: Peer;
  readonly operation: Operation;
  readonly command: Command;
  readonly input: Input;
  readonly repetition: number;
}

function empty(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

function turned<T>(list: readonly T[], by: number): T[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
