import { ColdframeError } from '../../shared/errors.ts';
import type { ChangerLook, ChangerLookAnswer } from '../engine/tape/scsi/changer-look.worker.ts';
import type { Element } from '../engine/tape/scsi/element-status.ts';
import { Thread } from './backup/thread.ts';

/** What is in a changer, asked in a thread of its own. Rejects with DEVICE_UNREACHABLE, DEVICE_UNSUITABLE, DEVICE_FAILED. */
export const lookIntoChanger = async (wanted: ChangerLook): Promise<readonly Element[]> => {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Element[]>();
  const hear = (answer: ChangerLookAnswer): void =>
    answer.kind === 'seen' ? resolve(answer.elements) : reject(ColdframeError.fromData(answer.error));
  const thread = new Thread<never, ChangerLookAnswer>('changer-look', wanted, hear, reject);
  try {
    return await promise;
  } finally {
    await thread.close();
  }
};
