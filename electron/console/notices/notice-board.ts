import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import { ColdframeError } from '../../../shared/errors.ts';

export type NoticeEvent = Extract<ConsoleEvent, { event: 'notice' }>;

interface Announced {
  readonly event: NoticeEvent;
  /** Null once the snapshot is being taken: it is too late then. */
  callOff: (() => void) | null;
}

/** The snapshots that are announced and not yet taken, who is to hear of them, and how each is called off. */
export class NoticeBoard {
  readonly #announced = new Map<string, Announced>();
  readonly #listeners = new Set<(event: NoticeEvent) => void>();

  announce(event: NoticeEvent, callOff: () => void): void {
    this.#announced.set(event.notice, { event, callOff });
    this.#tell(event);
  }

  /** The time for which it was announced is over. */
  begin(notice: string): void {
    const announced = this.#announced.get(notice);
    if (announced !== undefined) announced.callOff = null;
  }

  /** It was taken, or called off. */
  end(event: NoticeEvent): void {
    this.#announced.delete(event.notice);
    this.#tell(event);
  }

  /** In the order of their moments. */
  get announced(): NoticeEvent[] {
    const events = [...this.#announced.values()].map(({ event }) => event);
    return events.toSorted((one, other) => (one.at < other.at ? -1 : 1));
  }

  /** Calls off what was announced, by its id or the beginning of it; gives what it was. Throws NO_SUCH_ANNOUNCEMENT. */
  callOff(prefix: string): NoticeEvent {
    const [found, ...others] = [...this.#announced.values()].filter(({ event }) => event.notice.startsWith(prefix));
    if (found === undefined || others.length > 0) throw notAnnounced(prefix, others.length > 0);
    if (found.callOff === null) throw tooLate(found.event);
    found.callOff();
    return found.event;
  }

  /** Hears of all that are announced now, and of what comes; gives what ends that. */
  hear(listener: (event: NoticeEvent) => void): () => void {
    for (const event of this.announced) listener(event);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(event: NoticeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

const notAnnounced = (notice: string, several: boolean): ColdframeError =>
  new ColdframeError('NO_SUCH_ANNOUNCEMENT', {
    message: several
      ? `Several announced snapshots have ids that begin with ${notice}.`
      : `No snapshot is announced as ${notice}: it was taken or called off, or it never was.`,
    guidance: 'List what is announced with: coldframe snapshot announced',
    context: { notice },
  });

const tooLate = ({ notice, volumes }: NoticeEvent): ColdframeError =>
  new ColdframeError('NO_SUCH_ANNOUNCEMENT', {
    message: `The snapshot of ${volumes.join(', ')} is being taken now: it is too late to call it off.`,
    guidance: 'It can be released once it is there, and a backup can be cancelled.',
    context: { notice },
  });
