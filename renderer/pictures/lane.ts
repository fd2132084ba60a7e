import type { Lane } from '../../shared/contract/picture.ts';
import { type Bar, layBars } from './bars.ts';

/** A lane as it is drawn: what lay on the tape before, what this job wrote or read, where the head is. */
export interface LaneLayout {
  readonly bars: readonly Bar[];
  /** Width of the stub for what lay on the tape before; 0 when it was blank. */
  readonly before: number;
  /** Where the head is. */
  readonly head: number;
  /** Bytes that the lane has room for from its stub to its end. */
  readonly span: number;
  /** Share of the whole tape that lies before the head; null when the capacity is not known. */
  readonly share: number | null;
}

const STUB = 22;
const LEAST_SPAN = 8 * 1024 * 1024;
const FULLEST = 0.94;

/** The room of a lane: doubles when what was moved would fill it, and ends with the tape. */
export const spanOf = (moved: number, left: number | null): number => {
  let span = LEAST_SPAN;
  while (moved > span * FULLEST) span *= 2;
  return left === null ? span : Math.max(Math.min(span, left), moved, 1);
};

export type LaneData = Pick<Lane, 'bytesBefore' | 'bytesCapacity' | 'position' | 'chunkCount' | 'chunks'>;

/** Where everything in a lane of this width is. Chunks that are no longer known one by one are a grey run before the others. */
export const layLane = (lane: LaneData, width: number): LaneLayout => {
  const moved = Math.max(0, lane.position - lane.bytesBefore);
  const before = lane.bytesBefore > 0 ? STUB : 0;
  const span = spanOf(moved, lane.bytesCapacity === null ? null : Math.max(0, lane.bytesCapacity - lane.bytesBefore));
  const scale = (width - before) / span;
  const payload = lane.chunks.reduce((sum, [, bytes]) => sum + bytes, 0);
  const unknown = lane.chunkCount > lane.chunks.length ? Math.max(0, moved - payload) : 0;
  const known = moved - unknown;
  // Headers, trailers and file marks lie between the payloads: each chunk takes its share of them.
  const stretch = payload === 0 ? 0 : known / payload;
  const pieces = lane.chunks.map(([set, bytes, kind]) => ({ set, bytes: bytes * stretch, metadata: kind === 1 }));
  const earlier = unknown > 0 ? [{ set: -1, bytes: unknown, metadata: false }] : [];
  return {
    bars: layBars([...earlier, ...pieces], before, scale),
    before,
    head: before + moved * scale,
    span,
    share: lane.bytesCapacity ? Math.min(1, lane.position / lane.bytesCapacity) : null,
  };
};
