import { type ChannelDirection, type ChannelEvent, type ChannelState, channelTransition } from './channel-state.ts';

/** What a channel tells of itself after every event: a picture of the drives is drawn from it. */
export interface ChannelNews {
  readonly channel: number;
  readonly state: ChannelState;
  /** Number of its drive, from 1; null while it has none. */
  readonly drive: number | null;
  /** The tape in its drive. */
  readonly tape: string | null;
}

/** Where one channel stands: it goes through the table and nowhere else, and tells of each step. */
export class Channel {
  readonly #direction: ChannelDirection;
  readonly #tell: (state: ChannelState) => void;
  #state: ChannelState = 'requested';

  constructor(direction: ChannelDirection, tell: (state: ChannelState) => void) {
    this.#direction = direction;
    this.#tell = tell;
  }

  get state(): ChannelState {
    return this.#state;
  }

  /** Throws RangeError, and changes nothing, when the table does not allow the event: a defect of the caller. */
  take(event: ChannelEvent): void {
    this.#state = channelTransition(this.#direction, this.#state, event);
    this.#tell(this.#state);
  }

  /** Ends the channel, whatever state it is in: what still moved did not come to its end. */
  close(): void {
    if (this.#state === 'closed') return;
    if (!CLOSABLE.has(this.#state)) this.take('failed');
    this.take('closed');
  }
}

const CLOSABLE: ReadonlySet<ChannelState> = new Set(['requested', 'open', 'at-end', 'error']);
