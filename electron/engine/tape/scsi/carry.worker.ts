import { asColdframeError, type ErrorData } from '../../../../shared/errors.ts';
import { onWork } from '../../../platform/job-thread-work.ts';
import { type Carried, carryIn, carryOut } from './carry-tape.ts';
import type { Cleaning } from './clean-drive.ts';
import { moveForOperator, type OperatorMove, type OperatorMoved } from './move-for-operator.ts';
import { cleanDrive, type DrivePlace, withRobot } from './open-scsi-tape.ts';

/** A tape that the robot is to move, and which way. */
export interface Carrying extends Pick<DrivePlace, 'changer' | 'drives' | 'barcode' | 'errand'> {
  readonly way: 'in' | 'out';
}

/** A drive that the robot is to give a cleaning tape. */
export interface CleaningWanted extends DrivePlace {
  readonly way: 'clean';
}

/** What an operator wants of the robot. */
export interface MoveWanted extends Omit<Carrying, 'way'> {
  readonly way: 'move';
  readonly wanted: OperatorMove;
}

export type CarryAnswer =
  | { readonly kind: 'moved'; readonly moved: OperatorMoved }
  | { readonly kind: 'carried'; readonly carried: Carried }
  | { readonly kind: 'cleaned'; readonly cleaning: Cleaning }
  | { readonly kind: 'failed'; readonly error: ErrorData };

onWork<Carrying | CleaningWanted | MoveWanted>(async (wanted, port) => {
  const answer = (message: CarryAnswer): void => port.postMessage(message);
  try {
    if (wanted.way === 'clean') {
      answer({ kind: 'cleaned', cleaning: cleanDrive(wanted) });
      return 'clean';
    }
    if (wanted.way === 'move') {
      const { wanted: move, ...place } = wanted;
      const moved = withRobot(place, wanted.barcode, (changer, unload) => moveForOperator(changer, move, unload));
      answer({ kind: 'moved', moved });
      return 'clean';
    }
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
