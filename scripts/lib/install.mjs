import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { pinnedNode, root, stateDir } from './paths.mjs';

const stampFile = join(stateDir, 'installed');
const lockFile = join(root, 'package-lock.json');

/** Installs the locked packages unless exactly those are there already. */
export function ensureInstalled() {
  const lock = readFileSync(lockFile, 'utf8');
  const stamp = createHash('sha256').update(lock).digest('hex');
  const isReady = () => readIfThere(stampFile) === stamp && existsSync(pinnedNode);
  if (!isReady()) withLock('install', () => isReady() || install(lock, stamp));
}

/** Installs, makes sure of the result, and remembers it. */
function install(lock, stamp) {
  if (!installedIs(lock)) installPackages();
  checkPinnedNode();
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** Says whether npm already installed this very lockfile, as after an `npm install` by hand. */
function installedIs(lock) {
  const hidden = readIfThere(join(root, 'node_modules/.package-lock.json'));
  if (hidden === undefined || !existsSync(pinnedNode)) return false;
  const { '': _project, ...wanted } = JSON.parse(lock).packages;
  const found = JSON.parse(hidden).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) =>
    found[path] ? found[path].version === version : optional === true,
  );
}

/** Runs `npm ci`; its talk goes to standard error, because standard output may be somebody's JSON. */
function installPackages() {
  console.error('coldframe: installing packages (once, and after the lockfile changed) …');
  const npm = spawnSync('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.error) throw new Error(`npm could not be started: ${npm.error.message}. Install npm 10 or later.`);
  if (npm.status !== 0) {
    throw new Error('npm ci failed; its message is above. Is the package registry reachable, and is the disk full?');
  }
}

/** Fails unless the pinned Node is there and is the major version that package.json asks for. */
function checkPinnedNode() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wanted = devDependencies.node;
  const { stdout, error } = spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' });
  const found = error ? error.message : stdout.trim();
  if (found.split('.')[0] === `v${wanted.split('.')[0]}`) return;
  throw new Error(
    `Node ${wanted} should be at ${pinnedNode}, but: ${found}. ` +
      'Its install script places it: run `npm ci --ignore-scripts=false`, then try again.',
  );
}

/** Reads a small file, or says `undefined` when there is none. */
function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
