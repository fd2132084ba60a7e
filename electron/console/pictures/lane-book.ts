import type { LaneChunk, LogEntry } from '../../../shared/contract/picture.ts';
import type { ChannelDirection, ChannelState } from '../../engine/mover/channel-state.ts';

/** Chunks that are remembered of each lane: more than a tape of the usual size has. */
const KEPT_CHUNKS = 4096;

/** A tape as it is when it comes into a drive. */
export interface LaneTape {
  readonly tape: string;
  readonly bytesCapacity: number | null;
  readonly bytesUsed: number;
}

export interface LaneRecord {
  readonly drive: number;
  state: ChannelState;
  tape: string | null;
  /** The tape that waits in it to be written to next, while nothing else is in it; null when none does. */
  ahead: string | null;
  bytesCapacity: number | null;
  bytesBefore: number;
  position: number;
  /** Grows with every tape that is put in, so that who looks later knows that the chunks are others. */
  turn: number;
  chunkCount: number;
  /** The newest of them. */
  chunks: LaneChunk[];
  /** Since the beginning, for the rate. */
  bytesMoved: number;
}

export type LaneNews = Pick<LogEntry, 'code' | 'context'>;

/** What happens at the drives of a vault, told by whoever moves chunks; every picture that is drawn of them reads it. */
export class LaneBook {
  readonly sets: { readonly id: string; readonly object: string | null }[] = [];
  readonly #direction: ChannelDirection;
  readonly #setPlaces = new Map<string, number>();
  readonly #lanes = new Map<number, LaneRecord>();
  readonly #listeners = new Set<(news: LaneNews) => void>();

  constructor(direction: ChannelDirection = 'backup') {
    this.#direction = direction;
  }

  /** By drive. */
  get lanes(): LaneRecord[] {
    return [...this.#lanes.values()].toSorted((one, other) => one.drive - other.drive);
  }

  /** Names a set before its chunks come. */
  knows(id: string, object: string | null): void {
    if (this.#setPlaces.has(id)) return;
    this.#setPlaces.set(id, this.sets.length);
    this.sets.push({ id, object });
  }

  entered(drive: number, state: ChannelState): void {
    const lane = this.#lane(drive);
    // Only what moved, or was about to, has a tape that goes out now.
    const moved = lane.state === 'writing' || lane.state === 'reading' || lane.state === 'at-beginning';
    if (state === 'at-end' && moved && lane.tape !== null) this.#tell('UNMOUNTED', { drive, tape: lane.tape });
    lane.state = state;
  }

  /** `full`: the tape that filled up before it, if the set goes on from that one, whichever drive it was in. */
  mounted(drive: number, { tape, bytesCapacity, bytesUsed }: LaneTape, full: string | null = null): void {
    const lane = this.#lane(drive);
    lane.ahead = null;
    // A set that goes on, on another tape: spanning is what people look for in the log. A restore reads tape after tape.
    const spans =
      this.#direction === 'backup' &&
      lane.tape !== null &&
      lane.tape !== tape &&
      lane.chunkCount > 0 &&
      lane.state === 'at-end';
    const from = full !== null && full !== lane.tape ? full : spans ? lane.tape : null;
    if (from !== null) this.#tell('SPANNED', { drive, from, to: tape });
    Object.assign(lane, {
      tape,
      bytesCapacity,
      bytesBefore: bytesUsed,
      position: bytesUsed,
      chunkCount: 0,
      chunks: [],
    });
    lane.turn += 1;
    this.#tell('MOUNTED', { drive, tape });
  }

  /** The tape that is written to next is in a drive before it is wanted. */
  broughtAhead(drive: number, tape: string): void {
    this.#lane(drive).ahead = tape;
    this.#tell('BROUGHT_AHEAD', { drive, tape });
  }

  noLongerAhead(drive: number): void {
    const lane = this.#lanes.get(drive);
    if (lane !== undefined) lane.ahead = null;
  }

  refused(drive: number, tape: string, why: string): void {
    this.#tell('TAPE_REFUSED', { drive, tape, why });
  }

  /** A chunk was written or read; `end` is where the head is behind it. */
  moved(drive: number, set: string, bytes: number, kind: 'data' | 'metadata', end: number): void {
    const lane = this.#lane(drive);
    this.knows(set, null);
    lane.chunks.push([this.#setPlaces.get(set) ?? 0, bytes, kind === 'data' ? 0 : 1]);
    if (lane.chunks.length >= KEPT_CHUNKS * 2) lane.chunks = lane.chunks.slice(-KEPT_CHUNKS);
    lane.chunkCount += 1;
    lane.bytesMoved += bytes;
    lane.position = Math.max(lane.position, end);
  }

  onNews(listener: (news: LaneNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(code: LaneNews['code'], context: LaneNews['context']): void {
    for (const listener of this.#listeners) listener({ code, context });
  }

  #lane(drive: number): LaneRecord {
    let lane = this.#lanes.get(drive);
    if (lane === undefined) {
      lane = {
        drive,
        state: 'requested',
        tape: null,
        ahead: null,
        bytesCapacity: null,
        bytesBefore: 0,
        position: 0,
        turn: 0,
        chunkCount: 0,
        chunks: [],
        bytesMoved: 0,
      };
      this.#lanes.set(drive, lane);
    }
    return lane;
  }
}
