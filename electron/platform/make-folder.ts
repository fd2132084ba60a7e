import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isErrno } from './errno.ts';

/**
 * Makes a folder and the missing ones above it, for its owner alone. Node's own `recursive` never ends where a file system
 * answers ENOENT though the folder above is there, as /proc does; here that is an error like any other of the system.
 */
export const makeFolder = (path: string): void => {
  const missing = [path];
  for (let above = dirname(path); !isThere(above); above = dirname(above)) missing.push(above);
  for (const folder of missing.reverse()) makeOne(folder);
};

const isThere = (path: string): boolean => {
  try {
    statSync(path);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT') && dirname(path) !== path) return false;
    throw error;
  }
};

/** Makes one folder; one that is there, or that another process makes meanwhile, is as good. */
const makeOne = (path: string): void => {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!isErrno(error, 'EEXIST') || !statSync(path).isDirectory()) throw error;
  }
};
