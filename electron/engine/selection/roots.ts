import {
  type ByteString,
  baseOf,
  byteStringOf,
  displayText,
  joinBytes,
  parentOf,
} from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { Selection } from '../../../shared/model/selection.ts';
import type { SourceFiles } from '../../platform/source-files.ts';

/** A root as it is walked. */
export interface Root {
  readonly path: ByteString;
  readonly crossFileSystems: boolean;
}

/**
 * The path by which a root is kept: links among its parents are resolved, once, when it is added; a root that is itself a
 * symbolic link stays one, and the link is what is backed up. `changed` says that the person should be told.
 */
export function resolveRoot(
  path: ByteString,
  files: SourceFiles,
): { readonly path: ByteString; readonly changed: boolean } {
  const trimmed = path.replace(/(?<=.)\/+$/, '') as ByteString;
  if (trimmed === '/') return { path: trimmed, changed: false };
  // What ends in `..` names a directory by way of its parents alone.
  const dots = baseOf(trimmed) === '.' || baseOf(trimmed) === '..';
  const resolved = dots ? files.resolve(trimmed) : joinBytes(files.resolve(parentOf(trimmed)), baseOf(trimmed));
  return { path: resolved, changed: resolved !== trimmed };
}

/**
 * The roots of a selection, each path once, in order. One that lies beneath another is walked on its own, and left out of
 * the other; it crosses file systems if either does.
 */
export function rootsOf(selection: Pick<Selection, 'roots'>): readonly Root[] {
  const crossing = new Map<ByteString, boolean>();
  for (const { pathBase64, crossFileSystems } of selection.roots) {
    const path = byteStringOf(Buffer.from(pathBase64, 'base64'));
    crossing.set(path, crossFileSystems || crossing.get(path) === true);
  }
  const paths = [...crossing.keys()].sort();
  return paths.map((path) => ({
    path,
    crossFileSystems: paths.some((other) => crossing.get(other) === true && isWithin(path, other)),
  }));
}

/** For each directory the names directly in it that are roots themselves. */
export function rootNamesByParent(roots: readonly Root[]): ReadonlyMap<ByteString, ReadonlySet<ByteString>> {
  const names = new Map<ByteString, Set<ByteString>>();
  for (const { path } of roots) {
    if (path === '/') continue;
    const parent = parentOf(path);
    names.set(parent, (names.get(parent) ?? new Set()).add(baseOf(path)));
  }
  return names;
}

/** Whether `path` is `folder` or lies beneath it. */
export const isWithin = (path: ByteString, folder: ByteString): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** Whether a mount point is a root, or lies below one that crosses file systems. */
export const isSelected = (mountPoint: ByteString, roots: readonly Root[]): boolean =>
  roots.some(({ path, crossFileSystems }) => mountPoint === path || (crossFileSystems && isWithin(mountPoint, path)));

/** None of the roots is there: a disk that is not mounted must not look like everything deleted. */
export function noRoots(roots: readonly Root[]): ColdframeError {
  const paths = roots.map(({ path }) => displayText(path)).join(', ');
  return new ColdframeError('NO_SUCH_PATH', {
    message: `Nothing that the selection names is there, or the disk it is to be on is not mounted: ${paths}.`,
    guidance:
      'Mount the disk that it lies on, or change the selection; a folder that is to be on no disk of its own is taken as it is with --level full. Earlier backups are not affected.',
    context: { paths },
  });
}

/** Some roots are there, and none can be opened: a set of nothing must not look like a backup. */
export function closedRoots(closed: readonly ByteString[]): ColdframeError {
  const paths = closed.map((path) => displayText(path)).join(', ');
  return new ColdframeError('ROOTS_UNREADABLE', {
    message: `Nothing that the selection names can be read: ${paths}.`,
    guidance: 'Run it as a user who may read there, or change the selection. Earlier backups are not affected.',
    context: { paths },
  });
}
