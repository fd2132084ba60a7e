import { spawn } from 'node:child_process';
import type { Message } from './message.ts';

const MOST_SAID = 500;

/** Runs a command of the shell that reads the notice as JSON. Rejects when it fails; with its time up it is killed, with all that it started. */
export const sendCommand = async (command: string, message: Message, signal: AbortSignal): Promise<void> => {
  const child = spawn('/bin/sh', ['-c', command], {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
    env: { ...process.env, COLDFRAME_NOTICE: message.id, COLDFRAME_NOTICE_TITLE: message.title },
  });
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  // It need not read what it is given.
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${JSON.stringify(message)}\n`);
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    if (said.length < MOST_SAID) said += data.toString('utf8');
  });
  const status = await new Promise<string>((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, killed) => done(code === 0 ? '' : `it ended with ${killed ?? `status ${code}`}`));
  });
  signal.removeEventListener('abort', kill);
  child.stderr.destroy();
  if (signal.aborted) throw new Error('The command did not end in time');
  if (status === '') return;
  const words = said
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_SAID);
  throw new Error(`The command failed: ${status}${words === '' ? '' : ` (${words})`}`);
};
