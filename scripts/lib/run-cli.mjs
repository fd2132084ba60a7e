import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { nodeFlags } from './node-flags.mjs';
import { pinnedNode, root } from './paths.mjs';

/** Becomes the built command line under the pinned Node: same terminal, same signals, same exit status. */
export function runCli(args) {
  const preload = join(root, 'scripts/lib/signal-once.cjs');
  const argv = [...nodeFlags, '--require', preload, join(root, 'dist/coldframe.js'), ...args];
  if (process.execve && process.platform !== 'win32') process.execve(pinnedNode, [pinnedNode, ...argv], process.env);
  else runAsChild(argv);
}

/** Stands between the caller and a child, for a Node that cannot replace itself. */
function runAsChild(argv) {
  const child = spawn(pinnedNode, argv, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`coldframe: ${pinnedNode} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
