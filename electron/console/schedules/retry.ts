import type { ErrorCode } from '../../../shared/error-codes.ts';
import type { ColdframeError } from '../../../shared/errors.ts';

/**
 * Failures that may be over a little later, with nobody doing anything: something is not there, is busy, or did not answer. All
 * others stay as they are until a person looks, so they are not tried again.
 */
const CAN_PASS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NO_SUCH_VAULT',
  'VAULT_HELD',
  'VAULT_SILENT',
  'DEVICE_UNREACHABLE',
  'DRIVE_RESET',
  'TAPE_IN_USE',
  'OBJECT_BUSY',
  // In a run of a schedule: none of the folders is there, as when the disk with them is unplugged.
  'NO_SUCH_PATH',
  'ROOTS_UNREADABLE',
  'NOT_MOUNTED',
  'NO_SUCH_VOLUME',
  'NO_SUCH_EXPORT',
  'VOLUME_HELD',
  'VOLUME_FROZEN',
  'VOLUME_STOPPED',
  'FREEZE_TIMEOUT',
  'NOT_QUIET',
  'NBD_LOST',
  'EXPORT_BUSY',
  'REPLICA_BUSY',
  'IO',
]);

export const canPass = ({ code }: ColdframeError): boolean => CAN_PASS.has(code);

const FIRST_MS = 5 * 60_000;
const MOST_MS = 2 * 3_600_000;

/** How long to wait after so many failures: 5, 15, 45 minutes, then two hours each. */
export const backOffMs = (attempts: number): number => Math.min(MOST_MS, FIRST_MS * 3 ** (attempts - 1));
