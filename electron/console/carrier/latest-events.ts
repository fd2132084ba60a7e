import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import type { ServerFrame } from '../../../shared/contract/frames.ts';
import type { Transport } from './transport.ts';

type EventFrame = Extract<ServerFrame, { kind: 'event' }>;

/**
 * Sends the events of calls while the other side keeps up. While it does not, the latest of each kind and job waits and
 * replaces the ones before it: those events hold the whole state, so nothing is lost, and no more waits than there are jobs.
 * A picture holds what came since the one before it, so it is refused instead: its maker adds up what was not taken.
 */
export class LatestEvents {
  readonly #transport: Transport;
  readonly #waiting = new Map<string, EventFrame>();

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.onDrain(() => this.#sendAll());
  }

  /** False when the event was refused. */
  send(request: number, event: ConsoleEvent): boolean {
    const frame: EventFrame = { kind: 'event', request, event };
    if (!this.#transport.congested && this.#waiting.size === 0) {
      this.#transport.send(frame);
      return true;
    }
    if (event.event === 'picture') return false;
    const key = `${request} ${event.event} ${subjectOf(event)}`;
    // Taken out first: what waits is sent in the order in which it became true.
    this.#waiting.delete(key);
    this.#waiting.set(key, frame);
    return true;
  }

  /** Sends what waits of a call, congested or not: its answer comes next. */
  finish(request: number): void {
    for (const [key, frame] of this.#waiting) if (frame.request === request) this.#take(key, frame);
  }

  #sendAll(): void {
    for (const [key, frame] of this.#waiting) {
      if (this.#transport.congested) return;
      this.#take(key, frame);
    }
  }

  #take(key: string, frame: EventFrame): void {
    this.#waiting.delete(key);
    this.#transport.send(frame);
  }
}

/** What an event is about: a later one about the same replaces it. */
const subjectOf = (event: Exclude<ConsoleEvent, { event: 'picture' }>): string => {
  if (event.event === 'measure') return '';
  if (event.event === 'notice') return event.notice;
  if (event.event === 'alert') return event.alert;
  if (event.event === 'mount') return event.request.job;
  return (event.event === 'job' ? event.job.id : event.job) ?? '';
};
