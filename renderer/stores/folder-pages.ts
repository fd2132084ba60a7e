import { useCallback, useEffect, useRef, useState } from 'react';
import type { Entry } from '../../shared/contract/browse.ts';
import { asColdframeError, type ColdframeError } from '../../shared/errors.ts';
import { call } from './calls.ts';
import { useConnection } from './connection.ts';
import { pathIn, type ShownPath } from './paths.ts';

/** Entries asked for at a time. */
export const PAGE_ENTRIES = 200;
/** Pages that are kept: what was scrolled away far enough is asked for again. */
const KEPT_PAGES = 40;

export type Sort = 'name' | 'size' | 'time';

export interface FolderPages {
  readonly total: number | null;
  /** How many entries the folder has, when another order of it was there before; the one that is asked for is being made. */
  readonly inOrder: number | null;
  readonly at: (index: number) => Entry | undefined;
  /** Says which entries are looked at, so that they are fetched. */
  readonly look: (from: number, to: number) => void;
  /** Why something of it could not be fetched; what is there already stays. */
  readonly error: ColdframeError | null;
  /** Asks again for what is looked at. */
  readonly reload: () => void;
}

/** The pages that a range of entries touches. */
export const pagesOf = (from: number, to: number): number[] => {
  const first = Math.floor(Math.max(0, from) / PAGE_ENTRIES);
  const last = Math.floor(Math.max(0, to) / PAGE_ENTRIES);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
};

/** The pages that are let go of, oldest first, when so many more are held than are kept; none that is looked at. */
export const pagesToDrop = (held: readonly number[], looked: readonly number[], kept = KEPT_PAGES): number[] =>
  held.filter((page) => !looked.includes(page)).slice(0, Math.max(0, held.length - kept));

/** A folder of any size at one moment, fetched where it is looked at; again when that failed and the connection is back. */
export const useFolder = (set: string, folder: ShownPath, sort: Sort, descending: boolean): FolderPages => {
  const key = JSON.stringify([set, folder, sort, descending]);
  const place = JSON.stringify([set, folder]);
  const counted = useRef({ place: '', total: 0 });
  const pages = useRef({ key: '', asked: new Set<number>(), held: new Map<number, Entry[]>() });
  const [state, setState] = useState<{
    key: string;
    total: number | null;
    error: ColdframeError | null;
    round: number;
  }>({ key: '', total: null, error: null, round: 0 });
  const looked = useRef<readonly number[]>([0]);
  const open = useConnection((connection) => connection.state.kind === 'open');
  if (pages.current.key !== key) {
    pages.current = { key, asked: new Set(), held: new Map() };
    looked.current = [0];
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for all that is asked for.
  const fetchPage = useCallback(
    (page: number) => {
      const own = pages.current;
      if (own.key !== key || own.asked.has(page)) return;
      own.asked.add(page);
      const input = {
        set,
        ...(folder.path === '' ? {} : { path: pathIn(folder) }),
        offset: page * PAGE_ENTRIES,
        limit: PAGE_ENTRIES,
        sort,
        descending,
        foldersFirst: true,
      };
      call('ls', input).then(
        ({ entries, total }) => {
          if (pages.current !== own) return;
          own.held.set(page, entries);
          for (const old of pagesToDrop([...own.held.keys()], looked.current)) {
            own.held.delete(old);
            own.asked.delete(old);
          }
          counted.current = { place, total: total ?? entries.length };
          setState(({ round }) => ({ key, total: total ?? entries.length, error: null, round: round + 1 }));
        },
        (thrown: unknown) => {
          if (pages.current !== own) return;
          own.asked.delete(page);
          setState((before) => ({
            key,
            total: before.key === key ? before.total : null,
            error: asColdframeError(thrown),
            round: before.round + 1,
          }));
        },
      );
    },
    [key],
  );

  const reload = useCallback(() => {
    for (const page of looked.current) fetchPage(page);
  }, [fetchPage]);
  useEffect(() => {
    if (open) reload();
  }, [open, reload]);
  const current = state.key === key;
  return {
    total: current ? state.total : null,
    inOrder: !current && counted.current.place === place ? counted.current.total : null,
    error: current ? state.error : null,
    at: (index) => pages.current.held.get(Math.floor(index / PAGE_ENTRIES))?.[index % PAGE_ENTRIES],
    look: (from, to) => {
      looked.current = pagesOf(from, to);
      reload();
    },
    reload,
  };
};
