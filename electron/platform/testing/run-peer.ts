import { spawn } from 'node:child_process';

export interface PeerOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and returns what it said, whatever its exit status. Errors: it cannot be started. */
export function runPeer(program: string, args: readonly string[], cwd?: string): Promise<PeerOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const said = { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
      resolve({ status: status ?? (signal ? 128 : -1), ...said });
    });
  });
}

/** The same for a program that must succeed: its standard output. Errors: any other exit status, with what it said. */
export async function peerOutput(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const { status, stdout, stderr } = await runPeer(program, args, cwd);
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.slice(0, 6).join(' ')} ended with ${status}: ${stderr || stdout}`);
}
