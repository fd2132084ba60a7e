import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/** Why no desktop window can be opened here, as the middle of a sentence; null when one can. */
export function whyNoDesktop(env = process.env, platform = process.platform) {
  const missing = [];
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) missing.push('no display');
  if (!hasRuntime(env)) missing.push('no Electron runtime');
  return missing.length === 0 ? null : `there is ${missing.join(' and ')} here`;
}

/** Looks for the runtime where Electron's own package looks for it. */
function hasRuntime(env) {
  return Boolean(env.ELECTRON_OVERRIDE_DIST_PATH) || existsSync(join(root, 'node_modules/electron/path.txt'));
}
