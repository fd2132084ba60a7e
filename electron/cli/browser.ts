import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasDisplay } from '../platform/display.ts';

/**
 * Opens a link in the user's browser, where there is a display. The link travels in a private file of the home, which
 * leads the browser on: the arguments of a process can be read by every user of the machine.
 */
export const openInBrowser = (url: string, home: string): void => {
  if (!hasDisplay()) return;
  const file = join(home, 'open.html');
  rmSync(file, { force: true });
  const page = `<!doctype html><title>Coldframe</title><meta http-equiv="refresh" content="0; url=${url}">\n`;
  writeFileSync(file, page, { mode: 0o600, flag: 'wx' });
  const [program = 'xdg-open', ...args] = OPENERS[process.platform] ?? [];
  const child = spawn(program, [...args, file], { stdio: 'ignore', detached: true });
  // The link was printed, too: where no browser can be found, a person can.
  child.on('error', () => undefined);
  child.unref();
};

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
};
