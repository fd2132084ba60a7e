import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userHome: string;
}

const here = (): Surroundings => ({ platform: process.platform, env: process.env, userHome: homedir() });

/**
 * The folder in which a console keeps its state: COLDFRAME_HOME, or where each system expects application data. On local
 * disk, per user, and not in a folder that systems clean up by themselves.
 */
export function homeDirectory(at: Surroundings = here()): string {
  const { env, platform, userHome } = at;
  if (env.COLDFRAME_HOME) return (platform === 'win32' ? win32 : posix).resolve(env.COLDFRAME_HOME);
  if (platform === 'win32') {
    return win32.join(env.LOCALAPPDATA || win32.join(userHome, 'AppData', 'Local'), 'Coldframe');
  }
  if (platform === 'darwin') return posix.join(userHome, 'Library', 'Application Support', 'Coldframe');
  // The XDG specification: a relative value is invalid and ignored.
  const data = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : posix.join(userHome, '.local', 'share');
  return posix.join(data, 'coldframe');
}

/** The folder for what can be made again, where each system expects it; cleaning it up does no harm. */
export function cacheDirectory(at: Surroundings = here()): string {
  const { env, platform, userHome } = at;
  if (platform === 'win32') {
    return win32.join(env.LOCALAPPDATA || win32.join(userHome, 'AppData', 'Local'), 'Coldframe', 'Cache');
  }
  if (platform === 'darwin') return posix.join(userHome, 'Library', 'Caches', 'Coldframe');
  const cache = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : posix.join(userHome, '.cache');
  return posix.join(cache, 'coldframe');
}
