import type { ChannelNews } from '../../engine/mover/channel.ts';
import type { LaneBook } from './lane-book.ts';

/**
 * Shows the channels of a restore by drive: a channel takes whichever drive is free, so the lane of a drive shows the
 * channel that had it last.
 */
export class RestoreLanes {
  readonly #book: LaneBook;
  readonly #bytesCapacity: number;
  readonly #channels = new Map<number, number>();
  readonly #tapes = new Map<number, string>();

  constructor(book: LaneBook, bytesCapacity: number) {
    this.#book = book;
    this.#bytesCapacity = bytesCapacity;
  }

  hear({ channel, state, drive, tape }: ChannelNews): void {
    if (drive === null || tape === null) {
      for (const [own, last] of this.#channels) if (last === channel) this.#out(own, state);
      return;
    }
    this.#channels.set(drive, channel);
    this.#book.entered(drive, state);
    if (this.#tapes.get(drive) === tape) return;
    this.#tapes.set(drive, tape);
    this.#book.mounted(drive, { tape, bytesCapacity: this.#bytesCapacity, bytesUsed: 0 });
  }

  /** The channel let go of the drive: the same tape, when it comes again, is put in anew. */
  #out(drive: number, state: ChannelNews['state']): void {
    this.#tapes.delete(drive);
    this.#book.entered(drive, state);
  }
}
