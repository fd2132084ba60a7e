import { lstatSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { cacheDirectory } from './home-directory.ts';

/** Where Node looks, in the environment that threads inherit. */
const VARIABLE = 'NODE_COMPILE_CACHE';

/**
 * Keeps compiled code from one start to the next, for this thread and those that it starts: call it before anything large
 * is loaded. Code is only taken from a folder that nobody else can write to; where there is no such folder it is compiled anew.
 */
export const keepCompiledCode = (folder = join(cacheDirectory(), 'code')): boolean => {
  if (!isPrivate(folder)) return false;
  const { status } = module.enableCompileCache(folder);
  if (status !== module.constants.compileCacheStatus.ENABLED) return false;
  process.env[VARIABLE] ??= folder;
  return true;
};

/** Makes the folder if need be. False when it is someone else's, or others may write to it or to the one it lies in. */
const isPrivate = (folder: string): boolean => {
  if (process.platform === 'win32') return true;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return [folder, join(folder, '..')].every(isOursAlone);
  } catch {
    return false;
  }
};

const isOursAlone = (folder: string): boolean => {
  const { uid, mode } = lstatSync(folder);
  return uid === process.geteuid?.() && (mode & 0o170022) === 0o040000;
};
