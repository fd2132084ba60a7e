import { readFileSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import type { PathIn } from '../../shared/contract/values.ts';
import { ColdframeError } from '../../shared/errors.ts';

const LOST = '\uFFFD';

/**
 * A path argument as the contract takes it, made absolute against `cwd`. Node decodes arguments as UTF-8; what that
 * would lose is taken from the kernel's copy of the command line where there is one, and refused where there is none.
 */
export const pathArgument = (argument: string, cwd: string): PathIn => {
  demandGiven(argument);
  if (!argument.includes(LOST) && !cwd.includes(LOST)) return { path: resolve(cwd, argument) };
  const raw = argument.includes(LOST) ? rawArgument(argument) : Buffer.from(argument, 'utf8');
  const whole = raw[0] === 0x2f ? raw : Buffer.concat([Buffer.from(`${cwd}/`, 'utf8'), raw]);
  const absolute = resolve(whole.toString('latin1'));
  return { pathBase64: Buffer.from(absolute, 'latin1').toString('base64') };
};

/** Refuses an empty path: it would mean the folder that the command happens to be run in, and comes from a variable that is not set. */
export const demandGiven = (argument: string): void => {
  if (argument !== '') return;
  throw new ColdframeError('USAGE', {
    message: 'A path that was given is empty.',
    guidance: 'Give the path itself; "." means the folder that you are in. A shell variable may not be set.',
  });
};

/** The bytes of an argument that is not UTF-8. */
const rawArgument = (argument: string): Buffer => {
  const candidates = new Set(
    kernelArguments()
      .filter((bytes) => bytes.toString('utf8') === argument)
      .map((bytes) => bytes.toString('latin1')),
  );
  const [only, another] = candidates;
  if (only !== undefined && another === undefined) return Buffer.from(only, 'latin1');
  throw new ColdframeError('USAGE', {
    message: `The argument ${argument} is not UTF-8 and its bytes cannot be told.`,
    guidance: 'Give such paths on standard input, with --paths0.',
  });
};

const kernelArguments = (): Buffer[] => {
  try {
    const line = readFileSync('/proc/self/cmdline').toString('latin1');
    return line.split('\0').map((each) => Buffer.from(each, 'latin1'));
  } catch {
    return [];
  }
};

/** Raw NUL-separated paths, as `find -print0` writes them; `//`, `/./`, `..` and a last slash are taken out, as of arguments. */
export const pathsOf0 = (input: Buffer): PathIn[] =>
  input
    .toString('latin1')
    .split('\0')
    .filter((path) => path !== '')
    .map((path) => (path.startsWith('/') ? posix.resolve(path) : path))
    .map((path) => ({ pathBase64: Buffer.from(path, 'latin1').toString('base64') }));
