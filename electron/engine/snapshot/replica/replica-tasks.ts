import { ioError } from '../../../platform/errno.ts';
import { failpoint } from '../../../platform/failpoints.ts';
import type { BlockDevice } from '../block-device.ts';
import type { DeviceSpec } from '../open-device.ts';
import { SegmentMap } from '../segment-map.ts';
import { type Copied, copyChanges } from './copy-changes.ts';
import { Journal } from './journal.ts';
import { JournalWriter } from './journal-writer.ts';
import { fileAway, fileWrittenTo, placeTaken } from './replica-errors.ts';
import { placesOf, type ReplicaFiles, sameFile } from './replica-files.ts';
import { FileSink, JournalSink } from './replica-sinks.ts';
import type { JournalCommit, ReplicaIdentity } from './replica-state.ts';
import { makeHole, writeSparsely } from './sparse-writes.ts';

/** The part of what is written that a file system may need for itself. */
const ROOM_FOR_MAPS = 64;

/** Reads what changed and keeps it beside the replica: in a journal, or, before the first state is whole, in its file. */
export interface CopyTask {
  readonly kind: 'copy';
  readonly into: 'journal' | 'file';
  readonly path: string;
  /** A frozen image of the volume. */
  readonly source: DeviceSpec;
  readonly size: number;
  readonly segmentBytes: number;
  /** Words of the map of what changed. */
  readonly changed: Int32Array<ArrayBuffer>;
  /** Everything counts as changed: what the replica has already is not taken over again. */
  readonly compare: boolean;
  /** What the file of the replica is known to be; null when it is compared as it is found. */
  readonly expected: ReplicaIdentity | null;
  /** Names the journal. */
  readonly id: string;
}

/** Brings what a journal has into the file of a replica; to be done again, from the beginning, as often as it was cut short. */
export interface ApplyTask {
  readonly kind: 'apply';
  readonly path: string;
  readonly journal: JournalCommit;
  /** The file that the journal was made for. */
  readonly identity: ReplicaIdentity;
}

export type ReplicaTask = CopyTask | ApplyTask;

export interface ReplicaTaskResult {
  readonly copied: Copied;
  /** Null when there is nothing to apply. */
  readonly journal: JournalCommit | null;
  /** The file as it was left. */
  readonly identity: ReplicaIdentity | null;
}

/** What tasks work with, apart from the replica. */
export interface TaskTools {
  readonly files: ReplicaFiles;
  readonly cancelled: () => boolean;
  openSource(spec: DeviceSpec): BlockDevice;
}

/** Does a task in this thread. Errors: those of the volume and of the replica's disk, `REPLICA_DAMAGED`, `CANCELLED`. */
export const doReplicaTask = (task: ReplicaTask, tools: TaskTools): ReplicaTaskResult => {
  if (task.kind === 'apply') return applyJournal(task, tools.files);
  return task.into === 'file' ? copyIntoFile(task, tools) : copyIntoJournal(task, tools);
};

const copyIntoFile = (task: CopyTask, tools: TaskTools): ReplicaTaskResult => {
  const { updating } = placesOf(task.path);
  const resumed = tools.files.exists(updating);
  setLength(updating, task.size, tools.files, 'create');
  // Also when it was there: an attempt that was killed may have made it, and not its name durable.
  tools.files.syncNames(updating);
  const file = tools.files.device(updating, { readOnly: false });
  try {
    const { segmentBytes } = task;
    const copied = copyFrom(task, tools, new FileSink({ file, segmentBytes, compare: resumed }));
    settle(updating, tools.files);
    return { copied, journal: null, identity: tools.files.identity(updating) };
  } finally {
    file.close();
  }
};

