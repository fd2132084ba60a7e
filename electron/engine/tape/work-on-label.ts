import type { DriveLabelRequest } from './drive-label-protocol.ts';
import { openToAppend, openToRead } from './open-medium.ts';
import { demandLabel, giveLabel } from './relabel.ts';

/**
 * Looks whether a tape of a changer is the one that is meant, or has its drive label it anew, durably. Blocks its thread. Errors:
 * TAPE_MISMATCH, TAPE_DAMAGED, IO, and as of `openScsiTape`.
 */
export const workOnLabel = (request: DriveLabelRequest): void => {
  const { access } = request;
  const medium = request.act === 'look' ? openToRead(access) : openToAppend(access);
  try {
    if (request.act === 'look') demandLabel(medium, access, request);
    else giveLabel(medium, access, 0, request.damagedFront);
  } finally {
    medium.close();
  }
};
