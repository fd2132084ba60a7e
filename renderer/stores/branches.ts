import { useEffect, useState } from 'react';
import { asColdframeError } from '../../shared/errors.ts';
import { useConnection } from './connection.ts';

/** A folder in a tree. */
export interface Branch {
  /** All of its path, as `wholePath` has it. */
  readonly path: string;
  readonly name: string;
  /** Nothing is in it, as far as is known. */
  readonly leaf: boolean;
  /** Why it cannot be looked into; null when it can, as far as is known. */
  readonly denied: string | null;
}

/** What a tree shows of a folder. */
export interface Listing {
  readonly branches: readonly Branch[];
  /** What it does not show, and why; null when that is nothing. */
  readonly lacks: string | null;
  /** It could not be asked for. */
  readonly failed?: true;
}

/** Listings without those that failed; the same ones when none did. */
export const withoutFailed = (listings: ReadonlyMap<string, Listing>): ReadonlyMap<string, Listing> => {
  const kept = [...listings].filter(([, { failed }]) => !failed);
  return kept.length === listings.size ? listings : new Map(kept);
};

/**
 * What is in every folder that was opened, fetched when it is opened first; by path. One that cannot be listed says so, and is asked for again when
 * the connection is back.
 * `list`: the same function as long as it lists the same.
 */
export const useBranches = (
  open: readonly string[],
  list: (path: string) => Promise<Listing>,
): ReadonlyMap<string, Listing> => {
  const [listings, setListings] = useState<ReadonlyMap<string, Listing>>(new Map());
  const connected = useConnection(({ state }) => state.kind === 'open');
  useEffect(() => {
    if (connected) setListings(withoutFailed);
  }, [connected]);
  const next = open.find((path) => !listings.has(path));
  useEffect(() => {
    if (next === undefined) return;
    let stale = false;
    const put = (found: Listing) => {
      if (!stale) setListings((before) => new Map([...before, [next, found]]));
    };
    list(next).then(put, (thrown: unknown) =>
      put({ branches: [], lacks: asColdframeError(thrown).message, failed: true }),
    );
    return () => {
      stale = true;
    };
  }, [next, list]);
  return listings;
};
