import type { PathIn } from '../../shared/contract/values.ts';

export interface ShownPath {
  readonly path: string;
  readonly pathBase64?: string | undefined;
}

/** A path as the console takes it: its bytes when they are not text. */
export const pathIn = ({ path, pathBase64 }: ShownPath): PathIn => {
  if (pathBase64 !== undefined) return { pathBase64 };
  return isText(path) ? { path } : { pathBase64: btoa(bytesOf({ path })) };
};

/** Valid sequences of UTF-8 in bytes, one a character (Unicode, table 3-7), and, last, what is none. */
const SEQUENCES =
  /[\0-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/** A byte that is no text stands as half a surrogate pair, U+DC80 to U+DCFF, which no text has by itself, and which is shown as any other wrong character. */
const ESCAPED = 0xdc00;

/** Whether nothing in a path stands for a byte that is no text. */
const isText = (path: string): boolean => !/[\udc80-\udcff]/u.test(path);

/** A path as one text that says all of it, also where its bytes are none; to be cut, compared and kept in an address. `pathIn` takes it. */
export const wholePath = ({ path, pathBase64 }: ShownPath): string =>
  pathBase64 === undefined
    ? path
    : atob(pathBase64).replace(SEQUENCES, (bytes) => {
        const first = bytes.charCodeAt(0);
        if (first < 0x80) return bytes;
        if (bytes.length === 1) return String.fromCharCode(ESCAPED + first);
        return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
          Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)),
        );
      });

/** What such a text stands for, as the console tells of paths. */
export const shownPath = (whole: string): ShownPath =>
  isText(whole)
    ? { path: whole }
    : { path: whole.replace(/[\udc80-\udcff]/gu, '\ufffd'), pathBase64: btoa(bytesOf({ path: whole })) };

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
const bytesOf = ({ path, pathBase64 }: ShownPath): string => {
  if (pathBase64 !== undefined) return atob(pathBase64);
  const parts = path.split(/([\udc80-\udcff])/u);
  return parts
    .map((part) =>
      isText(part)
        ? String.fromCharCode(...new TextEncoder().encode(part))
        : String.fromCharCode(part.charCodeAt(0) - ESCAPED),
    )
    .join('');
};

/** The same of paths of elements, of which some may not be text. */
export const isShownWithin = (one: ShownPath, folder: ShownPath): boolean =>
  one.pathBase64 === undefined && folder.pathBase64 === undefined
    ? isWithin(one.path, folder.path)
    : isWithin(bytesOf(one), bytesOf(folder));

/** Where looking into an object begins: its folder, or the one that all of its folders lie in. */
export const startFolder = (roots: readonly ShownPath[]): string =>
  roots.length === 1 && roots[0] ? wholePath(roots[0]) : commonFolder(roots.map(wholePath));

/** The longest folder that all paths lie in. */
export const commonFolder = (paths: readonly string[]): string => {
  let [folder] = paths.map(parentOf);
  if (folder === undefined) return '/';
  while (!paths.every((path) => isWithin(parentOf(path), folder as string))) folder = parentOf(folder);
  return folder;
};
