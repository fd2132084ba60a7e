import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFingerprint } from './fingerprint.mjs';
import { ensureInstalled } from './install.mjs';
import { withLock } from './lock.mjs';
import { pinnedNode, root } from './paths.mjs';

/** Makes the checkout ready to run; quick and silent when it is. Ends the process with a clear message if it cannot. */
export function setup() {
  try {
    ensureInstalled();
    if (!isBuilt()) withLock('build', buildUnlessDone);
  } catch (error) {
    console.error(`coldframe: ${error.message}`);
    process.exit(1);
  }
}

/** Says whether dist/ was made from the sources as they are now. */
function isBuilt() {
  const stamp = join(root, 'dist/.stamp');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceFingerprint();
}

/** Builds, unless another process did while this one waited for the lock. */
function buildUnlessDone() {
  if (isBuilt()) return;
  const { status } = spawnSync(pinnedNode, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('the build failed; its message is above.');
}
