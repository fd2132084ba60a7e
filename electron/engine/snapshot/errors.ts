import { ColdframeError } from '../../../shared/errors.ts';
import type { LostReason } from './volume-memory.ts';

export const volumeStopped = (volume: string): ColdframeError =>
  new ColdframeError('VOLUME_STOPPED', {
    message: `The volume ${volume} is being taken out of use.`,
    guidance: 'Serve it again, then connect anew. Nothing that was written and flushed is lost.',
    context: { errno: 'ESHUTDOWN', volume },
  });

const LOST: Readonly<Record<LostReason, string>> = {
  full: 'its snapshot storage was full',
  failed: 'the old content of a segment could not be read, or not be written to the snapshot storage',
  restart:
    'the machine stopped without warning, the disk was written to meanwhile, or its snapshot storage was in memory',
};

export const snapshotLost = (volume: string, reason: LostReason): ColdframeError =>
  new ColdframeError('SNAPSHOT_LOST', {
    message: `A snapshot of the volume ${volume} was given up: ${LOST[reason]}.`,
    guidance:
      'Give the volume more snapshot storage (or a working disk for it), and make a new snapshot. The volume itself is not affected.',
    context: { errno: 'EIO', volume, reason },
  });

export const snapshotReleased = (volume: string): ColdframeError =>
  new ColdframeError('NO_SUCH_SNAPSHOT', {
    message: `The snapshot of the volume ${volume} was released.`,
    guidance: 'Make a new snapshot; `snapshot list` shows those that are held.',
    context: { errno: 'ESHUTDOWN', volume },
  });
