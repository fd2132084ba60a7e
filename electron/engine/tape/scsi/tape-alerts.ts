import { parseTapeAlerts, TAPE_ALERT_PAGE } from './answers.ts';
import { logSense } from './commands.ts';
import type { ScsiDevice } from './scsi-device.ts';

/** A page of 64 flags with their headers, and more. */
const PAGE_BYTES = 512;
const SHORT_MS = 60_000;
const NONE: ReadonlySet<number> = new Set();

/** Numbers of the TapeAlert flags that a drive has set; none where it has no such page. Reading clears them. */
export const tapeAlerts = (device: ScsiDevice): ReadonlySet<number> => {
  const command = { cdb: logSense(TAPE_ALERT_PAGE, PAGE_BYTES), inBytes: PAGE_BYTES, timeoutMs: SHORT_MS };
  const { data, sense } = device.run(command, {
    doing: 'asking for its alerts',
    anyState: true,
    expects: ({ key }) => key === 'illegal-request' || key === 'not-ready',
  });
  return sense === null ? (parseTapeAlerts(data) ?? NONE) : NONE;
};
