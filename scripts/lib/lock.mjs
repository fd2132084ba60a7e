import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const staleAfterMs = 120_000;

/** Runs `work` while no other process of this checkout does; a lock left by a killed process is broken after a while. */
export function withLock(folder, work) {
  mkdirSync(dirname(folder), { recursive: true });
  while (!tryLock(folder)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  try {
    return work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Takes the lock if it is free or stale. */
function tryLock(folder) {
  try {
    mkdirSync(folder);
    return true;
  } catch (cause) {
    if (cause.code !== 'EEXIST') throw cause;
    const held = statSync(folder, { throwIfNoEntry: false });
    if (held && Date.now() - held.mtimeMs > staleAfterMs) rmSync(folder, { recursive: true, force: true });
    return false;
  }
}
