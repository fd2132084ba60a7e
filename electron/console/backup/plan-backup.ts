import { createRunControl, RunControl } from '../../engine/mover/run-control.ts';
import { randomId } from '../../platform/ids.ts';
import { bytesFreeAt } from '../overview/vault-space.ts';
import type { BackupOptions, BackupPlan, JobControl, ProtectedObject, VolumesToBackUp } from '../use-cases.ts';
import type { BackupSession } from './backup-session.ts';
import type { Soundness } from './choose-level.ts';
import { chooseSoundLevel } from './choose-sound-level.ts';
import { estimateTapes } from './estimate-tapes.ts';
import { lastComplete } from './mount-record.ts';
import { seeVolumes } from './object-volumes.ts';
import { ScanRun } from './scan-run.ts';

/** What a plan needs of a vault, opened or not. */
type ToPlanFor = Pick<BackupSession, 'catalogFile' | 'ownFolders' | 'findings' | 'dir' | 'setsOf' | 'writableRoom'> & {
  readonly drives: { readonly count: number };
  lookAtSets(): Soundness & { close(): void };
};

/** What a backup would do now: scans as it would, and copies nothing. */
export const planBackup = async (
  session: ToPlanFor,
  object: ProtectedObject,
  options: BackupOptions,
  job: JobControl,
  folder: string,
  volumes: VolumesToBackUp | null,
): Promise<BackupPlan> => {
  const history = session.setsOf(object.id);
  const on = { catalog: session.catalogFile, volumes: volumes !== null };
  const look = session.lookAtSets();
  let chosen: ReturnType<typeof chooseSoundLevel>;
  try {
    chosen = chooseSoundLevel(options.level, history, look, on);
  } finally {
    look.close();
  }
  const { level, parent } = chosen;
  const seen = volumes && (await seeVolumes(volumes, object, parent?.id ?? null));
  const shared = createRunControl();
  const control = new RunControl(shared);
  const cancel = (): void => control.cancel();
  if (job.signal.aborted) cancel();
  job.signal.addEventListener('abort', cancel);
  const scan = new ScanRun(
    {
      selection: object.selection,
      volumes: seen?.volumes ?? null,
      ownFolders: session.ownFolders,
      catalog: session.catalogFile,
      known: parent?.id ?? null,
      before: lastComplete(history),
      knownSince: parent?.createdAt ?? 0,
      set: randomId(),
      otherSets: [],
      spools: folder,
      countOnly: true,
      resume: [],
      control: shared,
    },
    () => undefined,
  );
  try {
    const { counts, leftOut, notEntered, warnings } = await scan.result;
    const streams = Math.min(options.streams ?? session.drives.count, session.drives.count);
    const estimate = estimateTapes(
      counts.bytes,
      session.writableRoom(),
      streams,
      session.dir,
      await bytesFreeAt(session.dir),
    );
    return {
      level,
      parent: parent?.id ?? null,
      elements: counts.elements,
      bytes: counts.bytes,
      leftOut,
      notEntered,
      tapes: estimate.tapes,
      warnings: [...session.findings, ...estimate.warnings, ...(seen?.warnings ?? []), ...warnings],
    };
  } finally {
    job.signal.removeEventListener('abort', cancel);
    await scan.close();
  }
};
