import { constants } from 'node:fs';
import { access, mkdir, stat, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import { type ByteString, byteStringFromText, displayText, joinBytes, parentOf } from '../../../shared/byte-string.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { PathIn } from '../../../shared/contract/values.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { errnoOf, ioError } from '../../platform/errno.ts';
import { base64OfPath, bytesOfPath, pathView } from '../paths.ts';
import type { FolderName } from '../places/folder.ts';
import { demandRoot } from './demand-root.ts';
import type { Drawn } from './listings.ts';
import { realDir } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

type Names =
  | 'place.roots'
  | 'place.list'
  | 'place.sharedDisk'
  | 'place.checkRoot'
  | 'place.make'
  | 'place.measure'
  | 'place.reveal'
  | 'glob.try'
  | 'sample.create';

const PAGE = 200;

/** Serves the procedures on folders of this machine: what wizards and pickers need before there is a logical object. */
export const placeHandlers = (parts: ConsoleParts): HandlersOf<Names> => ({
  'place.roots': async () => (await import('../places/roots.ts')).placeRoots(),

  'place.list': async (input, { signal }) => {
    const asked = bytesOfPath(input.path);
    const path = input.nearest ? await nearestFolder(asked) : asked;
    const filter = { foldersOnly: input.foldersOnly ?? false, hidden: input.hidden ?? false };
    const { namesIn, entryIn } = await import('../places/folder.ts');
    const about = {
      ...pathView(path),
      missing: path === asked ? null : displayText(asked.slice(path === '/' ? 1 : path.length + 1) as ByteString),
      parent: path === '/' ? null : pathView(parentOf(path)),
      ...(await facts(path)),
    };
    let drawn: Drawn<FolderName>;
    let total = 0;
    let whole = true;
    try {
      if (input.after === undefined) {
        const found = await namesIn(path, filter);
        total = found.names.length;
        whole = found.whole;
        drawn = parts.listings.begin(found.names, input.limit ?? PAGE, () => undefined);
      } else drawn = parts.listings.next(input.after, input.limit ?? PAGE);
    } catch (error) {
      if (error instanceof ColdframeError) throw error;
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      const told = unreadable(path, error);
      return { ...about, entries: [], total: 0, whole: false, next: null, error: { ...told.toData() } };
    }
    const entries = await inTurns(drawn.rows, signal, (name) => entryIn(path, name, filter));
    return { ...about, entries, total, whole, next: drawn.next, error: null };
  },

  'place.sharedDisk': async ({ folder, of }, { signal }) => {
    const { footingOf, sharedBy } = await import('../../platform/drives/shared-disks.ts');
    const { allMounts } = await import('../../platform/drives/mounts.ts');
    const mounts = allMounts();
    const footing = await footingOf(bytesOfPath(folder), mounts);
    if (footing === null) return { shared: [] };
    const shared: OutputOf<'place.sharedDisk'>['shared'] = [];
    for (const path of of.map(bytesOfPath)) {
      signal.throwIfAborted();
      const other = await footingOf(path, mounts);
      const by = other && sharedBy(footing, other);
      if (by) shared.push({ ...pathView(path), by });
    }
    return { shared };
  },

  'place.checkRoot': async ({ path, vault }) => {
    const coming = vault === undefined ? [] : [{ name: basename(vault), dir: realDir(vault) }];
    try {
      demandRoot(bytesOfPath(path), [...parts.store.vaults.list(), ...coming]);
      return { error: null };
    } catch (thrown) {
      return { error: asColdframeError(thrown).toData() };
    }
  },

  'place.make': async ({ parent, name }) => {
    const bytes = byteStringFromText(name);
    if (name === '.' || name === '..' || /[/\0]/.test(name)) {
      throw new ColdframeError('USAGE', {
        message: `A folder cannot be named ${JSON.stringify(name)}.`,
        guidance: 'Give a name without slashes.',
        context: { name },
      });
    }
    const path = joinBytes(bytesOfPath(parent), bytes);
    try {
      await mkdir(Buffer.from(path, 'latin1'));
    } catch (error) {
      throw unreadable(path, error, 'make the folder');
    }
    return { name, ...pathView(path) };
  },

  'place.measure': async ({ roots, unprotect, exclude, crossFileSystems }, { signal, emit }) => {
    const { runMeasure } = await import('../places/run-measure.ts');
    const selection = {
      roots: roots.map((root) => ({
        pathBase64: base64OfPath(bytesOfPath(root)),
        crossFileSystems: crossFileSystems ?? false,
      })),
      unprotected: unprotect ?? [],
      exclude: exclude ?? [],
    };
    const own = [parts.home, ...parts.store.vaults.list().map(({ dir }) => dir)];
    return await runMeasure(selection, own, signal, (sample) => emit({ event: 'measure', sample }));
  },

  'place.reveal': async ({ path }) => {
    if (parts.shell.reveal === undefined) {
      throw new ColdframeError('NOT_HERE', {
        message: 'Only the desktop application can show a folder in the file manager.',
        guidance: `Open it yourself: ${displayText(bytesOfPath(path))}`,
      });
    }
    await parts.shell.reveal(bytesOfPath(path));
    return {};
  },

  'glob.try': async ({ pattern, paths, roots }, { signal }) => {
    const { tryGlob } = await import('../places/try-glob.ts');
    const bytes = (given: readonly PathIn[] | undefined) => (given ?? []).map(bytesOfPath);
    return await tryGlob(pattern, { paths: bytes(paths), roots: bytes(roots) }, signal);
  },

  'sample.create': async ({ parent }) => {
    const { createSample } = await import('../sample.ts');
    // A place for something of ours: its path is text.
    const folder = parent ? bytesOfPath(parent) : byteStringFromText(homedir());
    try {
      return createSample(displayText(folder));
    } catch (error) {
      throw unreadable(folder, error, 'make the sample');
    }
  },
});

/** The folder itself, or the nearest one above it that is there; a link in between counts when it leads to a folder. */
const nearestFolder = async (asked: ByteString): Promise<ByteString> => {
  for (let path = asked; path !== '/'; path = parentOf(path)) {
    const found = await stat(Buffer.from(path, 'latin1')).catch((error: unknown) => error as NodeJS.ErrnoException);
    // A file that was asked for is there: that it is no folder is said when it is listed.
    if (found instanceof Error ? !MISSING.has(found.code ?? '') : found.isDirectory() || path === asked) return path;
  }
  return '/' as ByteString;
};

/** What is not there, and what lies below a file. */
const MISSING = new Set(['ENOENT', 'ENOTDIR']);

/** What a picker wants to know of a folder beside what is in it. */
const facts = async (path: ByteString) => {
  const at = Buffer.from(path, 'latin1');
  const can = (file: Buffer | string, mode: number): Promise<boolean> =>
    access(file, mode).then(
      () => true,
      () => false,
    );
  const [writable, vault, space] = await Promise.all([
    can(at, constants.W_OK),
    can(Buffer.concat([at, Buffer.from('/library.json')]), constants.F_OK),
    statfs(at).catch(() => null),
  ]);
  return { writable, vault, bytesFree: space && space.bavail * space.bsize };
};

/** A few at a time: a page of folders on a slow share must not take all the threads that files are read with. */
const inTurns = async <Item, Result>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += 16) {
    signal.throwIfAborted();
    results.push(...(await Promise.all(items.slice(at, at + 16).map(work))));
  }
  return results;
};

const unreadable = (path: ByteString, error: unknown, doing = 'read the folder'): ColdframeError => {
  const errno = errnoOf(error);
  if (errno === null) return asColdframeError(error);
  const shown = displayText(path);
  if (errno !== 'ENOENT' && errno !== 'ENOTDIR') return ioError(doing, errno, shown, error);
  return new ColdframeError('NO_SUCH_PATH', {
    message: errno === 'ENOENT' ? `${shown} is not there.` : `${shown} is not a folder.`,
    guidance: 'Choose another folder.',
    context: { path: shown },
  });
};
