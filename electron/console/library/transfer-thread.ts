import type {
  TapeReadThrough,
  TapeTransferAnswer,
  TapeTransferRequest,
} from '../../engine/tape/tape-transfer-protocol.ts';
import type { JobControl } from '../use-cases.ts';
import { inTapeThread } from './tape-thread.ts';

type Transferred = Extract<TapeTransferAnswer, { kind: 'transferred' | 'different' }>;

/** Makes a file of a tape, or compares the two, in a thread of its own; null when they differ. Rejects as `transferTape` throws. */
export const transferInThread = async (
  request: Omit<TapeTransferRequest, 'cancelled'>,
  total: number,
  job: JobControl,
): Promise<TapeReadThrough | null> => {
  const died = {
    message: 'The thread that moved a tape has ended.',
    guidance: 'Nothing was changed. Run the command again.',
  };
  return await inTapeThread('tape-transfer', request, { total, job, died }, (answer: Transferred) =>
    answer.kind === 'different' ? null : answer,
  );
};
