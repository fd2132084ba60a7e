import type { ConsoleEvent } from '../../../shared/contract/events.ts';

export type NoticeEvent = Extract<ConsoleEvent, { event: 'notice' }>;

/** The snapshots that are announced and not yet taken, and who is to hear of them. */
export class NoticeBoard {
  readonly #announced = new Map<string, NoticeEvent>();
  readonly #listeners = new Set<(event: NoticeEvent) => void>();

  put(event: NoticeEvent): void {
    if (event.state === 'announced') this.#announced.set(event.notice, event);
    else this.#announced.delete(event.notice);
    for (const listener of this.#listeners) listener(event);
  }

  /** Hears of all that are announced now, and of what comes; gives what ends that. */
  hear(listener: (event: NoticeEvent) => void): () => void {
    for (const event of this.#announced.values()) listener(event);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
