import type { TapeMedium } from './medium.ts';
import { openScsiTape } from './scsi/open-scsi-tape.ts';
import type { TapeAccess } from './tape-access.ts';
import { VirtualTape } from './virtual-tape.ts';

type MediumAccess = Pick<TapeAccess, 'path' | 'device'>;

/** Opens the tape to read: its file, or in its drive, where the robot puts it first. Blocks its thread. */
export const openToRead = ({ path, device }: MediumAccess): TapeMedium =>
  device
    ? openScsiTape(device, { capacity: Number.MAX_SAFE_INTEGER, mode: 'read' })
    : VirtualTape.open({ path, capacity: Number.MAX_SAFE_INTEGER, mode: 'read' });

/** Opens the tape to append. Blocks its thread. */
export const openToAppend = ({ path, capacity, device }: MediumAccess & Pick<TapeAccess, 'capacity'>): TapeMedium =>
  device ? openScsiTape(device, { capacity, mode: 'append' }) : VirtualTape.open({ path, capacity, mode: 'append' });
