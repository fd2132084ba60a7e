import { placeFor, type UnloadDrive, whileOthersMove } from './bring-tape.ts';
import type { TapeChanger } from './changer.ts';
import { testUnitReady } from './commands.ts';
import { type ScsiDevice, stillFor } from './scsi-device.ts';
import { NO_MEDIUM } from './scsi-errors.ts';
import type { Sense } from './sense.ts';
import { tapeAlerts } from './tape-alerts.ts';

/**
 * What a drive made of a cleaning tape. `cleaned`: it worked with it, and let it go. `tape`: it was ready to read it, as no drive is that
 * cleans. `refused`: it said that it cannot be cleaned with it. `unnoticed`, `endless`: it never began, or does not come to an end.
 */
export interface Cleaning {
  readonly outcome: 'cleaned' | 'tape' | 'refused' | 'unnoticed' | 'endless';
  /** The drive said that the tape is used up. */
  readonly usedUp: boolean;
}

/** Numbers of additional sense codes (SPC-4, annex D). */
const CLEANING_FAILURE = 0x3007;
/** TapeAlert: "expired cleaning media" and "invalid cleaning tape" (SSC-4, annex A). */
const ALERT = { expired: 22, invalid: 23 } as const;

const POLL_MS = 500;
/** Until a drive says anything of a tape that was just put there. */
const NOTICE_MS = 60_000;
const CLEANING_MS = 900_000;
const SHORT_MS = 60_000;

/** Has a cleaning tape put back from a drive to its slot. Errors: DEVICE_FAILED. */
export const putBack = (changer: TapeChanger, element: number, barcode: string, unload: UnloadDrive): void =>
  whileOthersMove(() => {
    const elements = changer.elements();
    const drive = elements.find(({ type, address }) => type === 'drive' && address === element);
    // Somebody else may have fetched it; another tape there is none of this business.
    if (!drive?.full || (drive.barcode !== null && drive.barcode !== barcode)) return;
    unload(element);
    changer.move(element, placeFor(drive, elements, changer.name));
  });

/** Waits until a drive has done with the cleaning tape in it. Blocks its thread, for minutes. */
export const awaitCleaning = (device: ScsiDevice, still = stillFor): Cleaning => {
  device.demandType('tape');
  const outcome = outcomeOf(device, still);
  const alerts = tapeAlerts(device);
  const usedUp = alerts.has(ALERT.expired);
  const refused = usedUp || alerts.has(ALERT.invalid);
  return { outcome: outcome === 'cleaned' && refused ? 'refused' : outcome, usedUp };
};

const outcomeOf = (device: ScsiDevice, still: typeof stillFor): Cleaning['outcome'] => {
  let began = false;
  for (let waited = 0; waited < CLEANING_MS; waited += POLL_MS) {
    const sense = stateOf(device);
    if (sense === null) return 'tape';
    if (sense.code === CLEANING_FAILURE) return 'refused';
    const empty = sense.code >> 8 === NO_MEDIUM;
    if (empty && began) return 'cleaned';
    if (empty && waited >= NOTICE_MS) return 'unnoticed';
    began ||= !empty;
    still(POLL_MS);
  }
  return 'endless';
};

/** What it says when it is asked whether it is ready; null when it is. */
const stateOf = (device: ScsiDevice): Sense | null =>
  device.run(
    { cdb: testUnitReady(), timeoutMs: SHORT_MS },
    {
      doing: 'being cleaned',
      anyState: true,
      expects: ({ key, code }) => key === 'not-ready' || code >> 8 === CLEANING_FAILURE >> 8,
    },
  ).sense;
