import { Notification } from 'electron';
import type { ConsoleEvent } from '../../shared/contract/events.ts';

export type AlertEvent = Extract<ConsoleEvent, { event: 'alert' }>;

interface PopUpParts {
  /** Whether somebody looks at the window, in which the page shows every notice. */
  readonly isLookedAt: () => boolean;
  readonly open: () => void;
}

/** How many are held on to; one that is let go of may no longer hear that it was clicked. */
const MOST = 20;

/** Notices for the desktop, shown by the system while the window is in the tray or behind others. */
export class PopUps {
  readonly #parts: PopUpParts;
  readonly #shown = new Map<string, Notification>();

  constructor(parts: PopUpParts) {
    this.#parts = parts;
  }

  alerted({ alert, title, events, popUp }: AlertEvent): void {
    if (!popUp || this.#parts.isLookedAt() || !Notification.isSupported()) return;
    // One that is told a second time takes the place of the first.
    this.#shown.get(alert)?.close();
    const shown = new Notification({ title, body: events.map(({ text }) => text).join('\n') });
    shown.on('click', this.#parts.open);
    this.#shown.delete(alert);
    this.#shown.set(alert, shown);
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > MOST && oldest !== undefined) this.#shown.delete(oldest);
    shown.show();
  }
}
