import type {
  TapeReadThrough,
  TapeTransferAnswer,
  TapeTransferRequest,
  TapeWindAnswer,
  TapeWindRequest,
} from '../../engine/tape/tape-transfer-protocol.ts';
import type { JobControl } from '../use-cases.ts';
import { inTapeThread } from './tape-thread.ts';

type Transferred = Extract<TapeTransferAnswer, { kind: 'transferred' | 'different' }>;

const DIED = {
  message: 'The thread that moved a tape has ended.',
  guidance: 'Nothing was changed. Run the command again.',
};
/** Makes a file of a tape, compares the two, or only reads one through, in a thread of its own; null when they differ. Rejects as `transferTape` throws. */
export const transferInThread = async (
  request: Omit<TapeTransferRequest, 'cancelled'>,
  total: number,
  job: JobControl,
): Promise<TapeReadThrough | null> => {
  return await inTapeThread('tape-transfer', request, { total, job, died: DIED }, (answer: Transferred) =>
    answer.kind === 'different' ? null : answer,
  );
};

type Wound = Exclude<TapeWindAnswer, { kind: 'progress' } | { kind: 'failed' }>;

/** Holds a tape in its drive against the file of a tape, or makes it that tape, in a thread of its own. Rejects as `windTape` throws. */
export const windInThread = async (
  request: Omit<TapeWindRequest, 'cancelled'>,
  total: number,
  job: JobControl,
): Promise<Wound['kind']> => {
  const guidance = request.writes ? 'Run the command again: it goes on with what the tape has by now.' : DIED.guidance;
  return await inTapeThread(
    'tape-transfer',
    request,
    { total, job, died: { ...DIED, guidance } },
    ({ kind }: Wound) => kind,
  );
};
