import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { cacheDirectory } from './home-directory.ts';

/** Where Node looks, in the environment that threads inherit. */
const VARIABLE = 'NODE_COMPILE_CACHE';

/**
 * Keeps compiled code from one start to the next, for this thread and those that it starts: call it before anything large
 * is loaded. Code is only taken from a folder that nobody else can write to or put another in place of; where there is no
 * such folder it is compiled anew.
 */
export const keepCompiledCode = (folder = join(cacheDirectory(), 'code')): boolean => {
  const real = privateFolder(folder);
  if (real === null) return false;
  const { status } = module.enableCompileCache(real);
  if (status !== module.constants.compileCacheStatus.ENABLED) return false;
  process.env[VARIABLE] ??= real;
  return true;
};

/** Makes the folder if need be and gives its real path; null when someone else may write to it or to a folder above it. */
const privateFolder = (folder: string): string | null => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const real = realpathSync(folder);
    if (process.platform === 'win32') return real;
    const above = foldersAbove(real);
    return isOurs(real) && above.every(isSafe) ? real : null;
  } catch {
    return null;
  }
};

const foldersAbove = (path: string): string[] => {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...foldersAbove(parent)];
};

const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;

const isOurs = (folder: string): boolean => {
  const { uid, mode } = lstatSync(folder);
  return uid === process.geteuid?.() && (mode & OTHERS_WRITE) === 0;
};

/** Nobody else can rename what lies in it: in a sticky folder, such as the system's temporary one, only owners can. */
const isSafe = (folder: string): boolean => {
  const { uid, mode } = lstatSync(folder);
  return (uid === 0 || uid === process.geteuid?.()) && ((mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0);
};
