import type { TapeId } from '../../../shared/units.ts';
import { Channel } from '../../engine/mover/channel.ts';
import type { Vault } from '../../engine/tape/vault.ts';
import { LaneBook } from '../pictures/lane-book.ts';
import type { FoundChunk } from './rebuild-protocol.ts';

/** The one drive that a rebuild reads tapes in, as a lane of its job's picture. */
export class RebuildLane {
  readonly book = new LaneBook('restore');
  readonly #bytesCapacity: number;
  readonly #channel: Channel;
  #drive: number | null = null;

  constructor({ library }: Vault) {
    this.#bytesCapacity = library.state.settings.tapeBytes;
    this.#channel = new Channel('restore', (state) => {
      if (this.#drive !== null) this.book.entered(this.#drive, state);
    });
  }

  mounted(drive: number, tape: TapeId): void {
    this.#drive = drive;
    const isFirst = this.#channel.state === 'requested';
    if (isFirst) this.#channel.take('opened');
    this.book.mounted(drive, { tape, bytesCapacity: this.#bytesCapacity, bytesUsed: 0 });
    for (const event of isFirst ? (['mounted', 'started'] as const) : (['next-tape'] as const))
      this.#channel.take(event);
  }

  /** Found on the tape that is in the drive. */
  found(chunks: readonly FoundChunk[]): void {
    const drive = this.#drive;
    if (drive === null) return;
    for (const { set, kind, payloadBytes, offset } of chunks)
      this.book.moved(drive, set, payloadBytes, kind, offset + payloadBytes);
  }

  unmounted(): void {
    this.#channel.take('end');
  }

  closed(): void {
    this.#channel.close();
  }
}
