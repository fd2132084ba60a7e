import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/** The first Electron whose Node has everything that a console needs. */
const FIRST_HOST = 40;

const PROGRAMS = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

/** The Electron runtime that is at hand: the one that Electron's own package is told of, or its download; null when there is none. */
export function electronRuntime(env = process.env, platform = process.platform) {
  for (const folder of [env.ELECTRON_OVERRIDE_DIST_PATH, join(root, 'node_modules/electron/dist')]) {
    const program = folder && join(folder, PROGRAMS[platform] ?? 'electron');
    if (!program || !existsSync(program)) continue;
    const version = join(folder, 'version');
    const major = existsSync(version) ? Number.parseInt(readFileSync(version, 'utf8').replace(/^v/, ''), 10) : 0;
    return { folder, program, hosts: major >= FIRST_HOST };
  }
  return null;
}

/** Why no desktop window can be opened here, as the middle of a sentence; null when one can. */
export function whyNoDesktop(env = process.env, platform = process.platform) {
  const missing = [];
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) missing.push('no display');
  if (electronRuntime(env, platform) === null) missing.push('no Electron runtime');
  return missing.length === 0 ? null : `there is ${missing.join(' and ')} here`;
}

/** Whether arguments are for a window: beside the home it takes none, so the rest is meant for the web shell. */
export function isForWindow(args) {
  const [first, ...others] = args;
  if (first === undefined) return true;
  if (first === '--home') return others.length > 0 && isForWindow(others.slice(1));
  return first.startsWith('--home=') && isForWindow(others);
}
