import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { HOLD_KINDS, hasRules, type KeepRules } from '../../../shared/model/retention.ts';
import { machineZone } from '../../platform/periods.ts';
import { calendarOf } from '../schedules/calendar.ts';
import { problemOf } from '../schedules/next-run.ts';
import { beginOf } from '../schedules/planned-runs.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { StoredSchedule } from '../store/schedule-table.ts';
import type { Store } from '../store/store.ts';
import type { JobControl, RetentionPlan, RetentionRequest, SetMark, VaultSession } from '../use-cases.ts';
import { demandNotHeld } from './demand-not-held.ts';
import { objectNamed, requireAccess, setNamed, vaultOf, withCatalog, withSession } from './lookups.ts';
import { noSuchSet } from './no-such-set.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { acknowledge, demandNotHeldBack, heldNow, holdsOf, knownHolds } from './retention-holds.ts';
import { isRetentionOf, simulatedFor } from './retention-simulation.ts';
import { runAsJob } from './run-as-job.ts';
import { isoTime, setView } from './views.ts';

type Names =
  | 'retention.show'
  | 'retention.set'
  | 'retention.plan'
  | 'retention.simulate'
  | 'retention.apply'
  | 'retention.acknowledge'
  | 'retention.hold'
  | 'retention.keep'
  | 'retention.release';

/** Serves the procedures on keep rules. */
export const retentionHandlers = (parts: ConsoleParts): HandlersOf<Names> => {
  const mark = async (name: string, change: (known: SetMark) => SetMark) => {
    const { object, set } = await ownSet(parts, name);
    changeMark(parts, object.id, set, change);
    return policyOf(parts, object);
  };
  return {
    'retention.show': async ({ object }) => policyOf(parts, objectNamed(parts, object)),

    'retention.set': async ({ object: name, rules, automatic }) => {
      const object = objectNamed(parts, name);
      setRetention(parts, object, { rules, automatic });
      return policyOf(parts, object);
    },

    'retention.plan': async ({ object: name, rules: changes = {} }, { secrets }) => {
      const object = objectNamed(parts, name);
      const vault = vaultOf(parts, object);
      requireAccess(vault, secrets);
      const { plan, request } = await withSession(parts, vault, secrets, (session) =>
        plannedNow(parts, session, object, changes),
      );
      const going = plan.sets.filter(({ keep }) => !keep).map(({ set }) => set);
      const holds = await knownHolds(parts, object, HOLD_KINDS);
      return {
        object: object.name,
        rules: request.rules,
        active: hasRules(request.rules),
        zone: plan.zone,
        ...(await automaticOf(parts, object)),
        sets: plan.sets.map(({ set, good, keep, reasons }) => ({ ...briefOf(set), good, keep, reasons: [...reasons] })),
        keeps: plan.sets.length - going.length,
        expires: going.length,
        bytes: storedBy(going),
        tapes: [...plan.tapes],
        holds: holds.map(({ kind, set, about }) => ({ kind, set, about })),
      };
    },

    'retention.simulate': async ({ object: name, rules: changes = {}, ...asked }, { signal }) => {
      const object = objectNamed(parts, name);
      const request = await requestFor(parts, object, changes);
      return {
        object: object.name,
        rules: request.rules,
        active: hasRules(request.rules),
        zone: machineZone(),
        ...(await automaticOf(parts, object)),
        ...(await simulatedFor(parts, object, { ...request, signal }, asked)),
      };
    },

    'retention.apply': async (input, context) => {
      const object = objectNamed(parts, input.object);
      const vault = vaultOf(parts, object);
      requireAccess(vault, context.secrets);
      return await runAsJob(parts, context, {
        kind: 'retention',
        object: object.name,
        vault: vault.dir,
        input,
        run: async (job) => {
          demandNotHeldBack(object, await holdsOf(parts, object, HOLD_KINDS, job.signal), input.although ?? []);
          return await withSession(
            parts,
            vault,
            context.secrets,
            (session) => applyPlanned(parts, session, object, input.sets, job),
            job,
          );
        },
        warned: ({ warnings }) => warnings.length > 0,
      });
    },

    'retention.acknowledge': async ({ object: name, sets }) => {
      const object = objectNamed(parts, name);
      await acknowledge(parts, object, sets);
      return policyOf(parts, object);
    },
    'retention.hold': ({ set, note }) => mark(set, (known) => ({ ...known, hold: note ?? '' })),
    'retention.keep': ({ set, until }) => {
      demandToCome(until);
      return mark(set, (known) => ({ ...known, until: Date.parse(until) }));
    },
    'retention.release': ({ set }) => mark(set, () => ({ hold: null, until: null })),
  };
};

