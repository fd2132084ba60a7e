import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, root } from './paths.mjs';

/** A digest over names, sizes and times of all that goes into the build; also tells when a file went away. */
export function sourceFingerprint() {
  const sources = ['assets', 'electron', 'shared', 'renderer'].flatMap((folder) => filesBelow(folder)).filter(isBuilt);
  const digest = createHash('sha256');
  for (const path of [
    ...sources.toSorted(byName),
    'scripts/build.mjs',
    'scripts/lib/renderer.mjs',
    'package-lock.json',
  ]) {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    digest.update(`${path}\0${stat?.size}\0${stat?.mtimeMs}\n`);
  }
  return digest.digest('hex');
}

/** Orders paths by code unit, the same everywhere. */
function byName(one, other) {
  return one < other ? -1 : 1;
}

/** Tells what the bundle may contain from what only tests and readers use. */
function isBuilt(path) {
  return /\.(ts|tsx|mjs|json|html|css|svg|png|ico|woff2)$/.test(path) && !/\.test\.tsx?$/.test(path);
}
