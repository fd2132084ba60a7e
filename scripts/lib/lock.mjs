import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/** Runs `work` while no other process of this checkout runs work of that name; waits for the one that does. */
export function withLock(name, work) {
  const file = join(root, `.${name}.lock`);
  while (!take(file)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  try {
    return work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Takes the lock if it is free; one whose owner was killed is removed, for the next attempt. */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (cause) {
    if (cause.code !== 'EEXIST') throw cause;
    if (!isHeld(file)) rmSync(file, { force: true });
    return false;
  }
}

/** Says whether the process that wrote the lock still lives; one that has not yet written its number does. */
function isHeld(file) {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    return owner === 0 || process.kill(owner, 0);
  } catch (cause) {
    return cause.code === 'EPERM';
  }
}
