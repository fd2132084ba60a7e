import { asColdframeError, type ErrorData } from '../../../shared/errors.ts';
import type { PlaceFound } from '../restore/instant/unit-source.ts';
import type { Slot } from './board.ts';
import { openExport } from './export-device.ts';
import type { ExportsView, OpenExport } from './export-info.ts';
import type { ExportEntry } from './thread-messages.ts';

/** What is heard of the devices of exports. */
interface DeviceNews {
  /** Why one could not be opened. */
  readonly failed: (number: number, error: ErrorData) => void;
  readonly found: (number: number, found: PlaceFound) => void;
}

/** The exports as a thread knows them. */
export class ExportTable {
  #entries: readonly ExportEntry[];

  constructor(entries: readonly ExportEntry[] = []) {
    this.#entries = entries;
  }

  update(entries: readonly ExportEntry[]): void {
    this.#entries = entries;
  }

  has(number: number): boolean {
    return this.#entries.some((entry) => entry.number === number);
  }

  /** What a connection sees. `refresh` brings the table up to date. */
  viewFor(slot: Slot, refresh: () => void, hears: DeviceNews): ExportsView {
    return {
      list: () => {
        refresh();
        return this.#current;
      },
      open: (name) => {
        refresh();
        const entry = this.#named(name);
        if (entry === undefined) return null;
        slot.hold(entry.number);
        refresh();
        const opened = this.has(entry.number) ? tryToOpen(entry, hears) : null;
        if (opened === null) slot.hold(null);
        return opened;
      },
    };
  }

  get #current(): readonly ExportEntry[] {
    return this.#entries.filter(({ superseded }) => !superseded);
  }

  /** No name is the only export there is, if it is the only one. */
  #named(name: string): ExportEntry | undefined {
    if (name === '' && this.#current.length === 1) return this.#current[0];
    return this.#current.find((entry) => entry.name === name);
  }
}

const tryToOpen = (entry: ExportEntry, { failed, found }: DeviceNews): OpenExport | null => {
  try {
    const device = openExport(entry.device, (place) => found(entry.number, place));
    return { name: entry.name, description: entry.description, device, close: () => device.close() };
  } catch (error) {
    failed(entry.number, asColdframeError(error).toData());
    return null;
  }
};
