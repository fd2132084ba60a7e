import { useEffect, useState } from 'react';
import type { Lane, Picture } from '../../shared/contract/picture.ts';
import { call } from './calls.ts';
import { useConnection } from './connection.ts';

/** Chunks of a lane that are kept one by one; older ones are drawn as one run. */
const KEPT_CHUNKS = 4000;
const KEPT_LINES = 500;

const addLane = (before: Lane | undefined, lane: Lane): Lane => {
  if (!before || before.tape !== lane.tape) return lane;
  return { ...lane, chunks: [...before.chunks, ...lane.chunks].slice(-KEPT_CHUNKS) };
};

/** The picture after the next one came: it replaces all but chunks, log and warnings, which are added to what is known. */
export const afterPicture = (before: Picture | null, next: Picture): Picture => {
  if (next.whole || !before || before.job !== next.job) return next;
  return {
    ...next,
    whole: true,
    lanes: next.lanes.map((lane) =>
      addLane(
        before.lanes.find(({ drive }) => drive === lane.drive),
        lane,
      ),
    ),
    log: [...before.log, ...next.log].slice(-KEPT_LINES),
    warnings: [...before.warnings, ...next.warnings].slice(-KEPT_LINES),
  };
};

/** A job as a picture, live while it runs; null until there is one. */
export const useJobPicture = (job: string): Picture | null => {
  const [picture, setPicture] = useState<Picture | null>(null);
  const open = useConnection(({ state }) => state.kind === 'open');
  useEffect(() => {
    if (!open) return;
    const aborter = new AbortController();
    const { signal } = aborter;
    const onEvent = (event: { event: string; picture?: Picture }) => {
      const { picture: next } = event;
      if (next && !signal.aborted) setPicture((before) => afterPicture(before, next));
    };
    call('job.follow', { job }, { signal, onEvent }).then(
      ({ picture: last }) => !signal.aborted && setPicture(last),
      () => undefined,
    );
    return () => aborter.abort();
  }, [job, open]);
  return picture;
};
