import { type ByteString, joinBytes } from '../../../shared/byte-string.ts';
import { errnoOf } from '../../platform/errno.ts';
import { FileStat, TYPE_DIRECTORY, TYPE_FILE } from '../../platform/file-stat.ts';
import type { OpenDirectory } from '../../platform/source-files.ts';

/** What a rule left out. */
export interface Tally {
  entries: number;
  bytes: number;
}

export interface CountLimits {
  /** Entries that are roots themselves are not left out: they are walked on their own. */
  readonly rootNames: ReadonlyMap<ByteString, ReadonlySet<ByteString>>;
  /** Other file systems are not ours to count, unless the root crosses. */
  readonly within: { readonly device: number; readonly mount: number } | null;
  stopped(): boolean;
}

const stat = new FileStat();

/** Counts a directory and what lies beneath it; one that cannot be opened counts for itself. */
export function countDirectory(open: () => OpenDirectory, path: ByteString, limits: CountLimits): Tally {
  const tally: Tally = { entries: 1, bytes: 0 };
  quietly(() => {
    const directory = open();
    try {
      countBeneath(directory, path, limits, tally);
    } finally {
      directory.close();
    }
  });
  return tally;
}

/** Counts what lies beneath a directory that is left out. What cannot be read does not count. */
export function countBeneath(directory: OpenDirectory, path: ByteString, limits: CountLimits, tally: Tally): void {
  const pending: { directory: OpenDirectory; path: ByteString; names: ByteString[] }[] = [];
  const list = (at: OpenDirectory, atPath: ByteString): void => {
    const names: ByteString[] = [];
    pending.push({ directory: at, path: atPath, names });
    const roots = limits.rootNames.get(atPath);
    quietly(() =>
      at.list((name, isDirectory) => {
        if (roots?.has(name)) return;
        tally.entries += 1;
        if (isDirectory === true) names.push(name);
        else if (at.statListed(stat)) {
          if (stat.type === TYPE_DIRECTORY) names.push(name);
          else if (stat.type === TYPE_FILE) tally.bytes += stat.size;
        }
      }),
    );
  };
  try {
    list(directory, path);
    for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
      const name = limits.stopped() ? undefined : top.names.pop();
      if (name === undefined) {
        if (pending.length > 1) top.directory.close();
        pending.pop();
        continue;
      }
      const parent = top;
      quietly(() => {
        const next = parent.directory.openDirectory(name);
        next.stat(stat);
        const { within } = limits;
        if (within !== null && (stat.device !== within.device || stat.mount !== within.mount)) next.close();
        else list(next, joinBytes(parent.path, name));
      });
    }
  } finally {
    for (const { directory: open } of pending.slice(1)) open.close();
  }
}

/** A count is for information: what the system refuses is left uncounted. */
function quietly(body: () => void): void {
  try {
    body();
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
}
