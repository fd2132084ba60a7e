import os from 'node:os';
import { asColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { NotEntered } from '../../../shared/model/selection.ts';
import { objectId, type SetId, setId } from '../../../shared/units.ts';
import { randomId } from '../../platform/ids.ts';
import { unprotectedRecord } from '../unprotected-record.ts';
import type { BackupOptions, JobControl, ProtectedObject, VolumesToBackUp } from '../use-cases.ts';
import { BackupFlow } from './backup-flow.ts';
import type { BackupSession } from './backup-session.ts';
import { type ChosenLevel, resumable } from './choose-level.ts';
import { chooseSoundLevel } from './choose-sound-level.ts';
import { lostForGood, type SetLook, warningsOfLost } from './lost-sets.ts';
import { freezeVolumes } from './object-volumes.ts';
import { clockWarnings, dateAfter } from './set-date.ts';
import { unprotectedIn } from './volume-to-scan.ts';
import { writeSet } from './write-set.ts';

interface BackedUp {
  readonly set: BlockSetSummary;
  readonly resumed: readonly SetId[];
  readonly notEntered?: NotEntered;
}

/**
 * Backs up an object of files or volumes: scans it, copies what changed to tape, and writes the set as `writeSet` does. What is on tape of files when
 * it rejects can be used by a backup that resumes it.
 */
export const runBackup = async (
  session: BackupSession,
  object: ProtectedObject,
  options: BackupOptions,
  job: JobControl,
  folder: string,
  volumes: VolumesToBackUp | null,
): Promise<BackedUp> => {
  const started = Date.now();
  const history = session.setsOf(object.id);
  const { level, parent, resume, lost, atHand } = baseOf(session, history, options, volumes !== null);
  const frozen = volumes && (await freezeVolumes(volumes, object, parent?.id ?? null));
  const stopCounting = frozen?.sideFile ? job.picture.sideFile(frozen.sideFile) : null;
  const giveUp = async (): Promise<void> => {
    stopCounting?.();
    await frozen?.end();
  };
  let flow: BackupFlow | null = null;
  const written = await orGiveUp(giveUp, async () => {
    // That of volumes is the moment they were frozen: notice of it may have been given long before.
    const madeAt = frozen === null ? started : Date.now();
    const set = {
      id: setId(randomId()),
      object: { id: objectId(object.id), name: object.name },
      level,
      parent: parent === null ? null : parent.id,
      createdAt: dateAfter(history, madeAt),
    };
    const streams = Math.max(1, Math.min(options.streams ?? session.drives.count, session.drives.count));
    const { selection } = object;
    const source = {
      host: os.hostname(),
      platform: process.platform,
      provider: frozen === null ? 'none' : 'coldframe',
      resumed: resume.join(' '),
      ...(frozen && unprotectedRecord(frozen.volumes.map(unprotectedIn))),
    };
    const plan = {
      set,
      parent,
      selection,
      volumes: frozen?.volumes ?? null,
      history,
      streams,
      resume,
      folder,
      warnings: [
        ...session.findings,
        ...clockWarnings(history, madeAt),
        ...warningsOfLost(lost, { level, parent }, atHand),
        ...(frozen?.warnings ?? []),
      ],
    };
    return await writeSet(session, { set, selection, source, started, folder }, job, () => {
      flow = new BackupFlow(session, plan, job);
      return flow;
    });
  });
  const noted = await noting(written, async () => {
    await orGiveUp(giveUp, async () => {
      // Only now that there is another to restore from: until then most of them may be worth more than nothing.
      const gone = lostForGood(lost);
      if (gone.length > 0) await session.writer.lose(gone);
      frozen?.written(written.set.id, level === 'full');
    });
    await giveUp();
  });
  const { notEntered } = (flow as BackupFlow | null) ?? {};
  return { ...noted, resumed: resume, ...(notEntered && { notEntered }) };
};

/** Images that stay held cost their writers room, in the end all of it: what fails gives them up, and the first error is the one that counts. */
const orGiveUp = async <Done>(giveUp: () => Promise<void>, work: () => Promise<Done>): Promise<Done> => {
  try {
    return await work();
  } catch (error) {
    await giveUp().catch(() => undefined);
    throw error;
  }
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

/** What a backup builds on and goes on from, and what it found lost in looking for that. */
const baseOf = (
  session: BackupSession,
  history: readonly BlockSetSummary[],
  options: BackupOptions,
  volumes: boolean,
): ChosenLevel & { readonly resume: readonly SetId[] } & Pick<SetLook, 'lost' | 'atHand'> => {
  const look = session.lookAtSets();
  try {
    const chosen = chooseSoundLevel(options.level, history, look, { catalog: session.catalogFile, volumes });
    // What is on tape of a volume is of another moment; comparing it would mean to read all of it.
    const resume = volumes ? [] : donorsOf(history, options, look);
    return { ...chosen, resume, lost: look.lost, atHand: look.atHand };
  } finally {
    look.close();
  }
};

/** A full backup that was asked for stands by itself, unless it was asked to go on with an interrupted one. */
const donorsOf = (
  history: readonly BlockSetSummary[],
  { level, resume }: BackupOptions,
  { isLost }: Pick<SetLook, 'isLost'>,
): SetId[] => (level === 'full' && resume === null ? [] : resumable(history, resume, isLost));
