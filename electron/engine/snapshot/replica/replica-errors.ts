import { ColdframeError } from '../../../../shared/errors.ts';

export const noSuchReplica = (replica: string): ColdframeError =>
  new ColdframeError('NO_SUCH_REPLICA', {
    message: `There is no replica ${replica}.`,
    guidance: '`replica list` shows the replicas of this home.',
    context: { replica },
  });

export const fileMissing = (replica: string, path: string): ColdframeError =>
  new ColdframeError('NO_SUCH_REPLICA', {
    message: `The file of the replica ${replica} is not there: ${path}.`,
    guidance:
      'Connect or mount its disk and try again. If the file is gone for good, remove the replica and create it anew.',
    context: { errno: 'EIO', replica, path },
  });

/** The same, where the name of the replica is not known. */
export const fileAway = (path: string): ColdframeError =>
  new ColdframeError('NO_SUCH_REPLICA', {
    message: `The file of a replica is not there, or another one has its place: ${path}.`,
    guidance: 'Connect or mount its disk, put the file back if it was moved, and try again.',
    context: { errno: 'EIO', path },
  });

export const fileWrittenTo = (path: string): ColdframeError =>
  new ColdframeError('REPLICA_CHANGED', {
    message: `The file of a replica was written to by somebody else: ${path}.`,
    guidance: 'See that nobody writes to it; the next `replica update` compares all of it with the volume.',
    context: { path },
  });

export const holdsNothing = (replica: string): ColdframeError =>
  new ColdframeError('NO_SUCH_REPLICA', {
    message: `The replica ${replica} holds no state of its volume yet.`,
    guidance: 'Its first copy is made, or made again, with `replica update`.',
    context: { errno: 'EIO', replica },
  });

export const placeTaken = (path: string, why: string, guidance: string): ColdframeError =>
  new ColdframeError('REPLICA_PLACE', { message: `${path} ${why}.`, guidance, context: { path } });

export const fileChanged = (replica: string, path: string): ColdframeError =>
  new ColdframeError('REPLICA_CHANGED', {
    message: `The file of the replica ${replica} is not as it was left: ${path} was written to, or is another file.`,
    guidance: 'Read it after the next `replica update`, which compares all of it with the volume.',
    context: { errno: 'EIO', replica, path },
  });

export const journalDamaged = (path: string, what: string): ColdframeError =>
  new ColdframeError('REPLICA_DAMAGED', {
    message: `The journal ${path} ${what}.`,
    guidance: 'Nothing of it is applied. Check the disk that it lies on, then run `replica update` again.',
    context: { errno: 'EIO', path },
  });
