import type { ScheduleTask } from '../../../shared/contract/choices.ts';
import type { InputOf } from '../../../shared/contract/contract.ts';
import type { ScheduleView } from '../../../shared/contract/schedules.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { DEFAULT_TERMS } from '../../../shared/model/default-terms.ts';
import { randomId } from '../../platform/ids.ts';
import { calendarOf, localZone, zoneNamed } from '../schedules/calendar.ts';
import { machineSurroundings } from '../schedules/surroundings.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { StoredSchedule } from '../store/schedule-table.ts';
import type { VaultInfo } from '../use-cases.ts';
import { objectNamed, vaultAt, vaultOf } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { ASKED, comingRuns, namesOf, runsByDay, runView, scheduleView, type Unknown } from './schedule-view.ts';
import { accessFor, carryOut, demandPassphrase } from './scheduled-task.ts';
import { isoTime } from './views.ts';

type Names =
  | 'schedule.add'
  | 'schedule.update'
  | 'schedule.list'
  | 'schedule.runs'
  | 'schedule.preview'
  | 'schedule.checkPassphraseFile'
  | 'schedule.calendar'
  | 'schedule.pause'
  | 'schedule.pauseAll'
  | 'schedule.resume'
  | 'schedule.run'
  | 'schedule.remove';

const DAYS_AHEAD = 28;

/** Serves the procedures on schedules. */
export const scheduleHandlers = (parts: ConsoleParts): HandlersOf<Names> => {
  const { schedules: table } = parts.store;
  const view = async (schedule: StoredSchedule): Promise<ScheduleView> =>
    scheduleView(parts, schedule, await unknownHere(parts, [schedule]));
  const setPaused = async (prefix: string, paused: boolean) => {
    const schedule = scheduleNamed(parts, prefix);
    pauseSchedule(parts, schedule, paused);
    parts.schedules.look();
    return { schedule: await view(scheduleNamed(parts, schedule.id)) };
  };
  return {
    'schedule.add': async (input) => {
      const commit = await preparedSchedule(parts, input, (name) => objectNamed(parts, name));
      const schedule = commit();
      parts.schedules.look();
      return { schedule: await view(schedule) };
    },
    'schedule.update': async ({ schedule: prefix, passphraseFile, ...change }) => {
      const known = scheduleNamed(parts, prefix);
      demandNoLevel(known.task, change.level, change.terms);
      calendarOf(change.cron ?? known.cron, zoneNamed(change.zone ?? known.zone));
      const vault = vaultOfSchedule(parts, known);
      const given =
        passphraseFile === undefined || vault === null ? undefined : await accessFor(parts, vault, passphraseFile);
      // Whatever was changed of it while the vault was opened stays so.
      const schedule = scheduleNamed(parts, known.id);
      const { cron = schedule.cron } = change;
      const zone = zoneNamed(change.zone ?? schedule.zone);
      // What came due by the old times is decided by them.
      if (cron !== schedule.cron || zone !== schedule.zone) {
        parts.schedules.look();
        parts.schedules.settle(scheduleNamed(parts, schedule.id), 'The times of the schedule were changed.');
      }
      table.update(schedule.id, {
        cron,
        zone,
        level: change.level ?? schedule.level,
        catchUp: change.catchUp ?? schedule.catchUp,
        passphraseFile: given === undefined ? schedule.passphraseFile : given,
        terms: withTerms(schedule.terms, change.terms),
      });
      parts.schedules.look();
      return { schedule: await view(scheduleNamed(parts, schedule.id)) };
    },
    'schedule.list': async ({ object }) => {
      const wanted = object === undefined ? null : objectNamed(parts, object).id;
      const listed = table.list().filter((each) => wanted === null || each.object === wanted);
      const unknown = await unknownHere(parts, listed);
      const names = namesOf(parts);
      return {
        schedules: listed.map((each) => scheduleView(parts, each, unknown, names)),
        keeping: parts.schedules.keeping,
        pausedUntil: pausedUntil(parts),
      };
    },
    'schedule.runs': async ({ schedule: prefix, limit = 100 }) => {
      const schedule = scheduleNamed(parts, prefix);
      return { schedule: await view(schedule), runs: table.runs(schedule.id, limit).map(runView) };
    },
    'schedule.preview': async ({ cron, zone = localZone(), level = 'auto', rules = [], window = null }) => {
      calendarOf(cron, zone);
      const terms = { ...DEFAULT_TERMS, rules, window };
      const coming = comingRuns({ ...UNNAMED, cron, zone, level, terms }, table.pausedUntil());
      return { zone, next: coming.map(({ at }) => at), coming };
    },
    'schedule.checkPassphraseFile': async ({ file, vault }, { secrets }) => {
      try {
        if (vault === undefined) await demandPassphrase(file, secrets.passphrase);
        else await accessFor(parts, vaultAt(parts, vault), file);
        return { error: null };
      } catch (thrown) {
        return { error: asColdframeError(thrown).toData() };
      }
    },
    'schedule.calendar': async ({ days = DAYS_AHEAD }) => {
      const begins = midnights(days);
      const names = namesOf(parts);
      const found = table
        .list()
        .filter(({ paused }) => !paused)
        .map((schedule) => runsByDay(schedule, names(schedule), begins, table.pausedUntil()));
      return {
        zone: localZone(),
        days: begins.slice(0, -1).map((begin, at) => ({
          date: dateOf(begin),
          runs: found
            .flatMap((each) => each[at] ?? [])
            .toSorted((one, other) => Date.parse(one.first) - Date.parse(other.first)),
        })),
      };
    },
    'schedule.pause': async ({ schedule }) => setPaused(schedule, true),
    'schedule.resume': async ({ schedule }) => setPaused(schedule, false),
    'schedule.pauseAll': async (input) => {
      const now = Date.now();
      const until = endOfPause(input, now);
      table.pauseAll(now, until);
      parts.schedules.look();
      return { pausedUntil: pausedUntil(parts) };
    },
    'schedule.run': async ({ schedule: prefix }, context) => {
      const schedule = scheduleNamed(parts, prefix);
      const run = await parts.schedules.runNow(schedule, (own, started, interrupted, level) =>
        carryOut(parts, own, { started, interrupted, level }, context),
      );
      return { schedule: await view(schedule), run: runView(run) };
    },
    'schedule.remove': async ({ schedule: prefix }) => {
      const schedule = scheduleNamed(parts, prefix);
      const last = await view(schedule);
      table.remove(schedule.id);
      return { schedule: last };
    },
  };
};

