import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FIXTURE = fileURLToPath(new URL('./fixtures/rescues-in-turn.mjs', import.meta.url));

/** How a run of the rescue program ended, and what it printed. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the rescue program again and again in one process: to start one for each run takes longer than a small restore. Its
 * pipes and files lie in a folder of its own. POSIX only.
 */
export class RescuesInTurn {
  readonly #child: ChildProcess;
  readonly #requests: number;
  readonly #answers: number;
  readonly #printed: readonly [number, number];

  constructor(program: string, folder: string) {
    fs.mkdirSync(folder);
    const [requests = '', answers = '', ...printed] = ['requests', 'answers', 'stdout', 'stderr'].map((name) =>
      path.join(folder, name),
    );
    execFileSync('mkfifo', [requests, answers]);
    this.#printed = printed.map((file) => fs.openSync(file, 'a+')) as [number, number];
    const stdio = ['ignore', ...this.#printed] as ['ignore', number, number];
    this.#child = spawn(process.execPath, [FIXTURE, program, requests, answers], { stdio });
    // Either waits for the other side to be opened, in this order.
    this.#requests = fs.openSync(requests, 'w');
    this.#answers = fs.openSync(answers, 'r');
  }

  run(args: readonly string[], { env, cwd }: { readonly env: NodeJS.ProcessEnv; readonly cwd: string }): Run {
    fs.writeSync(this.#requests, `${JSON.stringify({ args, env, cwd })}\n`);
    const answer = Buffer.alloc(16);
    const length = fs.readSync(this.#answers, answer);
    const [stdout = '', stderr = ''] = this.#printed.map(textOf);
    if (length === 0) throw new Error(`the rescue program took its process with it: ${args.join(' ')}\n${stderr}`);
    return { status: Number(answer.toString('utf8', 0, length)), stdout, stderr };
  }

  end(): void {
    this.#child.kill();
    for (const fd of [this.#requests, this.#answers, ...this.#printed]) fs.closeSync(fd);
  }
}

const textOf = (fd: number): string => {
  const bytes = Buffer.alloc(fs.fstatSync(fd).size);
  fs.readSync(fd, bytes, 0, bytes.length, 0);
  return bytes.toString('utf8');
};
