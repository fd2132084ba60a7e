import { spawn } from 'node:child_process';

const PROGRAM = 'wall';
const LIMIT_MS = 5000;

/**
 * Shows a text to whoever is logged in on this machine: on the terminals of a Linux, by `wall`. Says whether there was a way to; whether
 * anybody reads it nobody knows.
 */
export const tellUsers = async (text: string): Promise<boolean> => {
  if (process.platform !== 'linux') return false;
  const child = spawn(PROGRAM, [], { stdio: ['pipe', 'ignore', 'ignore'], signal: AbortSignal.timeout(LIMIT_MS) });
  return await new Promise<boolean>((done) => {
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
    // It may be gone before it has read all of it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${text}\n`);
  });
};
