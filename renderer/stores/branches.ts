import { useEffect, useState } from 'react';
import type { ShownPath } from './paths.ts';

/** A folder in a tree. */
export interface Branch extends ShownPath {
  readonly name: string;
  /** Nothing is in it, as far as is known. */
  readonly leaf: boolean;
}

/**
 * The folders in every folder that was opened, fetched when it is opened first; by path. One that cannot be listed shows none.
 * `list`: the same function as long as it lists the same.
 */
export const useBranches = (
  open: readonly string[],
  list: (path: string) => Promise<readonly Branch[]>,
): ReadonlyMap<string, readonly Branch[]> => {
  const [branches, setBranches] = useState<ReadonlyMap<string, readonly Branch[]>>(new Map());
  const next = open.find((path) => !branches.has(path));
  useEffect(() => {
    if (next === undefined) return;
    let stale = false;
    const put = (found: readonly Branch[]) => {
      if (!stale) setBranches((before) => new Map([...before, [next, found]]));
    };
    list(next).then(put, () => put([]));
    return () => {
      stale = true;
    };
  }, [next, list]);
  return branches;
};
