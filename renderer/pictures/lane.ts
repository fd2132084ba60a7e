import type { Lane } from '../../shared/contract/picture.ts';
import { type Bar, layBars } from './bars.ts';
import type { LaneChunks } from './lane-chunks.ts';

/** A lane as it is drawn: what lay on the tape before, what this job wrote or read, where the head is. */
export interface LaneLayout {
  /** From the run that was asked for on. */
  readonly bars: readonly Bar[];
  /** Width of the stub for what lay on the tape before; 0 when it was blank. */
  readonly before: number;
  /** Where the head is. */
  readonly head: number;
  /** Bytes that the lane has room for from its stub to its end. */
  readonly span: number;
  /** Where the tape ends; the width of the lane when it goes on beyond. */
  readonly end: number;
  /** Share of the whole tape that lies before the head; null when the capacity is not known. */
  readonly share: number | null;
  /** Run from which on bars may change as chunks come: the bars before it stay as they are while the span does. */
  readonly settled: number;
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

export type LaneData = Pick<Lane, 'bytesBefore' | 'bytesCapacity' | 'position'> & { readonly chunks: LaneChunks };

/** What the lanes of a job have in common, so that a byte is as wide in each. */
export interface LaneRoom {
  readonly span: number;
  /** Some tape had content before. */
  readonly stub: boolean;
}

const leftOn = ({ bytesCapacity, bytesBefore }: Omit<LaneData, 'chunks'>): number | null =>
  bytesCapacity === null ? null : Math.max(0, bytesCapacity - bytesBefore);

/** The room that each of these lanes fits in. */
export const roomOf = (lanes: readonly Omit<LaneData, 'chunks'>[]): LaneRoom => ({
  span: Math.max(1, ...lanes.map((lane) => spanOf(Math.max(0, lane.position - lane.bytesBefore), leftOn(lane)))),
  stub: lanes.some(({ bytesBefore }) => bytesBefore > 0),
});

/** Bars that are drawn again with the next chunks: the last may grow, the one before it shares a pixel with it. */
const UNSETTLED = 2;

/** Where everything in a lane of this width is; of the bars those from a settled run on. */
export const layLane = (lane: LaneData, width: number, from = 0, room = roomOf([lane])): LaneLayout => {
  const { chunks } = lane;
  const moved = Math.max(0, lane.position - lane.bytesBefore);
  const before = lane.bytesBefore > 0 ? STUB : 0;
  const { span } = room;
  const scale = (width - (room.stub ? STUB : 0)) / span;
  const left = leftOn(lane);
  const startOf = (run: number): number => (run === 0 ? 0 : chunks.endOf(run - 1));
  const pieces = Array.from({ length: Math.max(0, chunks.count - from) }, (_, at) => ({
    set: chunks.setOf(from + at),
    bytes: chunks.endOf(from + at) - startOf(from + at),
    metadata: chunks.isMetadata(from + at),
  }));
  const bars = layBars(pieces, before + startOf(from) * scale, scale);
  return {
    bars,
    before,
    head: before + moved * scale,
    span,
    end: left === null ? width : Math.min(width, before + Math.max(left, moved) * scale),
    share: lane.bytesCapacity ? Math.min(1, lane.position / lane.bytesCapacity) : null,
    settled: from + (bars.at(-UNSETTLED)?.first ?? 0),
  };
};