/** A schedule that may be added; what is given here adds it. `find`: the object of a name, also of one that is only to be added. */
export const preparedSchedule = async (
  parts: ConsoleParts,
  input: InputOf<'schedule.add'>,
  find: (name: string) => StoredObject,
): Promise<() => StoredSchedule> => {
  const { cron, zone: named = localZone(), level, catchUp, passphraseFile, terms, paused, ...what } = input;
  const zone = zoneNamed(named);
  const { task, object, vault } = toSchedule(parts, what, find);
  demandNoLevel(task, level, terms);
  calendarOf(cron, zone);
  const kept = await accessFor(parts, vault, passphraseFile);
  const now = Date.now();
  const schedule: StoredSchedule = {
    id: randomId(),
    task,
    object: object?.id ?? null,
    vault: object === null ? vault.id : null,
    cron,
    zone,
    level: level ?? 'auto',
    catchUp: catchUp ?? false,
    paused: paused ?? false,
    passphraseFile: kept,
    createdAt: now,
    seenUntil: now,
    terms: withTerms(DEFAULT_TERMS, terms),
  };
  return () => {
    // It may have been removed while the vault was opened.
    if (object !== null) objectNamed(parts, object.name);
    parts.store.schedules.add(schedule);
    return schedule;
  };
};

/** Pauses a schedule, or lets it go on; whoever calls lets the schedules be looked at then. */
export const pauseSchedule = (parts: ConsoleParts, schedule: StoredSchedule, paused: boolean): void => {
  if (schedule.paused === paused) return;
  // What was missed up to now gets its lines first: while it is paused nothing counts as missed.
  if (paused) parts.schedules.settle(schedule, 'The schedule was paused.');
  parts.store.schedules.setPaused(schedule.id, paused, Date.now());
};

/** What can be done with all of a vault. */
const OF_VAULTS: ReadonlySet<ScheduleTask> = new Set(['verify', 'retention']);

