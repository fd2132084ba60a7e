import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { LOGIND, logindInhibitor } from './inhibitor.ts';
import type { PowerDesk } from './power-desk.ts';

/** Prints what logind says to everybody (org.freedesktop.login1), and ends with its input, also after a kill of who has the other end. */
const LISTEN =
  'gdbus monitor --system --dest org.freedesktop.login1 --object-path /org/freedesktop/login1 & cat >/dev/null; kill $!';

const SAID = /\bPrepareForSleep \((true|false),\)$/;

/**
 * Tells what logind says of sleeps: that one comes, for which it waits a moment (a delay lock) until that was heard, and that it is over. Silent where
 * there is no logind, or no `gdbus`: then a sleep is known by its clocks once it is over. Gives what ends it.
 */
export const followLogind = (
  power: Pick<PowerDesk, 'suspend' | 'resume'>,
  inhibit = 'systemd-inhibit',
  logind = LOGIND,
): (() => void) => {
  if (!existsSync(logind)) return () => undefined;
  const delay = logindInhibitor(inhibit, logind, 'delay');
  delay(true);
  const child = spawn('/bin/sh', ['-c', LISTEN], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  createInterface(child.stdout).on('line', (line) => {
    const said = SAID.exec(line)?.[1];
    if (said === 'true') {
      power.suspend();
      delay(false);
    } else if (said === 'false') {
      delay(true);
      void power.resume();
    }
  });
  child.unref();
  for (const end of [child.stdin, child.stdout] as unknown as Partial<Socket>[]) end.unref?.();
  return () => {
    delay(false);
    child.stdin.end();
  };
};
