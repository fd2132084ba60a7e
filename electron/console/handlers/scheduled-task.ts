import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { RunLevel } from '../../../shared/contract/choices.ts';
import type { InputOf } from '../../../shared/contract/contract.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { hasRules } from '../../../shared/model/retention.ts';
import { readSecret } from '../../platform/secret-file.ts';
import type { JobBoard } from '../jobs/board.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { StoredSchedule } from '../store/schedule-table.ts';
import type { VaultInfo } from '../use-cases.ts';
import { retainAtItsTime } from './automatic-retention.ts';
import { runBackupJob, runMergeJob } from './backup.ts';
import { runRestoreTestJob } from './checks.ts';
import { withSession } from './lookups.ts';
import { type CallContext, type ConsoleParts, NOBODY } from './parts.ts';
import { runVerifyJobs } from './restore.ts';

interface RunParts {
  readonly started: (job: string) => void;
  readonly interrupted: string | null;
  readonly level: RunLevel;
}

/** Does what a schedule is for, as a job. `context`: of a caller who waits for it. */
export const carryOut = async (
  parts: ConsoleParts,
  schedule: StoredSchedule,
  run: RunParts,
  context: Omit<CallContext, 'secrets'> = NOBODY,
): Promise<{ readonly warned: boolean }> => {
  const { task, passphraseFile } = schedule;
  return await withoutAsking(passphraseFile, async () => {
    const secrets = passphraseFile === null ? {} : { passphrase: await readSecret(passphraseFile) };
    return await TASKS[task](parts, schedule, run, { ...context, secrets });
  });
};

type Task = (
  parts: ConsoleParts,
  schedule: StoredSchedule,
  run: RunParts,
  context: CallContext,
) => Promise<{ readonly warned: boolean }>;

const objectOf = ({ store }: ConsoleParts, { object: id }: StoredSchedule): StoredObject => {
  const object = store.objects.list().find((each) => each.id === id);
  if (object === undefined) throw new Error(`a schedule is for the object ${id}, which is not in the store`);
  return object;
};

/** Goes on with an interrupted backup, if there is one. */
const backUp: Task = async (parts, schedule, { started, interrupted, level }, context) => {
  const object = objectOf(parts, schedule);
  const otherwise = schedule.level;
  // A synthetic full is put together after a backup of the schedule's own level.
  const own = level === 'synthetic' ? otherwise : level;
  const resume = interrupted === null ? null : begunBy(parts.board, interrupted);
  const input = { object: object.name, level: own, ...(resume === null ? {} : { resume }) };
  const { set } = await runBackupJob(parts, context, input, (job) => {
    if (resume !== null && interrupted !== null) parts.board.markResumed(parts.board.find(interrupted), job);
    started(job);
  });
  const warned = set.warnings.length > 0;
  if (level !== 'synthetic') return { warned };
  const merged = await runMergeJob(parts, context, { object: object.name }, started);
  return { warned: warned || (merged.merged && merged.set.warnings.length > 0) };
};

const testRestore: Task = async (parts, schedule, { started }, context) => {
  const { name } = objectOf(parts, schedule);
  const { failures, warnings } = await runRestoreTestJob(parts, context, { object: name }, started);
  return { warned: failures.length > 0 || warnings.length > 0 };
};

const verify: Task = async (parts, schedule, { started }, context) => {
  const vault = parts.store.vaults.list().find(({ id }) => id === schedule.vault);
  const what = vault === undefined ? { object: objectOf(parts, schedule).name } : { vault: vault.dir };
  const { damaged, damagedTapes, incomplete, warnings } = await runVerifyJobs(parts, context, what, started);
  return { warned: [damaged, damagedTapes, incomplete, warnings].some(({ length }) => length > 0) };
};

