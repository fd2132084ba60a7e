import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { nodeFlags } from './node-flags.mjs';
import { pinnedNode, root } from './paths.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Opens the desktop window and ends as it ends. A runtime that cannot hold a home gets a console beside it that does. */
export async function runDesktop({ program, hosts }, args) {
  let window = null;
  let beside = null;
  // Ctrl-C is for the window; where there is none, or none any more, it stops what the console beside it does.
  for (const signal of SIGNALS) process.on(signal, () => (window ?? beside)?.kill(window ? signal : 'SIGINT'));
  if (!hosts) beside = await startConsole(args, (served) => (beside = served));
  window = spawn(program, [...sandboxSwitch(), root, ...args], { stdio: 'inherit', env: withoutNodeMode() });
  const opened = window;
  const [code, signal] = await once(opened, 'exit').finally(() => (window = null));
  if (beside?.exitCode === null) await endConsole(beside, args);
  process.exitCode = code ?? 128 + constants.signals[signal];
}

/** Has the console end when its jobs have: closing a window cancels none. */
async function endConsole(beside, args) {
  const ended = once(beside, 'exit');
  const told = setTimeout(
    () => console.error('coldframe: jobs that run are finished first (Ctrl-C stops them).'),
    2000,
  );
  spawn(pinnedNode, [...nodeFlags, join(root, 'dist/coldframe.js'), 'shutdown', ...args], { stdio: 'ignore' });
  await ended;
  clearTimeout(told);
}

/** Serves the home until it is told to end; one that is served already, or says why not, ends at once. */
async function startConsole(args, begun) {
  const argv = [...nodeFlags, join(root, 'dist/coldframe.js'), 'serve', ...args];
  // A group of its own: Ctrl-C is for the window, which ends first.
  const served = spawn(pinnedNode, argv, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  begun(served);
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
