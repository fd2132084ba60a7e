import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type {
  BackEndAnswer,
  BackEndRequest,
  BackEndSetup,
  ChunkToWrite,
  MountedTape,
  TapeSetEntry,
} from './back-end-protocol.ts';
import { Channel } from './channel.ts';
import { KeptChunks } from './kept-chunks.ts';
import { HAND_OVER_BYTES, type SlotContent, Staging } from './staging.ts';

/** Data that may be lost at a power cut before this drive makes it durable by itself. */
const FLUSH_BYTES = 64 * 1024 * 1024;
/** What chunks hold is kept in memory until they are durable; of tiny files it is as large as their content. */
const FLUSH_INDEX_BYTES = 4 * 1024 * 1024;

/** How long it may take until a robot has brought another tape and its drive has it ready. */
const MOUNT_MS = 180_000;
/** Before that much room is left nobody brings another, however slowly it is written. */
const LEAST_ROOM_BYTES = 8 * HAND_OVER_BYTES;

interface TakenSlot {
  readonly slot: number;
  readonly content: SlotContent;
}

/**
 * The back end of a channel: takes accumulations from staging, of whatever job, in the order in which they became ready,
 * and appends them to the tape in its drive. Runs in a worker thread of its own; writing blocks only that thread.
 */
export class BackEnd<Access> {
  readonly #staging: Staging;
  readonly #drive: number;
  readonly #open: (tape: string, access: Access) => MountedTape;
  readonly #answer: (answer: BackEndAnswer) => void;
  readonly #sets = new Map<number, TapeSetEntry>();
  /** Sets that may lie on the tape in the drive, for its own catalog; also those of jobs that have left. */
  readonly #notes = new Map<string, TapeSetEntry>();
  /** Jobs that are over; one that has not joined yet is not among them. */
  readonly #left = new Set<number>();
  #tape: MountedTape | null = null;
  #waiting: TakenSlot | null = null;
  /** Since the tape in the drive was mounted; null once its end was announced. */
  #pace: { readonly since: number; bytes: number; chunks: number } | null = null;
  #unflushed = 0;
  #unflushedIndex = 0;
  #channel: Channel;
  #stopped = false;
  #tapeWanted = false;
  /** The tape that filled up last and was not followed by another; null when there is none. */
  #full: string | null = null;
  #dormant = false;
  /** Of the tape in the drive; null where nothing is kept. */
  #kept: KeptChunks | null;
  /** Of tapes that failed, the oldest first: until it is known whether the jobs go on, and then until it is in staging again. */
  #lost: KeptChunks[] = [];
  /** Who has what was lost, once the jobs go on. */
  #goOn: Extract<BackEndRequest<Access>, { kind: 'go-on' }> | null = null;

  constructor(
    { staging, drive, keeps }: BackEndSetup,
    open: (tape: string, access: Access) => MountedTape,
    answer: (answer: BackEndAnswer) => void,
  ) {
    this.#staging = new Staging(staging);
    this.#drive = drive;
    this.#open = open;
    this.#answer = answer;
    this.#kept = keeps ? new KeptChunks(FLUSH_BYTES) : null;
    this.#channel = this.#newChannel();
  }

  /** Works until it is told to stop. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const seen = this.#staging.changes();
      const worked = this.#step();
      // Between two chunks the messages that came meanwhile are heard.
      if (worked) await new Promise((resolve) => setImmediate(resolve));
      else await this.#staging.changed(seen, 250);
    }
  }

  request(request: BackEndRequest<Access>): void {
    try {
      this.#handle(request);
    } catch (thrown) {
      this.#fail(thrown);
    }
    this.#staging.wake();
  }

  #handle(request: BackEndRequest<Access>): void {
    switch (request.kind) {
      case 'join':
        this.#sets.set(request.job, request.set);
        this.#notes.set(request.set.id, request.set);
        this.#left.delete(request.job);
        this.#ready();
        return;
      case 'leave':
        this.#sets.delete(request.job);
        this.#left.add(request.job);
        if (this.#sets.size === 0 && this.#goOn === null) this.#lost = [];
        return;
      case 'yield':
        if (this.#waiting) this.#staging.yield(this.#waiting.slot, request.to);
        this.#waiting = null;
        this.#dormant = true;
        this.#staging.setAway(this.#drive, true);
        return;
      case 'mount':
        this.#ready();
        this.#mount(request.tape, request.access);
        return;
      case 'go-on':
        if (request.to === null) this.#ready();
        this.#goOn = request;
        this.#handBack();
        return;
      case 'flush':
        this.#flush(request.id);
        return;
      case 'unmount':
        this.#unmount(false);
        this.#channel.close();
        this.#answer({ kind: 'unmounted', id: request.id });
        return;
      case 'stop':
        if (this.#waiting) this.#staging.release(this.#waiting.slot);
        this.#waiting = null;
        this.#tape?.abandon();
        this.#tape = null;
        this.#channel.close();
        this.#stopped = true;
    }
  }

  #mount(tape: string, access: Access): void {
    if (this.#tape !== null) throw new RangeError(`drive ${this.#drive} has a tape and was given ${tape}`);
    try {
      this.#tape = this.#open(tape, access);
    } catch (thrown) {
      this.#tapeWanted = true;
      this.#answer({ kind: 'refused', tape, error: asColdframeError(thrown).toData() });
      return;
    }
    this.#full = null;
    this.#pace = { since: performance.now(), bytes: 0, chunks: 0 };
    this.#channel.take(this.#channel.state === 'at-end' ? 'next-tape' : 'mounted');
    this.#answer({ kind: 'mounted', tape });
  }

  /** A new job or a new tape: what stopped this drive before may be over. */
  #ready(): void {
    if (this.#channel.state === 'closed') {
      this.#channel = this.#newChannel();
      this.#answer({ kind: 'state', state: this.#channel.state });
    }
    if (this.#channel.state === 'requested') this.#channel.take('opened');
    this.#dormant = false;
    this.#tapeWanted = false;
    this.#staging.setAway(this.#drive, false);
  }

