import { ColdframeError } from '../../../../shared/errors.ts';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import { type ChannelEvent, type ChannelState, channelTransition } from '../../mover/channel-state.ts';
import { CallingThread } from './calling-thread.ts';
import type { ChannelNews, RestoreDrives } from './restore-drives.ts';
import type { FilledSlot, ReaderAnswer, ReaderRequest } from './thread-protocol.ts';

/** One channel of a restore: a reader thread, and one drive at a time that it reads from. */
export class TapeChannel {
  readonly #number: number;
  readonly #drives: RestoreDrives;
  readonly #reader: CallingThread<ReaderRequest, ReaderAnswer>;
  readonly #news: (news: ChannelNews) => void;
  #state: ChannelState = 'requested';
  #tape: string | null = null;
  #drive: number | null = null;

  constructor(number: number, file: string | null, drives: RestoreDrives, news: (news: ChannelNews) => void) {
    this.#number = number;
    this.#drives = drives;
    this.#news = news;
    this.#reader = new CallingThread('restore-reader', { file });
    this.#event('opened');
  }

  /** Number of the drive that holds its tape; null when it has none. */
  get drive(): number | null {
    return this.#drive;
  }

  /** Mounts a tape; the one before must be unmounted. Returns the drive. */
  async mount(tape: string, signal: AbortSignal): Promise<number> {
    const { drive, access } = await this.#drives.mount(tape, signal);
    this.#drive = drive;
    this.#tape = tape;
    await this.#call({ kind: 'mount', access });
    if (this.#state === 'at-end') this.#event('next-tape');
    else {
      this.#event('mounted');
      this.#event('started');
    }
    return drive;
  }

  async read(chunk: number, place: ChunkPlace, sparse: boolean, memory: SharedArrayBuffer): Promise<FilledSlot> {
    const answer = await this.#call({ kind: 'read', chunk: { chunk, place, sparse, memory } });
    if (answer.kind !== 'read') throw new RangeError(`a reader answered "${answer.kind}" to a read`);
    return { memory, length: answer.length, lost: answer.lost, damage: answer.damage };
  }

  async unmount(): Promise<void> {
    await this.#call({ kind: 'unmount' });
    this.#letGo();
    this.#event('end');
  }

  /** Gives back a drive whose tape could not be used. */
  abandon(): void {
    this.#letGo();
  }

  /** Ends the channel, whatever state it is in. */
  async close(): Promise<void> {
    await this.#reader.close({ kind: 'close' });
    this.#letGo();
    if (this.#state === 'reading') this.#event('failed');
    if (this.#state !== 'closed') this.#event('closed');
  }

  async #call(request: ReaderRequest): Promise<ReaderAnswer> {
    const answer = await this.#reader.call(request);
    if (answer.kind === 'failed') throw ColdframeError.fromData(answer.error);
    return answer;
  }

  #letGo(): void {
    if (this.#drive !== null) this.#drives.unmount(this.#drive);
    this.#drive = null;
    this.#tape = null;
  }

  #event(event: ChannelEvent): void {
    this.#state = channelTransition('restore', this.#state, event);
    this.#news({ channel: this.#number, state: this.#state, tape: this.#tape });
  }
}
