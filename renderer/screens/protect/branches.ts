import { useEffect, useState } from 'react';
import { call } from '../../stores/calls.ts';
import type { ShownPath } from '../../stores/paths.ts';

/** A folder in the tree. */
export interface Branch extends ShownPath {
  readonly name: string;
  /** Nothing is in it, as far as is known. */
  readonly leaf: boolean;
}

const MOST = 2000;

/** What lies in every folder that was opened, fetched when it is opened first. Keys are `LEVEL:PATH`. */
export const useBranches = (open: ReadonlySet<string>): ReadonlyMap<string, readonly Branch[]> => {
  const [branches, setBranches] = useState<ReadonlyMap<string, readonly Branch[]>>(new Map());
  const wanted = [...open].map((key) => key.slice(key.indexOf(':') + 1)).filter((path) => !branches.has(path));
  const next = wanted[0];
  useEffect(() => {
    if (next === undefined) return;
    let stale = false;
    const put = (found: readonly Branch[]) => {
      if (!stale) setBranches((before) => new Map([...before, [next, found]]));
    };
    call('place.list', { path: { path: next }, foldersOnly: true, limit: MOST }).then(
      ({ entries }) =>
        put(
          entries
            .filter(({ denied }) => denied === null)
            .map(({ name, path, pathBase64, hasChildren }) => ({
              name,
              path,
              pathBase64,
              leaf: hasChildren === false,
            })),
        ),
      () => put([]),
    );
    return () => {
      stale = true;
    };
  }, [next]);
  return branches;
};
