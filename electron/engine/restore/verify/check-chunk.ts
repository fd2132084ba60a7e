import { type ByteString, displayText } from '../../../../shared/byte-string.ts';
import { asColdframeError } from '../../../../shared/errors.ts';
import type { StoredExtent } from '../../../../shared/model/element.ts';
import { readRecords, SetTable } from '../../blockset/records.ts';
import { UnitMemory, type UnitSeal } from '../../blockset/unit.ts';
import { checkedContent } from '../write/check-digests.ts';
import { plainOf, unitOffsets } from '../write/unit-walk.ts';

/** What checking a chunk found. */
export interface ChunkFinding {
  /** Plain content that was checked, in bytes. */
  readonly bytes: number;
  /** What is wrong; empty when nothing is. */
  readonly reasons: readonly string[];
  /** Elements of which something is damaged, for people. Null when the chunk cannot say: ask the catalog. */
  readonly elements: readonly string[] | null;
}

interface Piece {
  readonly path: ByteString;
  readonly extent: StoredExtent;
}

/**
 * Checks a data chunk: every unit opens and expands, and every extent that its index lists has its digests. The index
 * says alone what is in the chunk, so no catalog is asked.
 */
export const checkDataChunk = (payload: Buffer, set: string, sequence: number, seal: UnitSeal | null): ChunkFinding => {
  const offsets = unitOffsets(payload);
  const index = plainOf(payload, offsets.get(0), seal);
  if ('reason' in index) return { bytes: 0, reasons: [`its index: ${index.reason}`], elements: null };
  const pieces = piecesOf(index.plain, set, sequence);
  if (typeof pieces === 'string') return { bytes: 0, reasons: [`its index: ${pieces}`], elements: null };
  const damaged = new Set<ByteString>();
  const reasons: string[] = [];
  let bytes = 0;
  for (const unit of new Set([...pieces.keys(), ...offsets.keys()])) {
    if (unit === 0) continue;
    const found = plainOf(payload, offsets.get(unit), seal, memory);
    if ('reason' in found) reasons.push(`unit ${unit}: ${found.reason}`);
    for (const { path, extent } of pieces.get(unit) ?? []) {
      if ('plain' in found && checkedContent(found.plain, extent) !== null) bytes += extent.length;
      else damaged.add(path);
    }
  }
  if (damaged.size > 0 && reasons.length === 0)
    reasons.push('content does not have the digest that it had when it was backed up');
  return { bytes, reasons, elements: [...damaged].map(displayText) };
};

/** The content of one unit at a time. */
const memory = new UnitMemory();

/** The extents of a chunk by the unit they lie in, or what is wrong with the index. */
const piecesOf = (index: Uint8Array, set: string, sequence: number): Map<number, Piece[]> | string => {
  const pieces = new Map<number, Piece[]>();
  const add = (path: ByteString, extents: readonly StoredExtent[]): void => {
    for (const extent of extents) {
      if (extent.set !== set || extent.chunk !== sequence) continue;
      const list = pieces.get(extent.unit);
      if (list) list.push({ path, extent });
      else pieces.set(extent.unit, [{ path, extent }]);
    }
  };
  try {
    for (const record of readRecords(index, new SetTable(set))) {
      if (record.kind === 'element') add(record.record.attributes.path, record.record.extents);
      else if (record.kind === 'element-part') add(record.path, record.extents);
    }
  } catch (thrown) {
    return asColdframeError(thrown).message;
  }
  return pieces;
};
