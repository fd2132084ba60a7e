import { ColdframeError } from '../../../shared/errors.ts';
import type { CarryAnswer, Carrying } from '../../engine/tape/scsi/carry.worker.ts';
import type { Carried } from '../../engine/tape/scsi/carry-tape.ts';
import { Thread } from '../backup/thread.ts';

/** Has the robot of a changer carry a tape, in a thread of its own. Rejects with what `carryOut` and `carryIn` throw. */
export const carryTape = async (wanted: Carrying): Promise<Carried> => {
  const { promise, resolve, reject } = Promise.withResolvers<Carried>();
  const hear = (answer: CarryAnswer): void =>
    answer.kind === 'carried' ? resolve(answer.carried) : reject(ColdframeError.fromData(answer.error));
  const thread = new Thread<never, CarryAnswer>('carry', wanted, hear, reject);
  try {
    return await promise;
  } finally {
    await thread.close();
  }
};
