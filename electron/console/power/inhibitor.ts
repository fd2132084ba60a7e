import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';

/** What `systemd-inhibit` asks logind for while its command runs: no sleep, or that one waits a moment. A shutdown ends jobs at what they can be taken up from. */
const WHY = { block: 'A backup is being written', delay: 'Jobs are held while the machine sleeps' } as const;

/** What logind makes when it starts; asked first, so that no process is started for each job where there is none. */
export const LOGIND = '/run/systemd/inhibit';

/**
 * Keeps the machine awake through logind, or has it wait a moment before it sleeps, as a process that has a lock as long as this one lives: its input ends with it, also after a kill. Silent
 * where there is no logind, or where it refuses.
 */
export const logindInhibitor = (
  program = 'systemd-inhibit',
  logind = LOGIND,
  mode: keyof typeof WHY = 'block',
): ((on: boolean) => void) => {
  const asking = ['--what=sleep', `--mode=${mode}`, '--who=Coldframe', `--why=${WHY[mode]}`];
  let child: ChildProcess | null = null;
  return (on) => {
    child?.stdin?.end();
    child = null;
    if (!on || !existsSync(logind)) return;
    const begun = spawn(program, [...asking, 'cat'], { stdio: ['pipe', 'ignore', 'ignore'] });
    begun.on('error', () => undefined);
    begun.stdin.on('error', () => undefined);
    begun.unref();
    (begun.stdin as Partial<Socket>).unref?.();
    child = begun;
  };
};