/** Of a whole vault: of each of its objects that has rules, one after the other. One that fails keeps nothing from the others. */
const retain: Task = async (parts, schedule, { started }, context) => {
  const { objects, retention } = parts.store;
  const wanted =
    schedule.vault === null
      ? [objectOf(parts, schedule)]
      : objects.list().filter(({ id, vault }) => vault === schedule.vault && hasRules(retention.rules(id)));
  let warned = false;
  let failed: ColdframeError | null = null;
  for (const object of wanted) {
    try {
      const { warnings } = await retainAtItsTime(parts, object, context, started);
      warned ||= warnings.length > 0;
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (error.kind === 'cancelled') throw error;
      failed ??= error;
    }
  }
  if (failed !== null) throw failed;
  return { warned };
};

const TASKS: Readonly<Record<StoredSchedule['task'], Task>> = {
  backup: backUp,
  'restore-test': testRestore,
  verify,
  retention: retain,
};

/** The set that an interrupted backup had begun and nobody has taken up; null when there is none. */
export const begunBy = (board: Pick<JobBoard, 'find'>, id: string): string | null => {
  const { kind, state, set, resumedBy, input } = board.find(id);
  if (kind !== 'backup' || state !== 'interrupted' || resumedBy !== null) return null;
  // One that was ended before its turn came had written nothing itself.
  return set ?? (input as InputOf<'backup'>).resume ?? null;
};

/** The last of those that went on with a job, when it ended well: what was begun needs nobody any more. */
export const doneFor = (
  board: Pick<JobBoard, 'find'>,
  id: string,
): { readonly job: string; readonly outcome: 'done' | 'warned' } | null => {
  let last = board.find(id);
  while (last.resumedBy !== null) last = board.find(last.resumedBy);
  if (last.id === id || (last.state !== 'done' && last.state !== 'done-with-warnings')) return null;
  return { job: last.id, outcome: last.state === 'done' ? 'done' : 'warned' };
};

/** A passphrase that is missing or wrong is a matter of the file: nobody is asked for it, for that would not help. */
const withoutAsking = async <T>(file: string | null, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.kind !== 'passphrase') throw thrown;
    throw new ColdframeError('SCHEDULE_PASSPHRASE', {
      message: file === null ? error.message : `The passphrase in ${file} cannot be used: ${error.message}`,
      guidance: 'Put the passphrase of the vault into that file, or remove the schedule and add it with another one.',
      context: { ...error.context, file },
      cause: thrown,
    });
  }
};

/** The file that opens the vault when nobody is there to be asked; null where none is needed. Throws when it does not open it. */
export const accessFor = async (
  parts: ConsoleParts,
  vault: VaultInfo,
  file: string | undefined,
): Promise<string | null> => {
  if (!vault.sealed) return null;
  if (file === undefined) {
    // Not a missing passphrase: to be asked for it would not help.
    throw new ColdframeError('USAGE', {
      message: `The vault at ${vault.dir} is sealed, and nobody is there to be asked for its passphrase when a schedule runs.`,
      guidance:
        'Name a file that holds it with --passphrase-file; only the user who runs the console should be able to read it.',
      context: { vault: vault.dir },
    });
  }
  demandLastingFile(file);
  await withoutAsking(file, async () =>
    withSession(parts, vault, { passphrase: await readSecret(file) }, () => Promise.resolve()),
  );
  return file;
};

const demandLastingFile = (file: string): void => {
  if (isAbsolute(file) && statSync(file, { throwIfNoEntry: false })?.isFile() !== false) return;
  throw new ColdframeError('USAGE', {
    message: `${file} is no file that could be read again when the schedule runs.`,
    guidance: 'Give the whole path of a file; a pipe delivers a passphrase once.',
    context: { file },
  });
};

/** Refuses a file that holds no passphrase, or another one than a vault is going to have. Throws USAGE, SCHEDULE_PASSPHRASE. */
export const demandPassphrase = async (file: string, wanted: string | undefined): Promise<void> => {
  demandLastingFile(file);
  const found = await withoutAsking(file, async () => await readSecret(file));
  if (wanted === undefined || found === wanted) return;
  throw new ColdframeError('SCHEDULE_PASSPHRASE', {
    message: `What ${file} holds is not the passphrase that was typed for the new vault.`,
    guidance: 'Put that passphrase into the file, with nothing else in it.',
    context: { file },
  });
};
