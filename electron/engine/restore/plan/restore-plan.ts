import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ConflictPolicy } from '../../../../shared/contract/restore.ts';
import type { Warning } from '../../../../shared/model/block-set.ts';
import type { Timestamp } from '../../../../shared/model/element.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import type { ConflictAction } from './conflict.ts';

/** Where elements go. */
export interface RestoreDestination {
  /** Directory that target paths start from, as raw bytes: `/` for the original place. */
  readonly root: ByteString;
  /** Absolute path that is taken off every element's path first; `/` takes nothing off. */
  readonly relativeTo: ByteString;
  /** The name that the only element gets, where it is not to keep its own: a volume goes into an image of any name. */
  readonly as?: ByteString;
  readonly policy: ConflictPolicy;
  /** How it is written: this system's own way unless given. */
  readonly layer?: DestinationFiles['name'];
}

/** A tape that a restore needs. */
export interface NeededTape {
  readonly tape: string;
  /** Whether the vault has it at hand. */
  readonly present: boolean;
  readonly chunks: number;
  /** Content on it that is wanted, before compression. */
  readonly bytes: number;
}

/** What stands at a name, or is to stand there. */
export interface Side {
  readonly bytes: number;
  readonly modifiedAt: Timestamp;
}

/** What was found in the place of an element. */
export interface Met {
  /** As far as can be told without reading it: a file of the same length and time to the nanosecond, a link to the same, the same kind of node. */
  readonly same: boolean;
  readonly there: Side;
  /** Null for a folder: something else is in its place. */
  readonly wanted: Side | null;
}

/** Something that is in the way at the destination. */
export interface Conflict {
  /** Path at the destination. */
  readonly path: ByteString;
  readonly action: ConflictAction;
  /** Null where a folder is in the way. */
  readonly met: Met | null;
}

/** How what is in the way stands to what is wanted; where a folder is in the way, it is in neither. */
export interface Standings {
  /** `bytes`: what is there now. */
  readonly same: { readonly count: number; readonly bytes: number };
  /** `newer`: those changed later than what is wanted was. */
  readonly changed: { readonly count: number; readonly bytes: number; readonly newer: number };
}

/**
 * What a restore will do. Everything that grows with the number of elements (the re-mapping table: extent on tape → place
 * at the destination) lies in `file`; the rest is for people. This value is shown, and this value is executed.
 */
export interface RestorePlan {
  /** 16 hexadecimal digits; temporary files of this restore bear it in their names. */
  readonly id: string;
  /** The plan store. */
  readonly file: string;
  readonly destination: RestoreDestination;
  /** Elements that will be made, directories included. */
  readonly elements: number;
  /** Elements that stay as they are at the destination. */
  readonly skipped: number;
  /** Elements that an earlier, interrupted run of this restore has finished. */
  readonly alreadyDone: number;
  /** Content to be written. */
  readonly bytes: number;
  readonly tapes: readonly NeededTape[];
  /** Chunks of which no tape is known at all. */
  readonly lostChunks: number;
  /** The sets that those chunks belong to. */
  readonly lostSets: readonly string[];
  readonly conflicts: {
    readonly total: number;
    /** Those that are not the same come first, what was changed last before the others. */
    readonly first: readonly Conflict[];
    readonly standings: Standings;
    /** Digest of the paths of all that is replaced, each with whether it is the same; null when nothing is. */
    readonly replaces: string | null;
    /** Of those, the elements that are left out because a folder is in the way, by path: they are told of however many others there are. */
    readonly blocked: { readonly total: number; readonly first: readonly ByteString[] };
  };
  readonly warnings: readonly Warning[];
  /** What executing it takes. */
  readonly work: PlannedWork;
}

export interface PlannedWork {
  /** Numbers of elements are below this. */
  readonly elementsEnd: number;
  /** Whether there are elements without content, further names of files, elements with file flags. */
  readonly plain: boolean;
  readonly links: boolean;
  /** Largest payload of a chunk. */
  readonly payloadBytes: number;
}

/** Conflicts that a plan lists by name; the others are counted. */
export const LISTED_CONFLICTS = 1000;
