import { ColdframeError } from '../../../../shared/errors.ts';
import { failpoint } from '../../../platform/failpoints.ts';
import type { ReplicaBook } from './replica-book.ts';
import { fileMissing, fileWrittenTo, holdsNothing, placeTaken } from './replica-errors.ts';
import { placesOf, type ReplicaFiles, sameFile } from './replica-files.ts';
import type { ReplicaIdentity, ReplicaRow } from './replica-state.ts';
import type { ReplicaTask, ReplicaTaskResult } from './replica-tasks.ts';

export interface FinishParts {
  readonly book: ReplicaBook;
  readonly files: ReplicaFiles;
  readonly run: (task: ReplicaTask) => Promise<ReplicaTaskResult>;
  /** The replica shows something else from now on to who opens it. */
  readonly moved: (row: ReplicaRow) => void;
  /** Done when nobody reads an earlier state of it any more. */
  readonly readersGone: (row: ReplicaRow) => Promise<void>;
}

export interface Finished {
  /** Checkpoints that nobody needs any more. */
  readonly dropped: readonly string[];
  /** A journal that was given up; null when there was none. */
  readonly damaged: ColdframeError | null;
}

/**
 * Takes up what an update left that was cut short: what was committed is applied, what was not is forgotten. A journal that is not
 * whole is never applied: the replica keeps the state it had if nothing of it had been, and else holds none until its next update.
 */
export const finishUpdate = async (id: string, parts: FinishParts): Promise<Finished> => {
  const { book, files } = parts;
  const row = book.row(id);
  const { file, updating, journal } = placesOf(row.path);
  if (row.next === null) {
    if (row.held !== null && sameFile(files.identity(updating), row.held.identity)) show(row, parts);
    files.remove(journal);
    return { dropped: [], damaged: null };
  }
  if (!files.exists(file) && !files.exists(updating)) throw fileMissing(row.name, row.path);
  try {
    demandUnchanged(row, files);
    await parts.readersGone(row);
    const { identity } = await parts.run({
      kind: 'apply',
      path: row.path,
      journal: row.next.journal,
      identity: heldOf(row),
    });
    hold(row, identity, parts);
    return { dropped: row.held === null ? [] : [row.held.checkpoint], damaged: null };
  } catch (error) {
    if (!(error instanceof ColdframeError) || !isGivenUp(error)) throw error;
    return giveUp(row, error, parts);
  }
};

/** The file has all of the state that was committed: that is noted first, and then it gets its name back. */
const hold = (row: ReplicaRow, identity: ReplicaIdentity | null, parts: FinishParts): void => {
  if (row.next === null || identity === null) throw holdsNothing(row.name);
  const { checkpoint, takenAt } = row.next;
  const now = parts.book.change(row.id, { held: { checkpoint, takenAt, identity }, next: null });
  failpoint('replica:after-state');
  show(now, parts);
  parts.files.remove(placesOf(row.path).journal);
};

const show = (row: ReplicaRow, { files, moved }: FinishParts): void => {
  const { file, updating } = placesOf(row.path);
  if (files.exists(file)) throw placeTaken(file, `has the name of the replica ${row.name}`, GIVE_WAY);
  files.move(updating, file);
  failpoint('replica:after-rename');
  moved(row);
};

const GIVE_WAY = 'Somebody put it there during an update: take it away, and the replica gets its name back.';

const isGivenUp = ({ code }: ColdframeError): boolean => code === 'REPLICA_DAMAGED' || code === 'REPLICA_CHANGED';

const giveUp = (row: ReplicaRow, error: ColdframeError, { book, files, moved }: FinishParts): Finished => {
  const { file, updating } = placesOf(row.path);
  const begun = !files.exists(file);
  // A disk that is away just now says nothing about the replica.
  if (begun && !files.exists(updating)) throw fileMissing(row.name, row.path);
  const now = book.change(row.id, begun ? { held: null, next: null } : { next: null });
  files.remove(placesOf(row.path).journal);
  moved(now);
  const lost = [row.next, begun ? row.held : null].flatMap((state) => state?.checkpoint ?? []);
  return { dropped: lost, damaged: error };
};

const heldOf = ({ name, held }: ReplicaRow): ReplicaIdentity => {
  if (held === null) throw holdsNothing(name);
  return held.identity;
};

/** What somebody else wrote to is not what the journal is for. */
const demandUnchanged = ({ path, held }: ReplicaRow, files: ReplicaFiles): void => {
  const found = files.identity(path);
  if (found === null || sameFile(found, held?.identity ?? null)) return;
  throw fileWrittenTo(path);
};

export const showFile = show;