const copyIntoJournal = (task: CopyTask, tools: TaskTools): ReplicaTaskResult => {
  const { path, id, size, segmentBytes, compare } = task;
  const places = placesOf(path);
  if (tools.files.exists(places.updating)) {
    throw placeTaken(places.updating, 'is there, and not the replica’s', 'Take it away; replicas need that name.');
  }
  const before = tools.files.identity(places.file);
  if (task.expected !== null && !sameFile(before, task.expected)) throw fileWrittenTo(places.file);
  const file = tools.files.device(places.file, { readOnly: false });
  try {
    const journal = new JournalWriter(places.journal, { id, size, segmentBytes }, tools.files);
    try {
      const sink = new JournalSink(journal, { file, segmentBytes, compare });
      const copied = copyFrom(task, tools, sink);
      const commit = journal.finish();
      demandRoom(places.file, sink.bytesOfHoles, tools.files);
      failpoint('replica:after-journal');
      const empty = commit.entries === 0 && file.size === size;
      // What somebody wrote behind the place that was being compared would count as the replica's own.
      if (!sameFile(before, tools.files.identity(places.file))) throw fileWrittenTo(places.file);
      return { copied, journal: empty ? null : commit, identity: before };
    } finally {
      journal.close();
    }
  } finally {
    file.close();
  }
};

const copyFrom = (task: CopyTask, tools: TaskTools, sink: FileSink | JournalSink): Copied => {
  const source = tools.openSource(task.source);
  try {
    const changed = new SegmentMap(Math.ceil(task.size / task.segmentBytes), task.changed);
    return copyChanges(source, changed, task.segmentBytes, sink, tools.cancelled);
  } finally {
    source.close();
  }
};

const applyJournal = ({ path, journal: commit, identity }: ApplyTask, files: ReplicaFiles): ReplicaTaskResult => {
  const { updating, journal: journalPath } = placesOf(path);
  const journal = new Journal(journalPath, commit, files);
  try {
    // All of it, before the first byte: a journal that is half applied cannot be given up any more.
    journal.verify();
    takeName(path, identity, files);
    failpoint('replica:after-begin');
    setLength(updating, commit.size, files, 'update');
    const file = files.device(updating, { readOnly: false });
    try {
      const content = Buffer.allocUnsafeSlow(commit.segmentBytes);
      for (let entry = 0; entry < journal.index.entries; entry += 1) {
        const segment = journal.index.segmentOf(entry);
        const [offset, part] = [segment * commit.segmentBytes, content.subarray(0, journal.lengthOf(segment))];
        if (journal.isZeroes(entry)) makeHole(file, offset, part.length);
        else {
          journal.read(entry, part);
          writeSparsely(file, part, offset);
        }
        failpoint('replica:after-segment');
      }
      settle(updating, files);
      failpoint('replica:after-apply');
    } finally {
      file.close();
    }
    return { copied: { bytesRead: 0, bytesCopied: 0, segments: 0 }, journal: null, identity: files.identity(updating) };
  } finally {
    journal.close();
  }
};

/** Gives the file that the journal was made for, and no other one, its name between two states. Throws for what is not it. */
const takeName = (path: string, identity: ReplicaIdentity, files: ReplicaFiles): void => {
  const { file, updating } = placesOf(path);
  const [found, begun] = [files.identity(file), files.identity(updating)];
  if (found === null) {
    if (begun?.inode === identity.inode) return;
    throw fileAway(path);
  }
  if (!sameFile(found, identity)) throw fileWrittenTo(file);
  if (begun !== null)
    throw placeTaken(updating, 'is there, and not the replica’s', 'Take it away; replicas need that name.');
  files.move(file, updating);
};

const setLength = (path: string, length: number, files: ReplicaFiles, mode: 'create' | 'update'): void => {
  const file = files.open(path, mode);
  try {
    if (file.length() === length) return;
    file.setLength(length);
    file.sync();
  } finally {
    file.close();
  }
};

/** Makes durable what was written, and the time at which it was: by that the file is known again. */
const settle = (path: string, files: ReplicaFiles): void => {
  const file = files.open(path, 'update');
  try {
    file.sync();
  } finally {
    file.close();
  }
};

/** Now, while it is easy to give up: what is committed has to find room. Throws `DISK_FULL`. */
const demandRoom = (path: string, needed: number, files: ReplicaFiles): void => {
  if (needed > 0 && files.room(path) < needed + needed / ROOM_FOR_MAPS) throw ioError('write', 'ENOSPC', path);
};