/** What is to be done, and to what. */
const toSchedule = (
  parts: ConsoleParts,
  { task = 'backup', object: name, vault: dir }: Pick<InputOf<'schedule.add'>, 'task' | 'object' | 'vault'>,
  find: (name: string) => StoredObject,
): { readonly task: ScheduleTask; readonly object: StoredObject | null; readonly vault: VaultInfo } => {
  if ((name === undefined) === (dir === undefined) || (dir !== undefined && !OF_VAULTS.has(task))) {
    throw new ColdframeError('USAGE', {
      message: 'A schedule is for one object, or verifies one vault, or applies the retention of all its objects.',
      guidance: 'Name an object; or give --vault DIR with --task verify or --task retention, and no object.',
    });
  }
  if (name === undefined) return { task, object: null, vault: vaultAt(parts, dir ?? '') };
  const object = find(name);
  return { task, object, vault: vaultOf(parts, object) };
};

const demandNoLevel = (task: ScheduleTask, level: string | undefined, terms: AskedTerms): void => {
  if (task === 'backup' || ((level ?? 'auto') === 'auto' && (terms?.rules ?? []).length === 0)) return;
  throw new ColdframeError('USAGE', {
    message: 'Only a backup has a level.',
    guidance: 'Leave level and rules out.',
    context: { task },
  });
};

const vaultOfSchedule = (
  { store }: ConsoleParts,
  schedule: Pick<StoredSchedule, 'object' | 'vault'>,
): VaultInfo | null => {
  const object = store.objects.list().find(({ id }) => id === schedule.object);
  return store.vaults.byId(schedule.vault ?? object?.vault ?? '');
};

type AskedTerms = InputOf<'schedule.add'>['terms'];

const withTerms = (terms: StoredSchedule['terms'], asked: AskedTerms): StoredSchedule['terms'] => ({
  ...terms,
  ...Object.fromEntries(Object.entries(asked ?? {}).filter(([, value]) => value !== undefined)),
});

/** Until when all are paused; null when they are not, or no longer. */
const pausedUntil = ({ store }: ConsoleParts): string | null => {
  const until = store.schedules.pausedUntil();
  return until === null || until <= Date.now() ? null : isoTime(until);
};

const endOfPause = (input: InputOf<'schedule.pauseAll'>, now: number): number | null => {
  if ('forMs' in input) return now + input.forMs;
  if (input.until === null) return null;
  const until = input.until === 'tomorrow' ? (midnights(1).at(-1) ?? now) : Date.parse(input.until);
  if (until > now) return until;
  throw new ColdframeError('USAGE', {
    message: `The pause would have ended already: ${input.until}.`,
    guidance: 'Give a time that is to come. To let schedules go on: coldframe schedule resume-all',
    context: { until: input.until },
  });
};

/** The beginnings of today and of the days after it, by the clocks of this machine; one more than asked for. */
const midnights = (days: number): number[] => {
  const now = new Date();
  return Array.from({ length: days + 1 }, (_, at) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + at).getTime(),
  );
};

const dateOf = (midnight: number): string => {
  // Where a change of the clocks leaves midnight out, the day begins at one.
  const day = new Date(midnight);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
};

/** A schedule that is not there yet. */
const UNNAMED: StoredSchedule = {
  id: '',
  task: 'backup',
  object: null,
  vault: null,
  cron: '',
  zone: '',
  level: 'auto',
  catchUp: false,
  paused: false,
  passphraseFile: null,
  createdAt: 0,
  seenUntil: 0,
  terms: DEFAULT_TERMS,
};

const unknownHere = async ({ shell }: ConsoleParts, schedules: readonly StoredSchedule[]): Promise<Unknown> => {
  const machine = machineSurroundings(shell.idleMs);
  const known = {
    mains: () => machine.mains(),
    idle: () => machine.idleMs(),
    metered: () => machine.metered(),
  };
  const unknown: Unknown = [];
  for (const each of Object.keys(known) as (keyof typeof known)[])
    if (schedules.some(({ terms }) => ASKED[each](terms)) && (await known[each]()) === null) unknown.push(each);
  return unknown;
};

/** The schedule of an id, or of the beginning of one. */
export const scheduleNamed = ({ store }: ConsoleParts, prefix: string): StoredSchedule => {
  const [schedule, another] = store.schedules.byPrefix(prefix);
  if (schedule && !another) return schedule;
  throw new ColdframeError(another ? 'USAGE' : 'NO_SUCH_SCHEDULE', {
    message: another ? `More than one schedule begins with ${prefix}.` : `There is no schedule ${prefix}.`,
    guidance: another ? 'Give more of its digits.' : 'List them with: coldframe schedule list',
    context: { schedule: prefix },
  });
};
