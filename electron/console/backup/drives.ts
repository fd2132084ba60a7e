import type { ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import type {
  BackEndAnswer,
  BackEndRequest,
  BackEndSetup,
  MountedTapeSummary,
  TapeSetEntry,
} from '../../engine/mover/back-end-protocol.ts';
import type { Thread } from './thread.ts';

/** Finds tapes for drives; the library of the vault. */
export interface TapeSource<Access> {
  /** A tape that can be appended to, now reserved for the drive; the error that says why when there is none. `consolidates`: what every job that is there does. */
  next(drive: number, consolidates: boolean): NextTape<Access> | ColdframeError;
  /** Resolves when a robot has done with what an operator wants of it; null when it has nothing of that to do. */
  moved(): Promise<void> | null;
  /** Has the tape that would be next brought to a drive that no job wants, and looked at: nothing is written, and others get it, or the drive, if they want it. Null where that gains nothing, or cannot be. */
  bring(drive: number): BroughtTape | null;
  /** The tape could not be opened for writing: it is not offered again, or the error is thrown when another would not help. */
  refused(tape: string, error: ColdframeError): void;
  /** The tape was put down in order, with its tail. */
  ended(tape: string, summary: MountedTapeSummary): void;
  /** Whether the tapes in the drives are still ours to write to. Never throws. */
  mayWrite(): boolean;
  /** Whether jobs can do without a drive, or a tape, that fails. */
  readonly canGoOn: boolean;
  /** Something went wrong in the drive; its tape, on which so much is `durable` of what was written to it now, is still in it. Gives what jobs can do without from now on: the drive, the tape, which is not offered again, or neither. */
  troubled(drive: number, error: ColdframeError, tape: string, durable: DurableEnd | null): 'drive' | 'tape' | null;
  /** Whether an error says that a drive cannot be used, whatever tape is put into it. */
  isOfDrive(drive: number, error: ColdframeError): boolean;
  /** The drive let go of the tape. */
  released(drive: number, tape: string): void;
  /** A set of a job is whole on tape. */
  complete(): void;
  /** The last job has left: whoever joins from now on is another run. Never throws. */
  idle(): void;
}

/** How far a tape without its tail is known to be durable. */
export interface DurableEnd {
  /** The last chunk. */
  readonly last: ChunkPlace;
  /** What was written to it and is durable, bytes. */
  readonly payloadBytes: number;
}

/** A tape on its way to a drive, ahead of when it is wanted. */
export interface BroughtTape {
  readonly tape: string;
  /** It is there and was looked at, or could not be; never rejects. */
  readonly settled: Promise<void>;
  /** Whether it waits in the drive, as it should be. */
  readonly kept: boolean;
  /** It is not wanted. */
  letGo(): void;
}

/** A tape that a drive may have. */
export interface NextTape<Access> {
  readonly tape: string;
  readonly access: Access;
  /** The drive that has it, where that is another one than was asked for, since it lies there already. */
  readonly drive?: number;
  /** For pictures. */
  readonly bytesCapacity: number;
  readonly bytesUsed: number;
}

/** A job as the drives know it. */
export interface DriveJob {
  readonly number: number;
  readonly set: TapeSetEntry;
  /** Drives it may use: 0 to streams - 1. */
  readonly streams: number;
  /** It puts together what other sets have on tape already, and begins no tape for that. */
  readonly consolidates?: boolean;
  /** A chunk of it was written; not yet durable. */
  written(place: ChunkPlace, index: Uint8Array): void;
  /** All it was told of as written on this tape is durable. */
  durable(tape: string): void;
  /** The drive failed with this tape: what was written to it since it was last told to be durable may not be there, whatever a later flush says. */
  lost(tape: string): void;
  failed(error: ColdframeError): void;
}

/** The thread of a drive, as the pool uses it. */
export type BackEndThread<Access> = Pick<Thread<BackEndRequest<Access>, BackEndAnswer>, 'send' | 'close'>;

/** Starts the thread of a drive. */
export type StartBackEnd<Access> = (
  setup: BackEndSetup,
  hear: (answer: BackEndAnswer) => void,
  died: (error: ColdframeError) => void,
) => BackEndThread<Access>;

/** A drive or a tape failed while it was written to, and there are others. */
export interface Setback {
  readonly drive: number;
  readonly tape: string;
  readonly error: ColdframeError;
}
