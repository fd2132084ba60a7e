import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsoleClient } from '../../../shared/contract/calls.ts';
import type { AlertEvent } from '../pop-ups.ts';
import { showsTrayIcons } from '../status-notifier.ts';
import { NO_CONSOLE, type TrayAct, type TrayState } from './menu.ts';
import { TrayIcon } from './tray.ts';
import { watchForTray } from './watch.ts';

interface DeskParts {
  readonly console: () => ConsoleClient | null;
  readonly open: () => void;
  readonly go: (screen: string) => void;
  readonly quit: () => void;
  /** A notice for the desktop. */
  readonly alerted: (alert: AlertEvent) => void;
}

/** A session that is just starting may not have its panel yet. */
const PANEL_MS = 30_000;
const LOOK_MS = 2000;
const HOUR_MS = 3_600_000;

/** The icon in the tray as long as something shows it, what it follows, and what its menu does. */
export class TrayDesk {
  readonly #parts: DeskParts;
  #icon: TrayIcon | null = null;
  #state: TrayState = NO_CONSOLE;
  #askAgain: () => void = () => undefined;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Shows the icon if it would be seen; whether it is. */
  async appear(): Promise<boolean> {
    if (!(await showsTrayIcons())) return false;
    try {
      this.#icon ??= new TrayIcon((act) => void this.#carryOut(act));
    } catch {
      return false;
    }
    this.#icon.show(this.#state);
    this.#dress();
    return true;
  }

  /** Waits for a panel to come up. */
  async appearLater(): Promise<boolean> {
    for (const end = performance.now() + PANEL_MS; performance.now() < end; await sleep(LOOK_MS))
      if (await this.appear()) return true;
    return false;
  }

  /** Whether the icon can be seen now: a panel may have come or gone since it was made. */
  async isSeen(): Promise<boolean> {
    return await this.appear();
  }

  /** Shows what a console does, until the connection to it ends. */
  follow(console: ConsoleClient): void {
    const tell = (state: TrayState) => {
      this.#state = state;
      this.#icon?.show(state);
    };
    const { askAgain } = watchForTray(console, tell, this.#parts.alerted);
    this.#askAgain = askAgain;
    this.#dress();
  }

  #dress(): void {
    const asked = this.#parts.console()?.call('settings.get', {});
    void asked?.then(({ settings }) => this.#icon?.look(settings.trayIcon)).catch(() => undefined);
  }

  async #carryOut(act: TrayAct): Promise<void> {
    const { open, go, quit } = this.#parts;
    switch (act.kind) {
      case 'open':
        return open();
      case 'quit':
        return quit();
      case 'backup':
        return await this.#ask((console) => console.call('backup', { object: act.object }));
      case 'pause':
        return await this.#ask((console) => console.call('schedule.pauseAll', pauseOf(act.until)));
      default:
        return go(act.kind);
    }
  }

  /** What cannot be done from here, because a passphrase is wanted or it failed, is a matter for the window. */
  async #ask(what: (console: ConsoleClient) => Promise<unknown>): Promise<void> {
    try {
      const console = this.#parts.console();
      if (console === null) return this.#parts.open();
      await what(console);
    } catch {
      this.#parts.go('overview');
    }
    this.#askAgain();
  }
}

const pauseOf = (until: 'hour' | 'tomorrow' | null) => (until === 'hour' ? { forMs: HOUR_MS } : { until });
