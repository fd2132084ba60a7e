import type { Bytes, Millis, ObjectId, SetId, TapeId } from '../units.ts';

export const LEVELS = ['full', 'differential', 'incremental', 'synthetic'] as const;
export type Level = (typeof LEVELS)[number];

/** Life of a block set: `writing` until its catalog row is durable; `incomplete` when tapes of it are missing. */
export const SET_STATES = ['writing', 'complete', 'interrupted', 'incomplete'] as const;
export type SetState = (typeof SET_STATES)[number];

export interface Warning {
  readonly code: string;
  /** Path for people; bytes that are not UTF-8 appear as U+FFFD. */
  readonly path: string;
  readonly message: string;
}

/** A block set as lists show it. */
export interface BlockSetSummary {
  readonly id: SetId;
  readonly object: { readonly id: ObjectId; readonly name: string };
  readonly level: Level;
  readonly state: SetState;
  /** The set it builds on; null for full and synthetic ones. */
  readonly parent: SetId | null;
  readonly createdAt: Millis;
  readonly finishedAt: Millis | null;
  /** Elements in the frozen image, unchanged ones included. */
  readonly elements: number;
  /** Sum of the sizes of those elements. */
  readonly logicalBytes: Bytes;
  readonly bytesRead: Bytes;
  /** Bytes on tape: payload of data and metadata chunks. */
  readonly bytesStored: Bytes;
  readonly segments: number;
  readonly tapes: readonly TapeId[];
  readonly drives: number;
  readonly durationMs: Millis;
  readonly warnings: readonly Warning[];
}

/** A chunk as it lies on a tape. */
export interface ChunkPlace {
  readonly set: SetId;
  /** Dense sequence within the set, from 0. */
  readonly sequence: number;
  readonly kind: 'data' | 'metadata';
  readonly tape: TapeId;
  /** Sequence on the tape, from 0. */
  readonly tapeSequence: number;
  /** Logical block number of the header record, counting records and file marks from the beginning of the tape. */
  readonly block: number;
  /** Byte offset of the header record's length word in the `.tap` file. */
  readonly offset: number;
  /** Bytes of payload (units with their frames). */
  readonly payloadBytes: Bytes;
}
