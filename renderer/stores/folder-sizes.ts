import { useEffect, useState } from 'react';
import type { InputOf } from '../../shared/contract/contract.ts';
import { call } from './calls.ts';
import { pathIn, type ShownPath, wholePath } from './paths.ts';

/** What the system makes up lies on no disk, and counting it says nothing. */
const MADE_UP = ['/proc', '/sys', '/dev', '/run'];
/** Folders of one folder that are counted. */
const MOST = 500;

/** The folders whose sizes are wanted next: those of what was opened last and is not counted yet; null when all are. */
export const nextToSize = (
  groups: ReadonlyMap<string, readonly ShownPath[]>,
  open: readonly string[],
  done: ReadonlySet<string>,
): { readonly folder: string; readonly wanted: readonly ShownPath[] } | null => {
  for (const folder of open.toReversed()) {
    const wanted = (groups.get(folder) ?? []).filter(({ path }) => !MADE_UP.includes(path)).slice(0, MOST);
    if (wanted.length > 0 && !done.has(folder)) return { folder, wanted };
  }
  return null;
};

/**
 * Bytes in the folders that stand in those that are open, by their whole path, counted in the background one after the other: what is not in it is not counted
 * yet, or could not be. `kept`: what is left out does not count; another object counts anew.
 */
export const useFolderSizes = (
  groups: ReadonlyMap<string, readonly ShownPath[]>,
  open: readonly string[],
  kept: Pick<InputOf<'place.measure'>, 'unprotect' | 'exclude'>,
): ReadonlyMap<string, number> => {
  const of = JSON.stringify(kept);
  const [counted, setCounted] = useState({ of, sizes: new Map<string, number>(), done: new Set<string>() });
  const now = counted.of === of ? counted : { of, sizes: new Map<string, number>(), done: new Set<string>() };
  const next = nextToSize(groups, open, now.done);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the folder stands for what is in it, and `of` for what is kept.
  useEffect(() => {
    if (next === null) return;
    const { folder, wanted } = next;
    const aborter = new AbortController();
    const { signal } = aborter;
    const put = (found: ReadonlyMap<string, number>, done: boolean) => {
      if (signal.aborted) return;
      setCounted((before) => {
        const [sizes, ended] = before.of === of ? [before.sizes, before.done] : [new Map(), new Set<string>()];
        return { of, sizes: new Map([...sizes, ...found]), done: done ? new Set([...ended, folder]) : ended };
      });
    };
    const finished = new Map<string, number>();
    const take = (roots: readonly (ShownPath & { bytes: number; finished: boolean })[], done: boolean) => {
      const before = finished.size;
      for (const root of roots) if (root.finished) finished.set(wholePath(root), root.bytes);
      if (done || finished.size > before) put(finished, done);
    };
    call(
      'place.measure',
      { roots: wanted.map(pathIn), ...kept },
      { signal, onEvent: (event) => event.event === 'measure' && take(event.sample.roots, false) },
    ).then(
      ({ roots }) => take(roots, true),
      // What cannot be counted has no size; it is said when it is ticked.
      () => put(finished, true),
    );
    return () => aborter.abort();
  }, [next?.folder, next?.wanted.length, of]);
  return now.sizes;
};
