import { openToAppend, openToRead } from './open-medium.ts';
import { demandToErase, giveLabel } from './relabel.ts';
import type { TapeEraseRequest } from './tape-erase-protocol.ts';

/**
 * Looks whether a tape of a changer is the one that is to be erased, or has its drive label it anew, durably. Blocks its thread. Errors:
 * TAPE_MISMATCH, TAPE_DAMAGED, IO, and as of `openScsiTape`.
 */
export const eraseInDrive = (request: TapeEraseRequest): void => {
  const { access } = request;
  const medium = request.act === 'look' ? openToRead(access) : openToAppend(access);
  try {
    if (request.act === 'look') demandToErase(medium, access, request);
    else giveLabel(medium, access, 0);
  } finally {
    medium.close();
  }
};
