import { ColdframeError } from '../../../shared/errors.ts';
import type { CarryAnswer, Carrying, CleaningWanted, MoveWanted } from '../../engine/tape/scsi/carry.worker.ts';
import type { Carried } from '../../engine/tape/scsi/carry-tape.ts';
import type { Cleaning } from '../../engine/tape/scsi/clean-drive.ts';
import type { RobotErrand } from '../../engine/tape/scsi/logged-changer.ts';
import type { OperatorMoved } from '../../engine/tape/scsi/move-for-operator.ts';
import { robotUsers } from '../../platform/robot-user.ts';
import { Thread } from '../backup/thread.ts';

/** What a robot is told of who wants something of it. */
export const errandTo = (vault: string): RobotErrand => ({ vault, for: robotUsers() });

/** Has the robot of a changer carry a tape, in a thread of its own. Rejects with what `carryOut` and `carryIn` throw. */
export const carryTape = async (wanted: Carrying): Promise<Carried> => {
  const answer = await asked(wanted);
  if (answer.kind === 'carried') return answer.carried;
  throw new TypeError('a robot that was to carry a tape cleaned a drive');
};

/** Has the robot of a changer give a drive a cleaning tape, and waits until the drive has done with it, in a thread of its own. */
export const cleanWithRobot = async (wanted: CleaningWanted): Promise<Cleaning> => {
  const answer = await asked(wanted);
  if (answer.kind === 'cleaned') return answer.cleaning;
  throw new TypeError('a robot that was to clean a drive carried a tape');
};

/** Has the robot of a changer move a tape for an operator, in a thread of its own. */
export const moveWithRobot = async (wanted: MoveWanted): Promise<OperatorMoved> => {
  const answer = await asked(wanted);
  if (answer.kind === 'moved') return answer.moved;
  throw new TypeError('a robot that was to move a tape for an operator did something else');
};

type Done = Exclude<CarryAnswer, { readonly kind: 'failed' }>;

const asked = async (wanted: Carrying | CleaningWanted | MoveWanted): Promise<Done> => {
  const { promise, resolve, reject } = Promise.withResolvers<Done>();
  const hear = (answer: CarryAnswer): void =>
    answer.kind === 'failed' ? reject(ColdframeError.fromData(answer.error)) : resolve(answer);
  const thread = new Thread<never, CarryAnswer>('carry', wanted, hear, reject);
  try {
    return await promise;
  } finally {
    await thread.close();
  }
};
