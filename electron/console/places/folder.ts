import type { Dirent } from 'node:fs';
import { lstat, opendir, stat } from 'node:fs/promises';
import { type ByteString, displayText, joinBytes } from '../../../shared/byte-string.ts';
import type { FolderEntry } from '../../../shared/contract/places.ts';
import type { ElementType } from '../../../shared/model/element.ts';
import { errnoOf } from '../../platform/errno.ts';
import { pathView } from '../paths.ts';

/** A folder for people to look at: more names than this are not sorted and shown. */
const MOST_NAMES = 20_000;
/** So many entries are looked at to find a folder among them. */
const LOOK_INTO = 256;

export interface FolderName {
  readonly name: ByteString;
  readonly folder: boolean;
}

export interface FolderFilter {
  readonly foldersOnly: boolean;
  readonly hidden: boolean;
}

const open = async (path: ByteString) =>
  await opendir(Buffer.from(path, 'latin1'), { encoding: 'latin1', bufferSize: 512 });

/** The names in a folder, folders first. Throws what the system says. */
export const namesIn = async (
  path: ByteString,
  { foldersOnly, hidden }: FolderFilter,
): Promise<{ readonly names: FolderName[]; readonly whole: boolean }> => {
  const names: FolderName[] = [];
  for await (const entry of await open(path)) {
    const name = entry.name as ByteString;
    if (!hidden && name.startsWith('.')) continue;
    const folder = await isFolder(entry, joinBytes(path, name));
    if (foldersOnly && !folder) continue;
    if (names.length === MOST_NAMES) return { names: names.toSorted(byName), whole: false };
    names.push({ name, folder });
  }
  return { names: names.toSorted(byName), whole: true };
};

const byName = (one: FolderName, other: FolderName): number =>
  Number(other.folder) - Number(one.folder) || (one.name < other.name ? -1 : 1);

/** A link that leads to a folder is one to whoever chooses a folder. */
const isFolder = async (entry: Dirent, path: ByteString): Promise<boolean> => {
  if (entry.isDirectory()) return true;
  if (!entry.isSymbolicLink()) return false;
  return await stat(Buffer.from(path, 'latin1')).then(
    (found) => found.isDirectory(),
    () => false,
  );
};

/** What is shown of an entry; what may not be known of it says why. */
export const entryIn = async (
  parent: ByteString,
  { name, folder }: FolderName,
  filter: FolderFilter,
): Promise<FolderEntry> => {
  const path = joinBytes(parent, name);
  const shown = { name: displayText(name), ...pathView(path) };
  try {
    const found = await lstat(Buffer.from(path, 'latin1'));
    const inside = folder ? await hasChildren(path, filter) : { any: false, denied: null };
    return {
      ...shown,
      type: typeOf(found),
      bytes: found.isFile() ? found.size : 0,
      modifiedAt: timeOf(found.mtimeMs),
      hasChildren: inside.any,
      denied: inside.denied,
    };
  } catch (error) {
    const type = folder ? 'dir' : 'file';
    return { ...shown, type, bytes: 0, modifiedAt: null, hasChildren: null, denied: codeOf(error) };
  }
};

const hasChildren = async (
  path: ByteString,
  { foldersOnly, hidden }: FolderFilter,
): Promise<{ any: boolean | null; denied: string | null }> => {
  try {
    let looked = 0;
    for await (const entry of await open(path)) {
      looked += 1;
      if (!hidden && entry.name.startsWith('.')) continue;
      if (!foldersOnly || entry.isDirectory()) return { any: true, denied: null };
      if (looked >= LOOK_INTO) return { any: null, denied: null };
    }
    return { any: false, denied: null };
  } catch (error) {
    return { any: null, denied: codeOf(error) };
  }
};

const codeOf = (error: unknown): string => errnoOf(error) ?? (error as NodeJS.ErrnoException).code ?? 'EIO';

/** A date that no calendar of ours holds is not shown. */
const timeOf = (at: number): string | null => (Math.abs(at) < 253_402_300_800_000 ? new Date(at).toISOString() : null);

const typeOf = (found: Awaited<ReturnType<typeof lstat>>): ElementType => {
  if (found.isDirectory()) return 'dir';
  if (found.isSymbolicLink()) return 'symlink';
  if (found.isFIFO()) return 'fifo';
  if (found.isSocket()) return 'socket';
  if (found.isCharacterDevice()) return 'chardev';
  return found.isBlockDevice() ? 'blockdev' : 'file';
};
