import os from 'node:os';
import { asColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, Warning } from '../../../shared/model/block-set.ts';
import { millis, objectId, type SetId, setId } from '../../../shared/units.ts';
import { randomId } from '../../platform/ids.ts';
import type { BackupOptions, JobControl, ProtectedObject, Volumes } from '../use-cases.ts';
import { BackupFlow } from './backup-flow.ts';
import type { BackupSession } from './backup-session.ts';
import { chooseLevel, resumable, tapesOfAll } from './choose-level.ts';
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
  volumes: Volumes | null,
): Promise<{ readonly set: BlockSetSummary; readonly resumed: readonly SetId[] }> => {
  const started = Date.now();
  const history = session.setsOf(object.id);
  const lost = session.lostTapes(tapesOfAll(history));
  const { level, parent } = chooseLevel(options.level, history, lost);
  const set = {
    id: setId(randomId()),
    object: { id: objectId(object.id), name: object.name },
    level,
    parent: parent === null ? null : parent.id,
    createdAt: millis(started),
  };
  const frozen = volumes && (await volumes.freezeForBackup(object.volumes, parent?.id ?? null));
  const streams = Math.max(1, Math.min(options.streams ?? session.drives.count, session.drives.count));
  const { selection } = object;
  const source = { host: os.hostname(), platform: process.platform, provider: frozen === null ? 'none' : 'coldframe' };
  const plan = {
    set,
    parent,
    selection,
    volumes: frozen?.volumes ?? null,
    history,
    streams,
    // What is on tape of a volume is of another moment; comparing it would mean to read all of it.
    resume: frozen === null ? donorsOf(history, options, lost) : [],
    folder,
    warnings: [...session.findings, ...warningsOf(lost)],
  };
  let written: Awaited<ReturnType<typeof writeSet>>;
  try {
    written = await writeSet(
      session,
      { set, selection, source, started, folder },
      job,
      () => new BackupFlow(session, plan, job),
    );
  } catch (error) {
    // The first error is the one that counts.
    await frozen?.end().catch(() => undefined);
    throw error;
  }
  const noted = await noting(written, async () => {
    frozen?.written(set.id, level === 'full');
    await frozen?.end();
  });
  return { ...noted, resumed: plan.resume };
};

/** The set is complete whatever comes after it; where it cannot be noted, the next backup reads everything and stores what differs. */
const noting = async (
  written: { readonly set: BlockSetSummary },
  note: () => Promise<void>,
): Promise<{ readonly set: BlockSetSummary }> => {
  try {
    await note();
    return written;
  } catch (thrown) {
    const message = `what came after the set could not all be done, so the next backup may have to read everything: ${asColdframeError(thrown).message}`;
    const { set } = written;
    return { set: { ...set, warnings: [...set.warnings, { code: 'CHECKPOINT_LOST', path: '', message }] } };
  }
};

/** A backup that could not build on what it should have says so. */
const warningsOf = (lost: ReadonlySet<string>): Warning[] =>
  [...lost].map((tape) => ({
    code: 'TAPE_LOST',
    path: tape,
    message: 'the tape no longer holds what earlier sets have on it; this set does not build on it',
  }));

/** A full backup that was asked for stands by itself, unless it was asked to go on with an interrupted one. */
const donorsOf = (
  history: readonly BlockSetSummary[],
  { level, resume }: BackupOptions,
  lost: ReadonlySet<string>,
): SetId[] => (level === 'full' && resume === null ? [] : resumable(history, resume, lost));
