import { isDeepStrictEqual } from 'node:util';
import type { ColdframeError } from '../../../shared/errors.ts';
import type { LibraryState } from '../../engine/tape/library-state.ts';
import { parseDeviceAddress } from '../../platform/scsi/address.ts';

/** Errors that say that a drive, or another device, cannot be used, whatever tape is in it. */
export const OF_DEVICE: ReadonlySet<string> = new Set([
  'DEVICE_FAILED',
  'DEVICE_UNREACHABLE',
  'DEVICE_UNSUITABLE',
  'DRIVE_RESET',
]);

/** Errors that a dirty drive makes, besides others. */
export const MAY_WANT_CLEANING: ReadonlySet<string> = new Set(['IO', 'TAPE_DAMAGED', 'DEVICE_FAILED']);

/** Number, from 1, of the drive that an error names, or into which the robot could put no tape; null where it names another device, or none. */
export const driveNamed = ({ settings }: LibraryState, { context }: ColdframeError): number | null => {
  const { drives = [] } = settings.changer ?? {};
  const { into, device } = context;
  const at = drives.findIndex(({ address, element }) =>
    typeof into === 'number' ? element === into : isSameDevice(address, String(device)),
  );
  return at < 0 ? null : at + 1;
};

/**
 * The drive that failed, by its number, as an error says that came up when a tape was brought to a drive, or read there; null where the error is
 * about the tape or the robot. A drive that lost its tape, or that another machine has, fails, too.
 */
export const failedDrive = (state: LibraryState, error: ColdframeError, used: number): number | null => {
  const { changer } = state.settings;
  if (changer === undefined) return null;
  const named = driveNamed(state, error);
  if (error.code === 'NO_SUCH_TAPE' || error.code === 'TAPE_IN_USE') return named;
  if (!OF_DEVICE.has(error.code)) return null;
  return named ?? (isSameDevice(changer.address, String(error.context.device)) ? null : used);
};

const isSameDevice = (address: string, name: string): boolean =>
  isDeepStrictEqual(parseDeviceAddress(address), parseDeviceAddress(name));
