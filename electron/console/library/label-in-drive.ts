import type { DriveLabelAnswer, DriveLabelRequest } from '../../engine/tape/drive-label-protocol.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { sequencesOf } from '../../engine/tape/relabel.ts';
import type { TapeAccess } from '../../engine/tape/tape-access.ts';
import { inTapeThread, type TapeJob } from './tape-thread.ts';

/** Nobody can call it off, and nobody follows it. */
const CARRIED_THROUGH: TapeJob = { signal: new AbortController().signal, report: () => undefined };

/** Has a drive read the label of a tape that is in it for this. Rejects with TAPE_MISMATCH when it is not that tape, TAPE_DAMAGED, IO, and as of a drive. */
export const demandInDrive = async (
  access: TapeAccess,
  record: TapeRecord,
  job: TapeJob = CARRIED_THROUGH,
): Promise<void> => await inDrive({ act: 'look', access, ...expectedOn(record) }, job);

/**
 * Has a drive give a tape the label that the library counts on; what lay on it is gone from every catalog. `damagedFront`: also when its label is damaged, if it says all
 * the same that it is that tape. Rejects as of a drive.
 */
export const labelInDrive = async (access: TapeAccess, damagedFront: boolean): Promise<void> =>
  await inDrive({ act: 'label', access, damagedFront }, CARRIED_THROUGH);

/** What the label of a tape may say, and whether it may have none: only when nothing was written to it, or it was being erased. */
const expectedOn = (record: TapeRecord) => ({
  sequences: sequencesOf(record),
  blank: record.chunks === 0 && (record.relabels?.agreed !== undefined || (record.relabels?.chunks ?? 0) === 0),
});

type Done = Exclude<DriveLabelAnswer, { kind: 'failed' }>;

const inDrive = async (request: DriveLabelRequest, job: TapeJob): Promise<void> => {
  const died = {
    message: 'The thread that had a drive work on the label of a tape has ended.',
    guidance: 'See that nothing else ends threads of this process, and run the command again.',
  };
  await inTapeThread('drive-label', request, { total: 0, job, died }, ({ kind }: Done) => kind);
};
