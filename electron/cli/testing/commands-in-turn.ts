import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What a command printed, and its exit status. */
export interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Runner {
  readonly child: ChildProcess;
  /** Takes the next answer; null while no command is under way. */
  answered: ((line: string | null) => void) | null;
}

const FIXTURE = join(import.meta.dirname, 'fixtures/commands-in-turn.mjs');

let runner: Runner | null = null;

/**
 * Runs a command of the built program in a process that goes on to the next one, which takes a fraction of the time of a
 * process and threads for each. Null while that process is at another command: two that are to run side by side do so in
 * processes of their own.
 */
export async function runInTurn(
  program: string,
  command: { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Promise<Said | null> {
  runner ??= start(program);
  const current = runner;
  if (current.answered !== null) return null;
  const line = await new Promise<string | null>((resolve) => {
    current.answered = resolve;
    current.child.stdin?.write(`${JSON.stringify(command)}\n`);
  });
  current.answered = null;
  if (line === null) throw new Error(`the process that runs commands in turn died at ${command.args.join(' ')}`);
  return JSON.parse(line) as Said;
}

function start(program: string): Runner {
  const child = spawn(process.execPath, [FIXTURE, program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const started: Runner = { child, answered: null };
  child.unref();
  createInterface({ input: child.stdout }).on('line', (line) => started.answered?.(line));
  child.on('exit', () => {
    if (runner === started) runner = null;
    started.answered?.(null);
  });
  return started;
}
