import { asColdframeError } from '../../../shared/errors.ts';
import type { Slot } from './board.ts';
import type { ExportTable } from './export-table.ts';
import { ServerSession } from './server-session.ts';
import type { FromThread } from './thread-messages.ts';
import type { WireBuffer } from './wire-buffer.ts';

export interface SlotSessionParts {
  readonly slot: Slot;
  readonly table: ExportTable;
  readonly refresh: () => void;
  readonly tell: (message: FromThread) => void;
  readonly tls: boolean;
}

/** Different errors of a device that are told of one connection. */
const TOLD_MOST = 100;

/** A session whose connection has a slot. Of what a device throws, each different error is told once. */
export const sessionOf = (input: WireBuffer, out: WireBuffer, parts: SlotSessionParts): ServerSession => {
  const { slot, table, refresh, tell, tls } = parts;
  const told = new Set<string>();
  return new ServerSession(input, out, {
    view: table.viewFor(slot, refresh, {
      failed: (number, error) => tell({ kind: 'failed', export: number, error }),
      found: (number, found) => tell({ kind: 'found', export: number, found }),
    }),
    tls,
    counters: slot.counters,
    stopping: () => slot.stopping,
    failed: (error) => {
      const known = asColdframeError(error);
      if (told.size >= TOLD_MOST || told.has(known.message)) return;
      told.add(known.message);
      tell({ kind: 'failed', export: slot.export, error: known.toData() });
    },
  });
};

/** Closes a session and tells what it did. */
export const endSession = (session: ServerSession, slot: Slot, tell: (message: FromThread) => void): void => {
  session.close();
  tell({ kind: 'ended', slot: slot.index, export: slot.export, counters: slot.counted });
};
