import { asColdframeError, type ErrorData } from '../../../../shared/errors.ts';
import { onWork } from '../../../platform/job-thread-work.ts';
import type { Element } from './element-status.ts';
import { openChanger, openTransport } from './open-scsi-tape.ts';
import { inRobotTurn } from './robot-turn.ts';
import { ScsiDevice } from './scsi-device.ts';

export interface ChangerLook {
  readonly changer: string;
  readonly drives: readonly string[];
  /** Has it look at all of its elements first, in the turn of its robot; that may take minutes. */
  readonly anew?: boolean;
}

export type ChangerLookAnswer =
  | { readonly kind: 'seen'; readonly elements: readonly Element[] }
  | { readonly kind: 'failed'; readonly error: ErrorData };

const listed = (changer: string, anew: boolean): readonly Element[] => {
  const robot = openChanger(changer);
  try {
    if (anew) robot.initialize();
    return robot.elements();
  } finally {
    robot.close();
  }
};

/** Sees that each drive is one, and lists what is in the changer. */
const look = ({ changer, drives, anew = false }: ChangerLook): readonly Element[] => {
  for (const address of drives) {
    const device = new ScsiDevice(openTransport(address));
    try {
      device.demandType('tape');
    } finally {
      device.close();
    }
  }
  return anew
    ? inRobotTurn(changer, { vault: null, barcode: null, for: [] }, () => listed(changer, true))
    : listed(changer, false);
};

onWork<ChangerLook>(async (wanted, port) => {
  const answer = (message: ChangerLookAnswer): void => port.postMessage(message);
  try {
    answer({ kind: 'seen', elements: look(wanted) });
    return 'clean';
  } catch (thrown) {
    answer({ kind: 'failed', error: asColdframeError(thrown).toData() });
    return 'spent';
  }
});
