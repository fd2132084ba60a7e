import { lstat, opendir } from 'node:fs/promises';
import { type ByteString, baseOf, joinBytes } from '../../../shared/byte-string.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { compileGlob } from '../../engine/selection/glob.ts';
import { type Candidate, compileRules, type Rules } from '../../engine/selection/rules.ts';
import { pathView } from '../paths.ts';

type Tried = OutputOf<'glob.try'>;

/** A look while somebody types: no more entries and no longer than this. */
const MOST_TRIED = 20_000;
const PATIENCE_MS = 400;
const LISTED = 100;

export interface GlobSample {
  readonly paths: readonly ByteString[];
  readonly roots: readonly ByteString[];
}

/** Tries a glob as a backup would apply it. A pattern that is not usable is an answer, not an error. */
export const tryGlob = async (pattern: string, sample: GlobSample, signal: AbortSignal): Promise<Tried> => {
  const nothing = { matches: [], matched: 0, tried: 0, whole: true };
  try {
    const { byPath, directoriesOnly } = compileGlob(pattern);
    const trial = new Trial(compileRules({ unprotected: [], exclude: [pattern] }, []));
    for (const path of sample.paths) await trial.path(path);
    for (const root of sample.roots) await trial.beneath(root, signal);
    return { error: null, byPath, foldersOnly: directoriesOnly, ...trial.result() };
  } catch (error) {
    if (!(error instanceof ColdframeError) || error.code !== 'USAGE') throw error;
    return { error: { ...error.toData() }, byPath: false, foldersOnly: false, ...nothing };
  }
};

class Trial {
  readonly #rules: Rules;
  readonly #matches: Tried['matches'] = [];
  readonly #until = performance.now() + PATIENCE_MS;
  #matched = 0;
  #tried = 0;
  #whole = true;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** Tries one path, whether or not it is there. */
  async path(path: ByteString): Promise<void> {
    const found = await lstat(Buffer.from(path, 'latin1')).catch(() => null);
    await this.#fits(path, '/' as ByteString, found?.isDirectory() ?? false);
  }

  /** Tries what lies beneath a folder, folders near it first; what fits is not looked into, as it would be left out. */
  async beneath(root: ByteString, signal: AbortSignal): Promise<void> {
    const waiting = [root];
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      for await (const { name, isFolder } of entriesOf(folder)) {
        signal.throwIfAborted();
        if (this.#tried >= MOST_TRIED || performance.now() > this.#until) {
          this.#whole = false;
          return;
        }
        const path = joinBytes(folder, name);
        if (!(await this.#fits(path, root, isFolder)) && isFolder) waiting.push(path);
      }
    }
  }

  result(): Pick<Tried, 'matches' | 'matched' | 'tried' | 'whole'> {
    return { matches: this.#matches, matched: this.#matched, tried: this.#tried, whole: this.#whole };
  }

  async #fits(path: ByteString, root: ByteString, directory: boolean): Promise<boolean> {
    this.#tried += 1;
    const candidate: Candidate = { name: baseOf(path), directory, path: () => path, root, isSwapArea: () => false };
    if (this.#rules.leavesOut(candidate) === null) return false;
    this.#matched += 1;
    if (this.#matches.length < LISTED) {
      const found = await lstat(Buffer.from(path, 'latin1')).catch(() => null);
      const type = found === null ? null : directory ? 'dir' : found.isSymbolicLink() ? 'symlink' : 'file';
      this.#matches.push({ ...pathView(path), type, bytes: found?.isFile() ? found.size : null });
    }
    return true;
  }
}

/** What a folder holds; nothing when it may not be read: this is a look, not a check. */
async function* entriesOf(folder: ByteString): AsyncGenerator<{ name: ByteString; isFolder: boolean }> {
  try {
    const directory = await opendir(Buffer.from(folder, 'latin1'), { encoding: 'latin1', bufferSize: 512 });
    for await (const entry of directory) yield { name: entry.name as ByteString, isFolder: entry.isDirectory() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
  }
}
