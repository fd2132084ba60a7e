import type { ByteString } from '../../../shared/byte-string.ts';
import type { Selection } from '../../../shared/model/selection.ts';
import { compileGlob, type Glob } from './glob.ts';
import {
  SPOOL_CONTENTS,
  SWAP_CONTENTS,
  SWAP_NAME,
  TEMP_CONTENTS,
  TEMP_DIRECTORY,
  TEMP_FILE,
  WINDOWS_SWAP_NAME,
} from './temp-places.ts';

/** An entry as rules see it. What costs something is asked for only by the rules that need it. */
export interface Candidate {
  readonly name: ByteString;
  readonly directory: boolean;
  path(): ByteString;
  /** The root of the selection that it lies beneath. */
  readonly root: ByteString;
  isSwapArea(): boolean;
}

/** The rules of one selection: which of them, if any, leaves an entry out. */
export interface Rules {
  /** Rule that leaves out this entry and everything beneath it, or null. */
  leavesOut(candidate: Candidate): string | null;
  /** Rule that leaves out everything beneath this directory, but not itself. */
  leavesOutContents(path: ByteString, root: ByteString, isTaggedCache: () => boolean): string | null;
  /** Whether a path is one of ours: it is left out even when it was asked for. */
  isOwn(path: ByteString): boolean;
}

/** Case of names does not count there, as a rule. */
const IGNORES_CASE = process.platform === 'win32' || process.platform === 'darwin';

/** Makes the rules. `own` are folders of ours (vaults, home): resolved absolute paths. */
export function compileRules(selection: Pick<Selection, 'unprotected' | 'exclude'>, own: readonly ByteString[]): Rules {
  const temp = selection.unprotected.includes('temp');
  const swap = selection.unprotected.includes('swap');
  const spool = selection.unprotected.includes('spool');
  const globs = selection.exclude.map((pattern) => compileGlob(pattern, IGNORES_CASE));
  const ownNames = new Set(own.map((path) => path.slice(path.lastIndexOf('/') + 1)));
  const ownPaths = new Set(own);

  return {
    leavesOut(candidate) {
      const { name, directory } = candidate;
      if (ownNames.has(name) && ownPaths.has(candidate.path())) return 'vault';
      if (temp && (directory ? TEMP_DIRECTORY : TEMP_FILE).test(name)) return 'temp';
      if (swap && !directory && isSwap(candidate)) return 'swap';
      for (const glob of globs) if (globLeavesOut(glob, candidate)) return `glob:${glob.pattern}`;
      return null;
    },
    leavesOutContents(path, root, isTaggedCache) {
      if (temp && beneath(TEMP_CONTENTS, path, root)) return 'temp';
      if (swap && beneath(SWAP_CONTENTS, path, root)) return 'swap';
      if (spool && beneath(SPOOL_CONTENTS, path, root)) return 'spool';
      return temp && path !== root && isTaggedCache() ? 'temp' : null;
    },
    isOwn: (path) => own.some((folder) => path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)),
  };
}

/** A place counts only when it was not asked for itself: who selects /tmp, or something in it, wants it. */
const beneath = (place: RegExp, path: ByteString, root: ByteString): boolean => path !== root && place.test(path);

/** Names that only swap has, or names that swap often has on a file that is swap. */
const isSwap = (candidate: Candidate): boolean =>
  WINDOWS_SWAP_NAME.test(candidate.name) || (SWAP_NAME.test(candidate.name) && candidate.isSwapArea());

/** Asks one pattern; one with a slash is tried beneath the root and on the absolute path. */
function globLeavesOut(glob: Glob, candidate: Candidate): boolean {
  if (glob.directoriesOnly && !candidate.directory) return false;
  if (!glob.byPath) return glob.matches(candidate.name);
  const path = candidate.path();
  const relative = path.slice(candidate.root === '/' ? 1 : candidate.root.length + 1);
  return glob.matches(relative as ByteString) || glob.matches(path.slice(1) as ByteString);
}
