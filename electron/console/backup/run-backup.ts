import os from 'node:os';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { millis, objectId, setId } from '../../../shared/units.ts';
import { randomId } from '../../platform/ids.ts';
import type { BackupOptions, JobControl, ProtectedObject } from '../use-cases.ts';
import { BackupFlow } from './backup-flow.ts';
import type { BackupSession } from './backup-session.ts';
import { chooseLevel, resumable } from './choose-level.ts';
import { writeSet } from './write-set.ts';

/**
 * Backs up an object: scans it, copies what changed to tape, and writes the set as `writeSet` does. What is on tape when
 * it rejects can be used by a backup that resumes it.
 */
export const runBackup = async (
  session: BackupSession,
  object: ProtectedObject,
  options: BackupOptions,
  job: JobControl,
  folder: string,
): Promise<{ readonly set: BlockSetSummary }> => {
  const started = Date.now();
  const history = session.setsOf(object.id);
  const { level, parent } = chooseLevel(options.level, history);
  const set = {
    id: setId(randomId()),
    object: { id: objectId(object.id), name: object.name },
    level,
    parent: parent === null ? null : parent.id,
    createdAt: millis(started),
  };
  const streams = Math.max(1, Math.min(options.streams ?? session.drives.count, session.drives.count));
  const { selection } = object;
  const source = { host: os.hostname(), platform: process.platform, provider: 'none' };
  const plan = { set, parent, selection, history, streams, resume: resumable(history, options.resume), folder };
  return await writeSet(
    session,
    { set, selection, source, started, folder },
    job,
    () => new BackupFlow(session, plan, job),
  );
};
