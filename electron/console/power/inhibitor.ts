import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';

/** What `systemd-inhibit` asks logind for: no sleep while its command runs. A shutdown ends jobs at what they can be taken up from. */
const ASKING = ['--what=sleep', '--mode=block', '--who=Coldframe', '--why=A backup is being written'];

/** What logind makes when it starts; asked first, so that no process is started for each job where there is none. */
const LOGIND = '/run/systemd/inhibit';

/**
 * Keeps the machine awake through logind, as a process that has a lock as long as this one lives: its input ends with it, also after a kill. Silent
 * where there is no logind, or where it refuses.
 */
export const logindInhibitor = (program = 'systemd-inhibit', logind = LOGIND): ((on: boolean) => void) => {
  let child: ChildProcess | null = null;
  return (on) => {
    child?.stdin?.end();
    child = null;
    if (!on || !existsSync(logind)) return;
    const begun = spawn(program, [...ASKING, 'cat'], { stdio: ['pipe', 'ignore', 'ignore'] });
    begun.on('error', () => undefined);
    begun.stdin.on('error', () => undefined);
    begun.unref();
    (begun.stdin as Partial<Socket>).unref?.();
    child = begun;
  };
};