/** What is to be said of a set that some vault of this home has, also one of an object that is only to be added. */
export const preparedMark = async (
  parts: ConsoleParts,
  { set: name, hold, until }: { readonly set: string; readonly hold?: string; readonly until?: string },
): Promise<() => void> => {
  if (until !== undefined) demandToCome(until);
  const { set, object } = await setAndObject(parts, name);
  return () =>
    changeMark(parts, object, set, (known) => ({
      hold: hold ?? known.hold,
      until: until === undefined ? known.until : Date.parse(until),
    }));
};

const changeMark = (
  { store: { retention }, goingSets }: ConsoleParts,
  object: string,
  set: string,
  change: (known: SetMark) => SetMark,
): void => {
  const { hold, until } = retention.marks(object).find((each) => each.set === set) ?? { hold: null, until: null };
  const changed = change({ hold, until });
  if (changed.hold !== null || changed.until !== null) goingSets.demandStays(set);
  retention.mark(object, set, changed, Date.now());
};

const demandToCome = (until: string): void => {
  if (Date.parse(until) <= Date.now()) throw alreadyPast(until);
};

/** Puts down other keep rules of an object. */
export const setRetention = (
  { store: { retention } }: ConsoleParts,
  { id }: StoredObject,
  { rules, automatic }: Omit<InputOf<'retention.set'>, 'object'>,
): void => {
  retention.setRules(id, changedRules(retention.rules(id), rules));
  if (automatic !== undefined) retention.setAutomatic(id, automatic);
};

const policyOf = async (parts: ConsoleParts, object: StoredObject): Promise<OutputOf<'retention.show'>> => {
  const { store } = parts;
  const { id, name } = object;
  const rules = store.retention.rules(id);
  return {
    object: name,
    rules,
    active: hasRules(rules),
    zone: machineZone(),
    ...(await automaticOf(parts, object)),
    marks: store.retention.marks(id).map(({ set, hold, until, markedAt }) => ({
      set,
      hold,
      until: until === null ? null : isoTime(until),
      markedAt: isoTime(markedAt),
    })),
  };
};

/** What is planned now, in a session of the vault. */
export const plannedNow = async (
  parts: ConsoleParts,
  session: VaultSession,
  object: StoredObject,
  changes: InputOf<'retention.set'>['rules'],
): Promise<{ readonly plan: RetentionPlan; readonly request: RetentionRequest }> => {
  const request = await requestFor(parts, object, changes);
  return { plan: await parts.useCases.planRetention(session, object, request), request };
};

/** Lets expire what the rules say when its turn comes: what is agreed to is the sets, and no more than those go. */
export const applyPlanned = async (
  parts: ConsoleParts,
  session: VaultSession,
  object: StoredObject,
  agreed: readonly string[],
  job: JobControl,
): Promise<OutputOf<'retention.apply'>> => {
  const request = await requestFor(parts, object, {});
  const { expired, kept, freedTapes, warnings } = await parts.goingSets.during(request.demandFree, (demandFree) =>
    parts.useCases.applyRetention(session, object, { ...request, agreed, demandFree }, job),
  );
  return {
    object: object.name,
    expired: expired.map(briefOf),
    kept,
    bytes: storedBy(expired),
    freedTapes: [...freedTapes],
    warnings: [...warnings],
  };
};

const automaticOf = async (parts: ConsoleParts, object: StoredObject) => ({
  automatic: parts.store.retention.automatic(object.id),
  times: timesOf(parts.store, object),
  heldBack: (await heldNow(parts, object)).map(({ set, anomalies }) => ({ set, anomalies: [...anomalies] })),
});

const timesOf = ({ schedules }: Store, object: StoredObject): OutputOf<'retention.show'>['times'] => {
  const until = schedules.pausedUntil();
  return schedules
    .list()
    .filter((each) => isRetentionOf(each, object))
    .map((schedule) => {
      const next = schedule.paused || problemOf(schedule) !== null ? null : nextOf(schedule, until);
      const { cron, zone, paused } = schedule;
      return {
        schedule: schedule.id,
        ofVault: schedule.object === null,
        cron,
        zone,
        state: paused ? 'paused' : 'active',
        next: next === null ? null : isoTime(next),
      };
    });
};

