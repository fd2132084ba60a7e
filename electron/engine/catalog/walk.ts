import { type ByteString, joinBytes } from '../../../shared/byte-string.ts';
import { type Child, sortedChildrenAt } from './children.ts';
import { isDirectory } from './packed-identity.ts';
import type { Store } from './store.ts';

export interface Step extends Child {
  readonly path: ByteString;
}

/** The next name on the way to `after`, when that lies beneath `dir`; null when it does not. */
export const nameTowards = (dir: ByteString, after: ByteString | null): string | null => {
  if (after === null) return null;
  const prefix = dir === '/' ? '/' : `${dir}/`;
  if (!after.startsWith(prefix)) return null;
  return after.slice(prefix.length).split('/', 1)[0] ?? null;
};

/**
 * What stands in a directory at an ordinal, and with `recursive` beneath it: each directory, what is in it, then what
 * comes next; names in byte order. With `after` only what comes behind that path.
 */
export function* walkAt(
  store: Store,
  ordinal: number,
  top: { readonly node: number; readonly path: ByteString },
  options: { readonly recursive: boolean; readonly after: ByteString | null },
): Generator<Step> {
  const left = [
    {
      ...top,
      children: sortedChildrenAt(store, top.node, ordinal),
      next: 0,
      skipTo: nameTowards(top.path, options.after),
    },
  ];
  for (let at = left.at(-1); at !== undefined; at = left.at(-1)) {
    const child = at.children[at.next++];
    if (child === undefined) {
      left.pop();
      continue;
    }
    const { skipTo } = at;
    if (skipTo !== null && child.name < skipTo) continue;
    const path = joinBytes(at.path, child.name);
    const seen = skipTo === child.name;
    if (!seen) yield { ...child, path };
    if (!options.recursive || !isDirectory(child.identity)) continue;
    const children = sortedChildrenAt(store, child.node, ordinal);
    left.push({ node: child.node, path, children, next: 0, skipTo: seen ? nameTowards(path, options.after) : null });
  }
}
