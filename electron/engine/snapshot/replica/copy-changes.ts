import { ColdframeError } from '../../../../shared/errors.ts';
import { failpoint } from '../../../platform/failpoints.ts';
import type { BlockDevice } from '../block-device.ts';
import { FrozenImage } from '../frozen-image.ts';
import type { SegmentMap, SegmentRun } from '../segment-map.ts';
import type { ReplicaSink } from './replica-sinks.ts';
import { isZero } from './sparse-writes.ts';

/** Bytes that are read at a time, unless a segment is larger. */
const PIECE = 1024 * 1024;
/** How far is asked at a time where zeroes end: a map is walked for each answer. */
const LOOK = 1024 * 1024 * 1024;

export interface Copied {
  readonly bytesRead: number;
  /** Content that went into the replica. */
  readonly bytesCopied: number;
  /** Segments that were taken over, those of zeroes among them. */
  readonly segments: number;
}

/** Brings the segments that changed from a frozen image into a sink, in order, and gives each up in the image once it is there. */
export const copyChanges = (
  source: BlockDevice,
  changed: SegmentMap,
  segmentBytes: number,
  sink: ReplicaSink,
  cancelled: () => boolean,
): Copied => {
  const pieceSegments = Math.max(1, Math.floor(PIECE / segmentBytes));
  const piece = Buffer.allocUnsafeSlow(pieceSegments * segmentBytes);
  let bytesRead = 0;
  const done = (start: number, count: number): void => {
    if (source instanceof FrozenImage) source.copied(start, count);
    failpoint('replica:after-copy');
  };
  const copyPiece = (start: number, count: number): void => {
    const offset = start * segmentBytes;
    const content = piece.subarray(0, Math.min(count * segmentBytes, source.size - offset));
    source.read(content, offset);
    bytesRead += content.length;
    for (let at = 0; at < count; at += 1) {
      const segment = content.subarray(at * segmentBytes, (at + 1) * segmentBytes);
      if (isZero(segment)) sink.zeroes(start + at, 1);
      else sink.data(start + at, segment);
    }
    done(start, count);
  };
  for (const run of changed.runs()) {
    for (let at = run.start; at < run.start + run.count; ) {
      if (cancelled()) throw cancelledUpdate();
      const next = nextPart(source, { start: at, count: run.start + run.count - at }, segmentBytes, pieceSegments);
      if (next.zeroes) {
        sink.zeroes(at, next.count);
        done(at, next.count);
      } else copyPiece(at, next.count);
      at += next.count;
    }
  }
  // What was read is only good if the frozen image was held all the time.
  source.flush();
  return { bytesRead, bytesCopied: sink.bytesCopied, segments: sink.segments };
};

/** The segments at the start of a run that are zeroes without being read, or those that are to be read at once. */
const nextPart = (
  source: BlockDevice,
  { start, count }: SegmentRun,
  segmentBytes: number,
  most: number,
): { readonly zeroes: boolean; readonly count: number } => {
  const offset = start * segmentBytes;
  const looked = Math.min(count, Math.max(1, Math.floor(LOOK / segmentBytes)));
  const end = Math.min((start + looked) * segmentBytes, source.size);
  const [run] = source.allocation(offset, end - offset, 1);
  const stop = run === undefined ? offset : run.offset + run.length;
  const whole = stop === end ? looked : Math.floor(stop / segmentBytes) - start;
  if (run?.zero && whole > 0) return { zeroes: true, count: whole };
  const data = run?.zero ? 1 : Math.max(1, Math.ceil(stop / segmentBytes) - start);
  return { zeroes: false, count: Math.min(looked, most, data) };
};

const cancelledUpdate = (): ColdframeError =>
  new ColdframeError('CANCELLED', {
    message: 'The update of the replica was cancelled.',
    guidance: 'It is as it was before; the next update goes on.',
  });
