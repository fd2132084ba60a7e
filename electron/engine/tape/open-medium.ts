import type { TapeMedium } from './medium.ts';
import { openScsiTape } from './scsi/open-scsi-tape.ts';
import type { TapeAccess } from './tape-access.ts';
import { encodeTapeStart, type LabelRequest } from './tape-label.ts';
import { VirtualTape } from './virtual-tape.ts';

type MediumAccess = Pick<TapeAccess, 'path' | 'device'>;

/** Opens the tape to read: its file, or in its drive, where the robot puts it first. Blocks its thread. */
export const openToRead = ({ path, device }: MediumAccess): TapeMedium =>
  device
    ? openScsiTape(device, { capacity: Number.MAX_SAFE_INTEGER, mode: 'read' })
    : VirtualTape.open({ path, capacity: Number.MAX_SAFE_INTEGER, mode: 'read' });

/** Opens the tape to append; one in a drive on which nothing at all is written gets its label. Blocks its thread. */
export const openToAppend = ({ path, capacity, device }: MediumAccess & Pick<TapeAccess, 'capacity'>): TapeMedium => {
  if (!device) return VirtualTape.open({ path, capacity, mode: 'append' });
  const tape = openScsiTape(device, { capacity, mode: 'append' });
  try {
    if (device.label !== null) labelBlank(tape, device.label);
    return tape;
  } catch (error) {
    tape.close();
    throw error;
  }
};

/** Writes the label of a tape that holds nothing. What holds anything is left as it is: whoever opens it asks who it is. */
const labelBlank = (tape: TapeMedium, request: LabelRequest): void => {
  const blank = tape.read().kind === 'end';
  tape.locate({ block: 0, offset: 0 });
  if (!blank) return;
  for (const item of encodeTapeStart(request)) {
    if (item === null) tape.writeFileMarks(1);
    else tape.writeRecords([[item]]);
  }
  tape.flush();
  tape.locate({ block: 0, offset: 0 });
};
