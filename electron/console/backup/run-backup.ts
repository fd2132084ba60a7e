import fs from 'node:fs';
import os from 'node:os';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { bytes, millis, objectId, setId } from '../../../shared/units.ts';
import { randomId } from '../../platform/ids.ts';
import type { BackupOptions, JobControl, ProtectedObject } from '../use-cases.ts';
import { BackupFlow } from './backup-flow.ts';
import type { BackupSession } from './backup-session.ts';
import { chooseLevel } from './choose-level.ts';
import { setHeader } from './set-header.ts';

/**
 * Backs up an object: scans it, copies what changed to tape, writes the metadata behind it, and puts the set into the
 * catalog, each durable before the next. Resolves only when the set can be restored. Rejects with the first error after
 * everything it started has stopped; what is on tape by then can be used by a backup that resumes it.
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
  const id = setId(randomId());
  const set = {
    id,
    object: { id: objectId(object.id), name: object.name },
    level,
    parent: parent === null ? null : parent.id,
    createdAt: millis(started),
  };
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const streams = Math.max(1, Math.min(options.streams ?? session.drives.count, session.drives.count));
  const flow = new BackupFlow(
    session,
    { set, parent, selection: object.selection, history, streams, resume: options.resume, folder },
    job,
  );
  await session.writer.begin(set);
  job.writes(id);
  try {
    const copied = await flow.copy();
    const summary = (finishedAt: number): BlockSetSummary => ({
      ...set,
      state: 'complete',
      finishedAt: millis(finishedAt),
      elements: copied.elements,
      logicalBytes: bytes(copied.logicalBytes),
      bytesRead: bytes(copied.bytesRead),
      bytesStored: bytes(flow.bytesStored),
      segments: copied.segments,
      tapes: flow.tapes,
      drives: flow.drivesUsed,
      durationMs: millis(Date.now() - started),
      warnings: copied.warnings,
    });
    const source = { host: os.hostname(), platform: process.platform, provider: 'none' };
    const header = setHeader(summary(Date.now()), object.selection, copied.leftOut, source);
    const spools = await flow.writeMetadata(header, copied);
    const finished = summary(Date.now());
    await session.writer.commit({
      summary: finished,
      leftOut: copied.leftOut,
      selection: object.selection,
      source,
      spools,
    });
    await session.refreshCatalogCopy();
    return { set: finished };
  } catch (thrown) {
    await flow.stop();
    await flow.keepForResume();
    throw thrown;
  } finally {
    await flow.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
};
