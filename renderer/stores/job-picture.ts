import { useEffect, useState } from 'react';
import type { Lane, Picture } from '../../shared/contract/picture.ts';
import { LaneChunks } from '../pictures/lane-chunks.ts';
import { call } from './calls.ts';
import { useConnection } from './connection.ts';

const KEPT_LINES = 500;

/** A lane with all of its chunks that are known; they grow in their place, the rest is another one each time. */
export type LiveLane = Omit<Lane, 'chunks'> & { readonly chunks: LaneChunks };

/** A job at the moment, put together from all that was told of it. */
export type LivePicture = Omit<Picture, 'lanes'> & { readonly lanes: readonly LiveLane[] };

const movedOf = ({ position, bytesBefore }: Pick<Lane, 'position' | 'bytesBefore'>): number =>
  Math.max(0, position - bytesBefore);

const begun = (lane: Lane): LiveLane => {
  const chunks = new LaneChunks();
  const known = lane.chunks.reduce((sum, [, bytes]) => sum + bytes, 0);
  if (lane.chunkCount > lane.chunks.length) chunks.addUnknown(Math.max(0, movedOf(lane) - known));
  chunks.add(lane.chunks, movedOf(lane));
  return { ...lane, chunks };
};

const grown = (before: LiveLane | undefined, lane: Lane): LiveLane => {
  const anew = before?.tape !== lane.tape || before.bytesBefore !== lane.bytesBefore;
  if (!before || anew || lane.chunkCount < before.chunkCount) return begun(lane);
  const known = lane.chunks.reduce((sum, [, bytes]) => sum + bytes, 0);
  // What was not told of is not what comes after it.
  if (lane.chunkCount - lane.chunks.length > before.chunkCount)
    before.chunks.addUnknown(Math.max(0, movedOf(lane) - known - before.chunks.end));
  before.chunks.add(lane.chunks, movedOf(lane));
  return { ...lane, chunks: before.chunks };
};

const longer = <Line>(before: readonly Line[], news: readonly Line[]): Line[] =>
  news.length === 0 ? (before as Line[]) : [...before, ...news].slice(-KEPT_LINES);

/** The picture after the next one came: it replaces all but chunks, log and warnings, which are added to what is known. Takes `before` over. */
export const afterPicture = (before: LivePicture | null, next: Picture): LivePicture => {
  if (next.whole || !before || before.job !== next.job) return { ...next, lanes: next.lanes.map(begun) };
  return {
    ...next,
    whole: true,
    lanes: next.lanes.map((lane) =>
      grown(
        before.lanes.find(({ drive }) => drive === lane.drive),
        lane,
      ),
    ),
    log: longer(before.log, next.log),
    warnings: longer(before.warnings, next.warnings),
  };
};

/** A job as a picture, live while it runs; null until there is one, and of none. */
export const useJobPicture = (job: string | null): LivePicture | null => {
  const [picture, setPicture] = useState<LivePicture | null>(null);
  const open = useConnection(({ state }) => state.kind === 'open');
  useEffect(() => {
    if (!open || job === null) return;
    const aborter = new AbortController();
    const { signal } = aborter;
    let held: LivePicture | null = null;
    const take = (next: Picture | null | undefined): void => {
      if (!next || signal.aborted) return;
      held = afterPicture(held, next);
      setPicture(held);
    };
    const onEvent = (event: { event: string; picture?: Picture }): void => take(event.picture);
    call('job.follow', { job }, { signal, onEvent }).then(
      ({ picture: last }) => take(last),
      () => undefined,
    );
    return () => aborter.abort();
  }, [job, open]);
  return picture !== null && picture.job === job ? picture : null;
};
