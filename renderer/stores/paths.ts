import type { PathIn } from '../../shared/contract/values.ts';

export interface ShownPath {
  readonly path: string;
  readonly pathBase64?: string | undefined;
}

/** A path as the console takes it: its bytes when they are not text. */
export const pathIn = ({ path, pathBase64 }: ShownPath): PathIn =>
  pathBase64 === undefined ? { path } : { pathBase64 };

/** Whether a path that somebody typed is a whole one, of whichever system the console runs on. */
export const isWhole = (path: string): boolean => /^(\/|[a-z]:[\\/])/i.test(path);

/** The last part of a path; the root has none but itself. */
export const nameOf = (path: string): string => path.split('/').filter(Boolean).at(-1) ?? path;

/** The folder that a path lies in; the root lies in itself. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '/';

/** A path below a folder; the folder itself for no name. */
export const pathBelow = (folder: string, name: string): string =>
  name === '' ? folder : `${folder === '/' ? '' : folder}/${name}`;

/** Every folder on the way to a path, the root first, itself last. */
export const wayTo = (path: string): { readonly name: string; readonly path: string }[] => {
  const parts = path.split('/').filter(Boolean);
  return [
    { name: '/', path: '/' },
    ...parts.map((name, index) => ({ name, path: `/${parts.slice(0, index + 1).join('/')}` })),
  ];
};

/** Whether a path is a folder's, or lies below it. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** A path as bytes, one a character. */
const bytesOf = ({ path, pathBase64 }: ShownPath): string =>
  pathBase64 === undefined ? String.fromCharCode(...new TextEncoder().encode(path)) : atob(pathBase64);

/** The same of paths of elements, of which some may not be text. */
export const isShownWithin = (one: ShownPath, folder: ShownPath): boolean =>
  one.pathBase64 === undefined && folder.pathBase64 === undefined
    ? isWithin(one.path, folder.path)
    : isWithin(bytesOf(one), bytesOf(folder));

/** Where looking into an object begins: its folder, or the one that all of its folders lie in. */
export const startFolder = (roots: readonly ShownPath[]): string =>
  roots.length === 1 && roots[0] ? roots[0].path : commonFolder(roots.map(({ path }) => path));

/** The longest folder that all paths lie in. */
export const commonFolder = (paths: readonly string[]): string => {
  let [folder] = paths.map(parentOf);
  if (folder === undefined) return '/';
  while (!paths.every((path) => isWithin(parentOf(path), folder as string))) folder = parentOf(folder);
  return folder;
};
