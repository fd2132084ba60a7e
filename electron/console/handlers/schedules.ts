import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { ScheduleRun, ScheduleView } from '../../../shared/contract/schedules.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { randomId } from '../../platform/ids.ts';
import { readSecret } from '../../platform/secret-file.ts';
import { calendarOf, localZone } from '../schedules/calendar.ts';
import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import type { VaultInfo } from '../use-cases.ts';
import { runBackupJob } from './backup.ts';
import { objectNamed, vaultOf, withSession } from './lookups.ts';
import type { CallContext, ConsoleParts, HandlersOf } from './parts.ts';
import { isoTime } from './views.ts';

type Names =
  | 'schedule.add'
  | 'schedule.list'
  | 'schedule.runs'
  | 'schedule.preview'
  | 'schedule.pause'
  | 'schedule.resume'
  | 'schedule.run'
  | 'schedule.remove';

const NEXT_RUNS = 5;

/** Serves the procedures on schedules. */
export const scheduleHandlers = (parts: ConsoleParts): HandlersOf<Names> => {
  const { schedules: table } = parts.store;
  const view = (schedule: StoredSchedule): ScheduleView => scheduleView(parts, schedule);
  const setPaused = (prefix: string, paused: boolean) => {
    const schedule = scheduleNamed(parts, prefix);
    // What was missed up to now gets its lines first: while it is paused nothing counts as missed.
    if (paused && !schedule.paused) parts.schedules.settle(schedule);
    if (schedule.paused !== paused) table.setPaused(schedule.id, paused, Date.now());
    parts.schedules.look();
    return { schedule: view(scheduleNamed(parts, schedule.id)) };
  };
  return {
    'schedule.add': async ({ object: name, cron, zone = localZone(), level, catchUp, passphraseFile }) => {
      const object = objectNamed(parts, name);
      calendarOf(cron, zone);
      const kept = await accessFor(parts, vaultOf(parts, object), passphraseFile);
      const now = Date.now();
      const schedule: StoredSchedule = {
        id: randomId(),
        object: object.id,
        cron,
        zone,
        level: level ?? 'auto',
        catchUp: catchUp ?? false,
        paused: false,
        passphraseFile: kept,
        createdAt: now,
        seenUntil: now,
      };
      table.add(schedule);
      parts.schedules.look();
      return { schedule: view(schedule) };
    },
    'schedule.list': async ({ object }) => {
      const wanted = object === undefined ? null : objectNamed(parts, object).id;
      const listed = table.list().filter((each) => wanted === null || each.object === wanted);
      return { schedules: listed.map(view), keeping: parts.schedules.keeping };
    },
    'schedule.runs': async ({ schedule: prefix, limit = 100 }) => {
      const schedule = scheduleNamed(parts, prefix);
      return { schedule: view(schedule), runs: table.runs(schedule.id, limit).map(runView) };
    },
    'schedule.preview': async ({ cron, zone = localZone() }) => ({
      zone,
      next: calendarOf(cron, zone).next(Date.now(), NEXT_RUNS).map(isoTime),
    }),
    'schedule.pause': async ({ schedule }) => setPaused(schedule, true),
    'schedule.resume': async ({ schedule }) => setPaused(schedule, false),
    'schedule.run': async ({ schedule: prefix }, context) => {
      const schedule = scheduleNamed(parts, prefix);
      const run = await parts.schedules.runNow(schedule, (own, started) => backUp(parts, own, started, null, context));
      return { schedule: view(schedule), run: runView(run) };
    },
    'schedule.remove': async ({ schedule: prefix }) => {
      const schedule = scheduleNamed(parts, prefix);
      const last = view(schedule);
      table.remove(schedule.id);
      return { schedule: last };
    },
  };
};

