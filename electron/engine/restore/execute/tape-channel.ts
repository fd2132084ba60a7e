import { ColdframeError } from '../../../../shared/errors.ts';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import { Channel, type ChannelNews } from '../../mover/channel.ts';
import { CallingThread } from './calling-thread.ts';
import type { RestoreDrives } from './restore-drives.ts';
import type { FilledSlot, ReaderAnswer, ReaderRequest } from './thread-protocol.ts';

type Hold = Awaited<ReturnType<RestoreDrives['mount']>>['hold'];

/** One channel of a restore: a reader thread, and one drive at a time that it reads from. */
export class TapeChannel {
  readonly #drives: RestoreDrives;
  readonly #reader: CallingThread<ReaderRequest, ReaderAnswer>;
  readonly #channel: Channel;
  readonly #tell: () => void;
  #tape: string | null = null;
  #hold: Hold | null = null;

  constructor(number: number, file: string | null, drives: RestoreDrives, news: (news: ChannelNews) => void) {
    this.#drives = drives;
    this.#tell = () => news({ channel: number, state: this.#channel.state, drive: this.drive, tape: this.#tape });
    this.#channel = new Channel('restore', this.#tell);
    this.#reader = new CallingThread('restore-reader', { file });
    this.#channel.take('opened');
  }

  /** Number of the drive that holds its tape; null when it has none, or reads past the drives. */
  get drive(): number | null {
    return this.#hold?.drive ?? null;
  }

  /** Mounts a tape; the one before must be unmounted. `failed`: drives that are taken only where there are no others. Returns the drive that it was put into, if it was. */
  async mount(tape: string, signal: AbortSignal, failed?: ReadonlySet<number>): Promise<number | null> {
    const { hold, access } = await this.#drives.mount(tape, signal, failed);
    const { drive } = hold;
    this.#hold = hold;
    this.#tape = tape;
    this.#tell();
    await this.#call({ kind: 'mount', access });
    if (this.#channel.state === 'at-end') this.#channel.take('next-tape');
    else {
      this.#channel.take('mounted');
      this.#channel.take('started');
    }
    return drive;
  }

  async read(chunk: number, place: ChunkPlace, sparse: boolean, memory: SharedArrayBuffer): Promise<FilledSlot> {
    const answer = await this.#call({ kind: 'read', chunk: { chunk, place, sparse, memory } });
    if (answer.kind !== 'read') throw new RangeError(`a reader answered "${answer.kind}" to a read`);
    const { length, lost, damage, unread } = answer;
    return { memory, length, lost, damage, unread };
  }

  async unmount(): Promise<void> {
    await this.#call({ kind: 'unmount' });
    this.#letGo();
    this.#channel.take('end');
  }

  /** Gives back a drive whose tape could not be used, or that failed while it read. */
  async abandon(): Promise<void> {
    // Nobody else could have the tape taken out while this session holds the drive.
    await this.#reader.call({ kind: 'unmount' });
    this.#letGo();
    if (this.#channel.state === 'reading') this.#channel.take('end');
  }

  /** Ends the channel, whatever state it is in. */
  async close(): Promise<void> {
    await this.#reader.close({ kind: 'close' });
    this.#letGo();
    this.#channel.close();
  }

  async #call(request: ReaderRequest): Promise<ReaderAnswer> {
    const answer = await this.#reader.call(request);
    if (answer.kind === 'failed') throw ColdframeError.fromData(answer.error);
    return answer;
  }

  #letGo(): void {
    const hold = this.#hold;
    this.#hold = null;
    this.#tape = null;
    hold?.letGo();
  }
}
