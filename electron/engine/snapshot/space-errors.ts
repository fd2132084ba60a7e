import { ColdframeError } from '../../../shared/errors.ts';

export const noSuchVolume = (volume: string): ColdframeError =>
  new ColdframeError('NO_SUCH_VOLUME', {
    message: `There is no volume ${volume}.`,
    guidance: '`volume list` shows the volumes of this home.',
    context: { volume },
  });

export const diskMissing = (volume: string, path: string): ColdframeError =>
  new ColdframeError('NO_SUCH_VOLUME', {
    message: `The disk of the volume ${volume} is not there: ${path}.`,
    guidance: 'Connect or mount it and try again; or remove the volume, if it is gone for good.',
    context: { volume, path },
  });

export const noSuchSnapshot = (snapshot: string): ColdframeError =>
  new ColdframeError('NO_SUCH_SNAPSHOT', {
    message: `There is no snapshot ${snapshot}.`,
    guidance: '`snapshot list` shows those that are held.',
    context: { snapshot },
  });

export const noSuchCheckpoint = (checkpoint: string): ColdframeError =>
  new ColdframeError('NO_SUCH_CHECKPOINT', {
    message: `There is no checkpoint ${checkpoint}.`,
    guidance: '`volume show` lists the checkpoints of a volume.',
    context: { checkpoint },
  });

export const volumeExists = (volume: string): ColdframeError =>
  new ColdframeError('VOLUME_EXISTS', {
    message: `There is a volume ${volume} already.`,
    guidance: 'Choose another name, or remove the other volume first.',
    context: { volume },
  });

export const volumeInUse = (volume: string): ColdframeError =>
  new ColdframeError('VOLUME_IN_USE', {
    message: `The volume ${volume} has snapshots that are held.`,
    guidance: 'Release them first: `snapshot list` shows them.',
    context: { volume },
  });

export const beingRestored = (volume: string): ColdframeError =>
  new ColdframeError('VOLUME_IN_USE', {
    message: `The volume ${volume} is being restored in place.`,
    guidance: 'Wait until that is over; `job list` shows it.',
    context: { volume },
  });

export const volumeHeld = (volume: string, path: string): ColdframeError =>
  new ColdframeError('VOLUME_HELD', {
    message: `The disk of the volume ${volume}, ${path}, is in use by another console.`,
    guidance:
      'A disk is a volume of one home at a time: end the serving or the backup in the other home, or wait until it is over.',
    context: { volume, path },
  });

export const tooManySnapshots = (volume: string, places: number): ColdframeError =>
  new ColdframeError('TOO_MANY_SNAPSHOTS', {
    message: `The volume ${volume} holds ${places} snapshots already, as many as it can.`,
    guidance: 'Release one of them first: `snapshot list` shows them.',
    context: { volume, places },
  });

export const snapshotHeld = (checkpoint: string): ColdframeError =>
  new ColdframeError('SNAPSHOT_HELD', {
    message: `The snapshot of the checkpoint ${checkpoint} is still held.`,
    guidance: 'Release the snapshot first, then drop the checkpoint.',
    context: { checkpoint },
  });

export const diskReplaced = (volume: string, path: string): ColdframeError =>
  new ColdframeError('VOLUME_CHANGED', {
    message: `The disk of the volume ${volume}, ${path}, is another file than the one that was taken into use.`,
    guidance:
      'End the console and start it again: everything counts as changed then, and the next backup compares all of it.',
    context: { errno: 'EIO', volume, path },
  });