/** Backs up what a schedule is for, as a job: goes on with an interrupted one, if there is one. `context`: of a caller who waits for it. */
export const backUp = async (
  parts: ConsoleParts,
  { object: id, level, passphraseFile }: StoredSchedule,
  started: (job: string) => void,
  interrupted: string | null = null,
  context: Omit<CallContext, 'secrets'> = NOBODY,
): Promise<{ readonly warned: boolean }> => {
  const object = parts.store.objects.list().find((each) => each.id === id);
  if (object === undefined) throw new Error(`a schedule is for the object ${id}, which is not in the store`);
  const resume = interrupted === null ? null : begunBy(parts, interrupted);
  const input = { object: object.name, level, ...(resume === null ? {} : { resume }) };
  return await withoutAsking(passphraseFile, async () => {
    const secrets = passphraseFile === null ? {} : { passphrase: await readSecret(passphraseFile) };
    const { set } = await runBackupJob(parts, { ...context, secrets }, input, (job) => {
      if (resume !== null && interrupted !== null) parts.board.markResumed(parts.board.find(interrupted), job);
      started(job);
    });
    return { warned: set.warnings.length > 0 };
  });
};

/** The set that an interrupted job had begun and nobody has taken up; null when there is none. */
const begunBy = ({ board }: ConsoleParts, id: string): string | null => {
  const { state, set, resumedBy } = board.find(id);
  return state === 'interrupted' && resumedBy === null ? set : null;
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

const NOBODY: Omit<CallContext, 'secrets'> = { signal: new AbortController().signal, emit: () => true };

/** The file that opens the vault when nobody is there to be asked; null where none is needed. Throws when it does not open it. */
const accessFor = async (parts: ConsoleParts, vault: VaultInfo, file: string | undefined): Promise<string | null> => {
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
  if (!isAbsolute(file) || statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
    throw new ColdframeError('USAGE', {
      message: `${file} is no file that could be read again when the schedule runs.`,
      guidance: 'Give the whole path of a file; a pipe delivers a passphrase once.',
      context: { file },
    });
  }
  await withoutAsking(file, async () =>
    withSession(parts, vault, { passphrase: await readSecret(file) }, () => Promise.resolve()),
  );
  return file;
};

const scheduleNamed = ({ store }: ConsoleParts, prefix: string): StoredSchedule => {
  const [schedule, another] = store.schedules.byPrefix(prefix);
  if (schedule && !another) return schedule;
  throw new ColdframeError(another ? 'USAGE' : 'NO_SUCH_SCHEDULE', {
    message: another ? `More than one schedule begins with ${prefix}.` : `There is no schedule ${prefix}.`,
    guidance: another ? 'Give more of its digits.' : 'List them with: coldframe schedule list',
    context: { schedule: prefix },
  });
};

const scheduleView = ({ store }: ConsoleParts, schedule: StoredSchedule): ScheduleView => {
  const { id, object, cron, zone, level, catchUp, paused, passphraseFile, createdAt } = schedule;
  const [last] = store.schedules.runs(id, 1);
  const { next, problem } = comingOf(schedule);
  return {
    id,
    object: store.objects.list().find((each) => each.id === object)?.name ?? object,
    cron,
    zone,
    level,
    catchUp,
    state: paused ? 'paused' : 'active',
    passphraseFile,
    createdAt: isoTime(createdAt),
    next: paused ? [] : next.map(isoTime),
    problem,
    last: last ? runView(last) : null,
  };
};

/** One that cannot be read any more must not take the others' list with it. */
const comingOf = ({
  cron,
  zone,
}: StoredSchedule): { readonly next: readonly number[]; readonly problem: string | null } => {
  try {
    return { next: calendarOf(cron, zone).next(Date.now(), NEXT_RUNS), problem: null };
  } catch (thrown) {
    return { next: [], problem: asColdframeError(thrown).message };
  }
};

const runView = ({ dueAt, at, ...run }: StoredRun): ScheduleRun => ({ ...run, dueAt: isoTime(dueAt), at: isoTime(at) });
