import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { nodeFlags } from './node-flags.mjs';
import { pinnedNode, root } from './paths.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Opens the desktop window and ends as it ends. A runtime that cannot hold a home gets a console beside it that does. */
export async function runDesktop({ program, hosts }, args) {
  const beside = hosts ? null : await startConsole(args);
  const window = spawn(program, [...sandboxSwitch(), root, ...args], { stdio: 'inherit', env: withoutNodeMode() });
  for (const signal of SIGNALS) process.on(signal, () => window.kill(signal));
  const [code, signal] = await once(window, 'exit');
  if (beside?.exitCode === null) {
    beside.kill('SIGINT');
    await once(beside, 'exit');
  }
  process.exitCode = code ?? 128 + constants.signals[signal];
}

/** Serves the home until it is told to end; one that is served already, or says why not, ends at once. */
async function startConsole(args) {
  const argv = [...nodeFlags, join(root, 'dist/coldframe.js'), 'serve', ...args];
  // A group of its own: Ctrl-C is for the window, which ends first.
  const served = spawn(pinnedNode, argv, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  await Promise.race([once(served.stdout, 'data'), once(served, 'exit')]);
  served.stdout.resume();
  return served;
}

/** As root Chromium has no sandbox to offer, and refuses to run unless it is told so. */
function sandboxSwitch() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [];
  console.error('coldframe: as root the window runs without Chromium’s sandbox; better start it as another user.');
  return ['--no-sandbox'];
}

function withoutNodeMode() {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  return env;
}
