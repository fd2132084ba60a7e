import type { ErrorData } from '../../../shared/errors.ts';
import type { ChunkPlace, Level } from '../../../shared/model/block-set.ts';
import type { Millis, ObjectId, SetId } from '../../../shared/units.ts';
import type { ChannelState } from './channel-state.ts';
import type { SharedStaging } from './staging.ts';

/** A chunk as a back end gives it to the tape: the payload is gathered from views, nothing is copied. */
export interface ChunkToWrite {
  readonly set: SetId;
  readonly sequence: number;
  readonly kind: 'data' | 'metadata';
  readonly part: number;
  readonly lastPart: boolean;
  readonly unitCount: number;
  readonly plainBytes: number;
  readonly payload: readonly Uint8Array[];
}

/** What a tape's own catalog says of a set with chunks on it. */
export interface TapeSetEntry {
  readonly id: SetId;
  readonly object: { readonly id: ObjectId; readonly name: string };
  readonly level: Level;
  readonly parent: SetId | null;
  readonly createdAt: Millis;
  /** Its last metadata chunk is durable. */
  readonly complete: boolean;
}

/** What is on a tape when it leaves the drive. */
export interface MountedTapeSummary {
  readonly chunks: number;
  readonly payloadBytes: number;
  readonly usedBytes: number;
  /** Up to where its tail begins. */
  readonly bytesToTail: number;
  readonly full: boolean;
  /** Whether the drive asks to be cleaned; null when it does not tell. */
  readonly asksForCleaning?: boolean | null;
}

/** A tape in a drive, ready to be appended to. */
export interface MountedTape {
  readonly id: string;
  /**
   * Appends a chunk. Throws TAPE_FULL when it does not fit: then nothing of it counts and it is to be written elsewhere.
   * `earlyWarning`: the next chunk may not fit any more; `roomBytes`: what still fits behind it.
   */
  append(chunk: ChunkToWrite): {
    readonly place: ChunkPlace;
    readonly earlyWarning: boolean;
    readonly roomBytes: number;
  };
  /** When it returns, all that was appended is durable. */
  flush(): void;
  /** Writes the tail, flushes, and lets go of the tape; when it throws, `abandon` is left. `full`: the set goes on elsewhere. */
  finish(full: boolean, sets: readonly TapeSetEntry[]): MountedTapeSummary;
  /** Lets go of the tape as it is, without a tail. */
  abandon(): void;
}

export interface BackEndSetup {
  readonly staging: SharedStaging;
  readonly drive: number;
  /** Whether a tape, or the drive, that fails can be done without: what is not durable is kept for another one. */
  readonly keeps: boolean;
}

/** `Access` is what the tape station needs to open a tape in this thread. */
export type BackEndRequest<Access> =
  /** A job's set may come from now on; again when something about the set changed. */
  | { readonly kind: 'join'; readonly job: number; readonly set: TapeSetEntry }
  /** The job is over: accumulations of it that come late are dropped. */
  | { readonly kind: 'leave'; readonly job: number }
  | { readonly kind: 'mount'; readonly tape: string; readonly access: Access }
  /** There is no tape for this drive: what it holds goes to another one, and it waits for a mount. */
  | { readonly kind: 'yield'; readonly to: number }
  /** After a failure: what was written and is not durable goes to others; `to`: the drive that goes on in this one's place, null when it is this one, with another tape. */
  | { readonly kind: 'go-on'; readonly to: number | null }
  /** All that was taken up to now is to be durable. */
  | { readonly kind: 'flush'; readonly id: number }
  /** Writes the tail and unmounts, if a tape is mounted. */
  | { readonly kind: 'unmount'; readonly id: number }
  | { readonly kind: 'stop' };

export type BackEndAnswer =
  /** What the drive's channel is now; each time before what follows from it. */
  | { readonly kind: 'state'; readonly state: ChannelState }
  | { readonly kind: 'mounted'; readonly tape: string }
  /** Written, not yet durable. `index`: the stored index unit of a data chunk, for resuming. */
  | {
      readonly kind: 'written';
      readonly job: number;
      readonly place: ChunkPlace;
      readonly plainBytes: number;
      readonly index: Uint8Array<ArrayBuffer>;
    }
  /** Everything that was reported as written by this drive is durable now. */
  | { readonly kind: 'durable'; readonly id: number | null; readonly tape: string | null }
  /** The tape is full soon, once for each: the next one can be brought. */
  | { readonly kind: 'near-end'; readonly tape: string }
  /** A chunk waits and no tape is in the drive, or the one there was is full (it has its tail and is out). */
  | { readonly kind: 'tape-wanted'; readonly full: string | null }
  | { readonly kind: 'unmounted'; readonly id: number }
  /** The tape was put down, with its tail. */
  | { readonly kind: 'ended'; readonly tape: string; readonly summary: MountedTapeSummary }
  /** The tape could not be used; nothing was written to it by this drive. */
  | { readonly kind: 'refused'; readonly tape: string; readonly error: ErrorData }
  /** After `go-on`: all that was kept is in staging again. */
  | { readonly kind: 'handed-back' }
  /** The tape is lost to this drive, and with it, for every job, what was not reported as durable; what was kept goes to others once `go-on` comes. */
  | { readonly kind: 'failed'; readonly tape: string | null; readonly error: ErrorData };
