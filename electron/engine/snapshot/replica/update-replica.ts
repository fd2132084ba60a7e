import type { ColdframeError } from '../../../../shared/errors.ts';
import { failpoint } from '../../../platform/failpoints.ts';
import { randomId } from '../../../platform/ids.ts';
import type { SegmentMap } from '../segment-map.ts';
import type { SnapshotRequest } from '../snapshots.ts';
import type { SnapshotRow } from '../space-state.ts';
import type { VolumeSpace } from '../volume-space.ts';
import { type FinishParts, finishUpdate, showFile } from './finish-update.ts';
import { demandOwnFile } from './replica-condition.ts';
import { placesOf } from './replica-files.ts';
import type { ReplicaRow } from './replica-state.ts';
import type { CopyTask, ReplicaTask, ReplicaTaskResult } from './replica-tasks.ts';

/** What an update needs of the volumes. */
export type ReplicaSpace = Pick<
  VolumeSpace,
  'snapshot' | 'release' | 'dropCheckpoint' | 'changed' | 'unwantedAt' | 'frozen' | 'row' | 'checkpoints'
>;

export interface UpdateParts extends Omit<FinishParts, 'run'> {
  readonly space: ReplicaSpace;
  readonly run: (task: ReplicaTask, signal: AbortSignal) => Promise<ReplicaTaskResult>;
}

export interface UpdateRequest {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly freezeMs: number;
  /** Takes the snapshot at a consistent moment. */
  readonly atMoment?: (take: (still: SnapshotRequest['still']) => Promise<SnapshotRow>) => Promise<SnapshotRow>;
}

/**
 * Why everything had to be looked at: it is the first copy; the file was written to by somebody else; the checkpoint is not known any
 * more; or it is not known for sure what was written to the volume since.
 */
export type WholeReason = 'first' | 'file' | 'checkpoint' | 'volume';

export interface UpdateReport {
  readonly whole: WholeReason | null;
  readonly segments: number;
  readonly bytesRead: number;
  readonly bytesCopied: number;
  /** The journal of an earlier update that was given up before. */
  readonly damaged: ColdframeError | null;
}

/**
 * Moves a replica to the state that its volume has now. What changed is copied from a frozen image into a journal; when that is durable,
 * one write of the state makes it count, and from then on the replica is in the new state for whoever opens it. Then it is applied.
 */
export const updateReplica = async (request: UpdateRequest, parts: UpdateParts): Promise<UpdateReport> => {
  const { book, files, space } = parts;
  const damaged = await settleReplica(request.id, parts);
  const row = book.row(request.id);
  const own = demandOwnFile(row, files);
  const known = own && space.checkpoints.some(({ id }) => id === row.held?.checkpoint);
  const since = known ? (row.held?.checkpoint ?? null) : null;
  const snapshot = await takeSnapshot(row, since, request, parts);
  try {
    const { result, everything } = await copyAndRelease(row, { since, own }, snapshot, request, parts);
    await takeOver(row, snapshot, result, parts);
    const whole = everything ? reasonOf(row, own, known) : null;
    return { ...result.copied, whole, damaged };
  } catch (error) {
    await forgetAttempt(row, snapshot, parts);
    throw error;
  }
};

/** Takes up what an earlier update left, and forgets checkpoints that were for it alone. */
export const settleReplica = async (id: string, parts: UpdateParts): Promise<ColdframeError | null> => {
  const never = new AbortController().signal;
  const { dropped, damaged } = await finishUpdate(id, { ...parts, run: (task) => parts.run(task, never) });
  for (const checkpoint of dropped) await drop(checkpoint, parts);
  return damaged;
};

const takeSnapshot = async (
  { volume }: ReplicaRow,
  since: string | null,
  { freezeMs, atMoment = async (take) => await take(undefined) }: UpdateRequest,
  parts: UpdateParts,
): Promise<SnapshotRow> => {
  let taken: SnapshotRow | null = null;
  try {
    return await atMoment(async (still) => {
      const needs = new Map([[volume, since]]);
      taken = await parts.space.snapshot({ volumes: [volume], purpose: 'backup', since: needs, freezeMs, still });
      return taken;
    });
  } catch (error) {
    if (taken !== null) await giveBack(taken, parts);
    throw error;
  }
};