  #newChannel(): Channel {
    return new Channel('backup', (state) => this.#answer({ kind: 'state', state }));
  }

  /** Puts what was lost with a tape back into staging, as far as there is room. */
  #handBack(): boolean {
    const goOn = this.#goOn;
    if (goOn === null) return false;
    const worked = this.#lost[0]?.handBack(this.#staging, goOn.to, (job) => this.#left.has(job)) ?? false;
    this.#lost = this.#lost.filter(({ isEmpty }) => !isEmpty);
    if (this.#lost.length > 0) return worked;
    this.#goOn = null;
    this.#answer({ kind: 'handed-back' });
    return worked;
  }

  /** Writes one waiting accumulation, if there is one and a tape to write it to. */
  #step(): boolean {
    if (this.#handBack()) return true;
    if (this.#channel.state === 'closed' || this.#dormant) return this.#discard();
    this.#waiting ??= this.#staging.tryTake(this.#drive);
    if (this.#waiting === null) return false;
    if (this.#discard()) return true;
    // Slots are shared memory and messages are not: a chunk may be here before its job has joined.
    if (!this.#sets.has(this.#waiting.content.job)) return false;
    if (this.#tape === null) {
      this.#wantTape();
      return false;
    }
    try {
      if (this.#write(this.#tape, this.#waiting)) this.#leaveFull(this.#tape);
    } catch (thrown) {
      this.#fail(thrown);
    }
    return true;
  }

  /** A drive whose channel is closed only gives back what it holds of jobs that have left. */
  #discard(): boolean {
    if (this.#waiting === null || !this.#left.has(this.#waiting.content.job)) return false;
    this.#staging.release(this.#waiting.slot);
    this.#waiting = null;
    return true;
  }

  /**
   * Appends a chunk; gives whether the tape is full. A chunk that did not fit any more stays with this drive: it is
   * written anew on the next tape, or the job is told why not.
   */
  #write(tape: MountedTape, { slot, content }: TakenSlot): boolean {
    const chunk = this.#chunk(slot, content);
    if (this.#channel.state === 'at-beginning') this.#channel.take('started');
    const appended = appendTo(tape, chunk);
    if (appended === null) return true;
    // In memory of its own, for it is given away.
    const index = content.indexBytes > 0 ? new Uint8Array(chunk.payload[0] as Uint8Array) : new Uint8Array();
    this.#kept?.keep(content, this.#staging.memory(slot));
    this.#staging.release(slot);
    this.#waiting = null;
    const { place, earlyWarning, roomBytes } = appended;
    this.#answer({ kind: 'written', job: content.job, place, plainBytes: content.plainBytes, index });
    if (!earlyWarning && content.kind === 'data')
      this.#announceEnd(tape.id, content.dataBytes + content.indexBytes, roomBytes);
    this.#unflushed += content.dataBytes + content.indexBytes;
    this.#unflushedIndex += content.indexBytes;
    if (this.#unflushed >= FLUSH_BYTES || this.#unflushedIndex >= FLUSH_INDEX_BYTES) this.#flush(null);
    return earlyWarning;
  }

  /** Says that the tape is full soon, when what is left of it is written in the time that it takes to bring another one. */
  #announceEnd(tape: string, bytes: number, roomBytes: number): void {
    const pace = this.#pace;
    if (pace === null) return;
    pace.bytes += bytes;
    pace.chunks += 1;
    // What changed in a day is often less than one, and no reason to send a robot.
    if (pace.chunks < 2) return;
    const perMs = pace.bytes / Math.max(1, performance.now() - pace.since);
    if (roomBytes > Math.max(LEAST_ROOM_BYTES, perMs * MOUNT_MS)) return;
    this.#pace = null;
    this.#answer({ kind: 'near-end', tape });
  }

  #chunk(slot: number, content: SlotContent): ChunkToWrite {
    const memory = this.#staging.memory(slot);
    const data = memory.subarray(0, content.dataBytes);
    const index = memory.subarray(content.dataBytes, content.dataBytes + content.indexBytes);
    const set = this.#sets.get(content.job);
    if (set === undefined) throw new RangeError(`job ${content.job} did not join drive ${this.#drive}`);
    const { kind, lastPart, part, plainBytes, sequence, unitCount } = content;
    return {
      set: set.id,
      sequence,
      kind,
      part,
      lastPart,
      unitCount,
      plainBytes,
      payload: index.length > 0 ? [index, data] : [data],
    };
  }

  /** The next tape is asked for when there is something to write to it: what filled this one may have been the last of all. */
  #leaveFull(tape: MountedTape): void {
    this.#unmount(true);
    this.#full = tape.id;
    if (this.#waiting !== null) this.#wantTape();
  }

  #wantTape(): void {
    if (this.#tapeWanted) return;
    this.#tapeWanted = true;
    this.#answer({ kind: 'tape-wanted', full: this.#full });
  }

  #flush(id: number | null): void {
    this.#tape?.flush();
    this.#kept?.clear();
    this.#unflushed = 0;
    this.#unflushedIndex = 0;
    this.#answer({ kind: 'durable', id, tape: this.#tape?.id ?? null });
  }

  #unmount(full: boolean): void {
    const tape = this.#tape;
    if (tape === null) return;
    this.#channel.take('end');
    const summary = tape.finish(full, [...this.#notes.values()]);
    this.#kept?.release();
    this.#tape = null;
    this.#unflushed = 0;
    this.#unflushedIndex = 0;
    this.#forgetLeft();
    this.#answer({ kind: 'durable', id: null, tape: tape.id });
    this.#answer({ kind: 'ended', tape: tape.id, summary });
  }

  /** Every tape that could hold chunks of jobs that have left has its tail by now. */
  #forgetLeft(): void {
    const current = [...this.#sets.values()];
    this.#notes.clear();
    for (const set of current) this.#notes.set(set.id, set);
  }

  /** The tape goes out of this drive: all jobs lose what was not flushed, so all of them hear of it, unless they go on with what was kept. */
  #fail(thrown: unknown): void {
    const tape = this.#tape;
    this.#lose();
    const error = this.#located(asColdframeError(thrown));
    if (this.#channel.state !== 'closed') this.#channel.take('failed');
    this.#staging.setAway(this.#drive, true);
    this.#tape = null;
    try {
      if (tape && error.code === 'DISK_FULL') this.#saveWhatIsThere(tape);
      tape?.abandon();
    } finally {
      this.#channel.close();
      this.#answer({ kind: 'failed', tape: tape?.id ?? null, error: error.toData() });
    }
  }

  /** What was kept of the tape in the drive is not durable there. */
  #lose(): void {
    this.#unflushed = 0;
    this.#unflushedIndex = 0;
    if (this.#kept === null || this.#kept.isEmpty) return;
    this.#lost.push(this.#kept);
    this.#kept = new KeptChunks(FLUSH_BYTES);
  }

  /** The same error, with the drive and the tape in its context. */
  #located(error: ColdframeError): ColdframeError {
    const context = { ...error.context, drive: this.#drive + 1, tape: this.#tape?.id ?? null };
    return new ColdframeError(error.code, {
      message: error.message,
      guidance: error.guidance,
      context,
      cause: error.cause,
    });
  }

  /** A full disk takes no more chunks; those before can be used by the next backup if they are made durable. */
  #saveWhatIsThere(tape: MountedTape): void {
    try {
      tape.flush();
    } catch {
      // Nothing is reported as durable then, which is the truth.
      return;
    }
    this.#answer({ kind: 'durable', id: null, tape: tape.id });
  }
}

/** Null when the tape has no room for the chunk. */
const appendTo = (tape: MountedTape, chunk: ChunkToWrite): ReturnType<MountedTape['append']> | null => {
  try {
    return tape.append(chunk);
  } catch (thrown) {
    if (asColdframeError(thrown).code === 'TAPE_FULL') return null;
    throw thrown;
  }
};
