import { crc32 } from 'node:zlib';
import type { OpenPositional, PositionalFile } from '../../platform/positional-file.ts';
import type { Preserved } from './preserved-index.ts';
import { LOST_REASONS, type LostReason } from './volume-memory.ts';

/** Where preserved segments go: slots of a segment each, in a file that outlives the process, or in memory. */
export type StorageSpec =
  | { readonly kind: 'file'; readonly path: string; readonly slots: number; readonly segmentBytes: number }
  | {
      readonly kind: 'memory';
      readonly bytes: SharedArrayBuffer;
      readonly slots: number;
      readonly segmentBytes: number;
    };

/**
 * The snapshot storage as one thread sees it. What `note` was told survives the end of the process, with the content
 * written before it; nothing here survives a power loss.
 */
export interface SnapshotStorage {
  /** Fills `into` from the beginning of a slot. */
  read(into: Uint8Array, slot: number): void;
  write(from: Uint8Array, slot: number): void;
  /** The slot now holds this, since the snapshots up to the generation `era`. */
  note(preserved: Preserved, era: number): void;
  /** The slot holds nothing any more. Needed where the snapshot that it held something for goes on. */
  forget(slot: number): void;
  /** Why the snapshot of a place was lost; null for a new one. */
  markLost(place: number, reason: LostReason | null): void;
  sync(): void;
  close(): void;
}

/** What a storage file says after a restart. */
export interface StoredState {
  readonly lost: ReadonlyMap<number, LostReason>;
  /** In ascending order of slots. */
  readonly preserved: readonly Preserved[];
}

export const openStorage = (spec: StorageSpec, open: OpenPositional): SnapshotStorage =>
  spec.kind === 'memory' ? memoryStorage(spec) : fileStorage(spec, open);

export const indexPath = (path: string): string => `${path}.index`;

const HEADER = 64;
const RECORD = 20;

const fileStorage = ({ path, segmentBytes }: StorageSpec & { kind: 'file' }, open: OpenPositional): SnapshotStorage => {
  const content = open(path, 'create');
  const index = open(indexPath(path), 'create');
  const record = Buffer.alloc(RECORD);
  return {
    read: (into, slot) => content.read(into, slot * segmentBytes),
    write: (from, slot) => content.write(from, slot * segmentBytes),
    note: (preserved, era) => index.write(encode(preserved, era, record), HEADER + preserved.slot * RECORD),
    forget: (slot) => index.write(record.fill(0), HEADER + slot * RECORD),
    markLost: (place, reason) =>
      index.write(Uint8Array.of(reason === null ? 0 : 1 + LOST_REASONS.indexOf(reason)), place),
    sync: () => {
      content.sync();
      index.sync();
    },
    close: () => {
      content.close();
      index.close();
    },
  };
};

const memoryStorage = ({ bytes, segmentBytes }: StorageSpec & { kind: 'memory' }): SnapshotStorage => {
  const all = new Uint8Array(bytes);
  const nothing = (): void => undefined;
  return {
    read: (into, slot) => into.set(all.subarray(slot * segmentBytes, slot * segmentBytes + into.length)),
    write: (from, slot) => all.set(from, slot * segmentBytes),
    note: nothing,
    forget: nothing,
    markLost: nothing,
    sync: nothing,
    close: nothing,
  };
};

/**
 * A record: u32 segment, u32 mask, u32 era, u32 CRC-32 of the content, u32 CRC-32 of these and of the slot; little-endian. A mask of 0 is an empty slot. The era
 * tells a snapshot from an earlier one in the same place, so that a release need not rewrite what it leaves behind.
 */
const encode = ({ slot, segment, mask, crc }: Preserved, era: number, record: Buffer): Buffer => {
  record.writeUInt32LE(segment >>> 0, 0);
  record.writeUInt32LE(mask >>> 0, 4);
  record.writeUInt32LE(era >>> 0, 8);
  record.writeUInt32LE(crc >>> 0, 12);
  record.writeUInt32LE(crc32(record.subarray(0, 16), slot), 16);
  return record;
};

/**
 * Reads what a storage file holds after its process ended: for each place the content preserved since `eraOf` says that its
 * snapshot began. Records that do not add up were never finished.
 */
export const storedState = (index: PositionalFile, eraOf: ReadonlyMap<number, number>): StoredState => {
  const length = index.length();
  const all = Buffer.alloc(Math.max(HEADER, length));
  index.read(all.subarray(0, length), 0);
  const lost = new Map<number, LostReason>();
  for (const place of eraOf.keys()) {
    const mark = all[place] as number;
    if (mark !== 0) lost.set(place, LOST_REASONS[mark - 1] ?? 'failed');
  }
  const preserved: Preserved[] = [];
  for (let at = HEADER; at + RECORD <= all.length; at += RECORD) {
    const slot = (at - HEADER) / RECORD;
    const record = all.subarray(at, at + RECORD);
    if (crc32(record.subarray(0, 16), slot) !== record.readUInt32LE(16)) continue;
    const mask = maskSince(record.readUInt32LE(4), record.readUInt32LE(8), eraOf);
    if (mask !== 0) preserved.push({ slot, segment: record.readUInt32LE(0), mask, crc: record.readUInt32LE(12) });
  }
  return { lost, preserved };
};

const maskSince = (mask: number, era: number, eraOf: ReadonlyMap<number, number>): number => {
  let kept = 0;
  for (const [place, began] of eraOf) if (mask & (1 << place) && era >= began) kept |= 1 << place;
  return kept;
};