const nextOf = (schedule: StoredSchedule, pausedUntil: number | null): number | null => {
  const calendar = calendarOf(schedule.cron, schedule.zone);
  const [due] = calendar.next(Date.now(), 1);
  return due === undefined ? null : beginOf(schedule, calendar, due, pausedUntil);
};

const alreadyPast = (until: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `A set cannot be kept until ${until}: that is past.`,
    guidance:
      'Give a time that is still to come. To keep it no longer than the rules do: coldframe retention release SET',
    context: { until },
  });

const wantedNow = ({ name }: StoredObject, set: string): ColdframeError =>
  new ColdframeError('RETENTION_CHANGED', {
    message: `Set ${set} of ${name} was to expire, and a job began to wait for tapes of it meanwhile. Nothing was changed.`,
    guidance: `Look at what would expire now with: coldframe retention plan ${name}`,
    context: { object: name, sets: set },
  });

const changedRules = (rules: KeepRules, changes: InputOf<'retention.set'>['rules']): KeepRules => ({
  keepLast: changes.keepLast ?? rules.keepLast,
  daily: changes.daily ?? rules.daily,
  weekly: changes.weekly ?? rules.weekly,
  monthly: changes.monthly ?? rules.monthly,
  yearly: changes.yearly ?? rules.yearly,
});

const requestFor = async (
  parts: ConsoleParts,
  object: StoredObject,
  changes: InputOf<'retention.set'>['rules'],
): Promise<RetentionRequest> => {
  const served = await servedSets(parts, object);
  const unusual = await heldNow(parts, object);
  return {
    rules: changedRules(parts.store.retention.rules(object.id), changes),
    marks: marksOf(parts, object),
    unusual: new Set(unusual.map(({ set }) => set)),
    usedBy: (set) => {
      if (served.some((prefix) => set.startsWith(prefix))) return 'served';
      return parts.mounts.wants(set) ? 'wanted' : null;
    },
    demandFree: (sets) => {
      demandNotHeld(parts, sets);
      const wanted = sets.find((set) => parts.mounts.wants(set));
      if (wanted !== undefined) throw wantedNow(object, wanted);
    },
  };
};

const marksOf = ({ store: { retention } }: ConsoleParts, { id }: StoredObject): ReadonlyMap<string, SetMark> => {
  const now = Date.now();
  return new Map(
    retention.marks(id).map(({ set, hold, until }) => {
      const stays = until === null ? {} : { staysUntil: retention.staysUntil(until, now) };
      return [set, { hold, until, ...stays }];
    }),
  );
};

/** The beginnings of the ids of sets that are served as disks; only sets of volumes can be. */
const servedSets = async (parts: ConsoleParts, { kind }: StoredObject): Promise<string[]> => {
  if (kind !== 'volumes') return [];
  const { exports } = (await parts.volumes()).served();
  return exports.flatMap((each) => /^set\/([0-9a-f]+)/.exec(each.export)?.[1] ?? []);
};

/** The set that a name means, and the object of this home that it is of. */
const ownSet = async (parts: ConsoleParts, name: string): Promise<{ set: string; object: StoredObject }> => {
  const { set, object: id } = await setAndObject(parts, name);
  const object = parts.store.objects.list().find((each) => each.id === id);
  if (object === undefined) throw noSuchSet(parts, name, 0);
  return { set, object };
};

/** The set that a name means, and the id of its object, whether this home has that or not. */
const setAndObject = async (parts: ConsoleParts, name: string): Promise<{ set: string; object: string }> => {
  const { set, vault } = await setNamed(parts, name);
  const sets = await withCatalog(parts, vault, [], (catalog) => catalog.sets(null));
  const object = sets.find((each) => each.id === set)?.object.id;
  if (object === undefined) throw noSuchSet(parts, name, 0);
  return { set, object };
};

const briefOf = (set: BlockSetSummary) => {
  const { id, level, state, parent, createdAt, logicalBytes, bytesStored, tapes } = setView(set);
  return { id, level, state, parent, createdAt, logicalBytes, bytesStored, tapes };
};

const storedBy = (sets: readonly BlockSetSummary[]): number =>
  sets.reduce((sum, { bytesStored }) => sum + bytesStored, 0);
