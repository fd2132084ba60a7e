import { asColdframeError, type ErrorData } from '../../../../shared/errors.ts';
import { onWork } from '../../../platform/job-thread-work.ts';
import { type Carried, carryIn, carryOut } from './carry-tape.ts';
import { type DrivePlace, withRobot } from './open-scsi-tape.ts';

/** A tape that the robot is to move, and which way. */
export interface Carrying extends Pick<DrivePlace, 'changer' | 'drives' | 'barcode'> {
  readonly way: 'in' | 'out';
}

export type CarryAnswer =
  | { readonly kind: 'carried'; readonly carried: Carried }
  | { readonly kind: 'failed'; readonly error: ErrorData };

onWork<Carrying>(async (wanted, port) => {
  const answer = (message: CarryAnswer): void => port.postMessage(message);
  try {
    const { barcode, way } = wanted;
    const carried = withRobot(wanted, barcode, (changer, unload) =>
      way === 'out' ? carryOut(changer, barcode, unload) : carryIn(changer, barcode),
    );
    answer({ kind: 'carried', carried });
    return 'clean';
  } catch (thrown) {
    answer({ kind: 'failed', error: asColdframeError(thrown).toData() });
    return 'spent';
  }
});
