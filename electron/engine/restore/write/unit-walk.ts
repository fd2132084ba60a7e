import { asColdframeError } from '../../../../shared/errors.ts';
import { decodeUnit, FRAME_BYTES, readFrame, type UnitMemory, type UnitSeal } from '../../blockset/unit.ts';

const MAGIC = Buffer.from('CFU1');

/**
 * Finds the units of a payload, which may have gaps or damage: the offset of each intact frame by its number. After a
 * frame that is damaged it looks for the next one that is intact, so that only what lies there is lost.
 */
export const unitOffsets = (payload: Buffer): Map<number, number> => {
  const offsets = new Map<number, number>();
  for (let at = 0; at + FRAME_BYTES <= payload.length; ) {
    const frame = intactFrame(payload, at);
    if (frame) {
      offsets.set(frame.number, at);
      at += FRAME_BYTES + frame.bodyBytes;
    } else {
      const next = payload.indexOf(MAGIC, at + 1);
      if (next < 0) break;
      at = next;
    }
  }
  return offsets;
};

const intactFrame = (payload: Buffer, at: number): { number: number; bodyBytes: number } | null => {
  try {
    return readFrame(payload, at);
  } catch {
    return null;
  }
};

/** The plain content of a unit, checked, or the reason why there is none. With `memory` it is there until the next one is asked for with it. */
export const plainOf = (
  payload: Buffer,
  offset: number | undefined,
  seal: UnitSeal | null,
  memory: UnitMemory | null = null,
): { readonly plain: Uint8Array } | { readonly reason: string } => {
  if (offset === undefined) return { reason: 'the unit that holds it is not there or its frame is damaged' };
  try {
    return decodeUnit(payload, offset, seal, memory);
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.kind !== 'damaged') throw error;
    return { reason: error.message };
  }
};