const giveBack = async ({ id, checkpoint }: SnapshotRow, parts: UpdateParts): Promise<void> => {
  parts.space.release(id);
  await drop(checkpoint, parts);
};

/** What is known of a replica before its update: since when changes are known, and whether its file is as it was left. */
interface Known {
  readonly since: string | null;
  readonly own: boolean;
}

const taskOf = (row: ReplicaRow, { since, own }: Known, snapshot: SnapshotRow, space: ReplicaSpace) => {
  const changed = space.changed(row.volume, since, snapshot.checkpoint);
  const everything = changed.count() === changed.segments;
  changed.removeMap(space.unwantedAt(snapshot.id, row.volume));
  const { path: disk, size, segmentBytes } = space.row(row.volume);
  const task: CopyTask = {
    kind: 'copy',
    into: row.held === null ? 'file' : 'journal',
    path: row.path,
    source: {
      kind: 'frozen',
      parts: space.frozen(snapshot.id, row.volume),
      disk: { kind: 'file', path: disk, readOnly: true },
    },
    size,
    segmentBytes,
    changed: wordsOf(changed),
    compare: everything,
    expected: own ? (row.held?.identity ?? null) : null,
    id: randomId(),
  };
  return { task, everything };
};

const copyAndRelease = async (
  row: ReplicaRow,
  known: Known,
  snapshot: SnapshotRow,
  { signal }: UpdateRequest,
  { run, space }: UpdateParts,
): Promise<{ readonly result: ReplicaTaskResult; readonly everything: boolean }> => {
  try {
    const { task, everything } = taskOf(row, known, snapshot, space);
    return { result: await run(task, signal), everything };
  } finally {
    space.release(snapshot.id);
  }
};

const takeOver = async (
  row: ReplicaRow,
  { checkpoint, createdAt: takenAt }: SnapshotRow,
  { journal, identity }: ReplicaTaskResult,
  parts: UpdateParts,
): Promise<void> => {
  const { book } = parts;
  if (identity === null) throw new Error(`The file of the replica ${row.name} is gone.`);
  if (journal === null) {
    const now = book.change(row.id, { held: { checkpoint, takenAt, identity } });
    failpoint('replica:after-state');
    parts.files.remove(placesOf(row.path).journal);
    if (row.held === null) showFile(now, { ...parts, run: never });
    else parts.moved(now);
    if (row.held !== null) await drop(row.held.checkpoint, parts);
    return;
  }
  if (row.held === null) throw new Error(`The replica ${row.name} has a journal and nothing to apply it to.`);
  const now = book.change(row.id, { held: { ...row.held, identity }, next: { checkpoint, takenAt, journal } });
  failpoint('replica:after-commit');
  parts.moved(now);
  const damaged = await settleReplica(row.id, parts);
  if (damaged !== null) throw damaged;
};

/** An update that failed before it was committed leaves nothing; one that failed later is finished by the next. */
const forgetAttempt = async (row: ReplicaRow, { checkpoint }: SnapshotRow, parts: UpdateParts): Promise<void> => {
  const { book, files } = parts;
  const { held, next } = book.row(row.id);
  if (next?.checkpoint === checkpoint || held?.checkpoint === checkpoint) return;
  await drop(checkpoint, parts);
  try {
    files.remove(placesOf(row.path).journal);
  } catch {
    // The next update takes it away.
  }
};

/** A checkpoint that cannot be dropped now is dropped with the oldest ones. */
const drop = async (checkpoint: string, { space }: UpdateParts): Promise<void> => {
  await space.dropCheckpoint(checkpoint).catch(() => undefined);
};

const reasonOf = ({ held }: ReplicaRow, own: boolean, known: boolean): WholeReason => {
  if (held === null) return 'first';
  if (!own) return 'file';
  return known ? 'volume' : 'checkpoint';
};

const wordsOf = ({ words }: SegmentMap): Int32Array<ArrayBuffer> => new Int32Array(words);

const never = async (): Promise<never> => {
  throw new Error('There is nothing to be done by a thread here.');
};
