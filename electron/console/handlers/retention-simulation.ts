import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { machineZone } from '../../platform/periods.ts';
import type { SetToJudge } from '../retention/plan.ts';
import { setsToSimulate } from '../retention/sets-to-simulate.ts';
import { fullEveryOf, MOST_STEPS, simulateRetention, supposedRuns } from '../retention/simulate.ts';
import { problemOf } from '../schedules/next-run.ts';
import { plannedRuns, withRetention } from '../schedules/planned-runs.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { StoredSchedule } from '../store/schedule-table.ts';
import type { RetentionRequest } from '../use-cases.ts';
import { vaultOf, withCatalog } from './lookups.ts';
import type { ConsoleParts } from './parts.ts';
import { isoTime } from './views.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 90;
const EVERY_HOURS = 24;

const NO_SETS: { readonly all: readonly BlockSetSummary[]; readonly sets: readonly SetToJudge[] } = {
  all: [],
  sets: [],
};

type Asked = Omit<InputOf<'retention.simulate'>, 'object' | 'rules'>;
type Shown = Pick<
  OutputOf<'retention.simulate'>,
  'by' | 'afterEach' | 'schedules' | 'paused' | 'everyHours' | 'fullEvery' | 'until' | 'steps' | 'sets'
>;

/** What would be there when: by the schedules of an object, or as is supposed where it has none, or where that is asked for. */
export const simulatedFor = async (
  parts: ConsoleParts,
  object: StoredObject,
  { rules, marks, usedBy, signal }: Pick<RetentionRequest, 'rules' | 'marks' | 'usedBy'> & { signal: AbortSignal },
  asked: Asked,
): Promise<Shown> => {
  const { all, sets } = await withCatalog(parts, vaultOf(parts, object), NO_SETS, (catalog) => {
    const all = catalog.sets(object.id);
    return { all, sets: setsToSimulate(all, { marks, usedBy }, (set) => catalog.resumedBy(set)) };
  });
  const basis = basisOf(parts, object, all, asked);
  const { runs, now, end, ...shown } = basis;
  const { schedules } = parts.store;
  const own = schedules
    .list()
    .filter((each) => isRetentionOf(each, object) && !each.paused && problemOf(each) === null);
  const afterEach = own.length === 0 || parts.store.retention.automatic(object.id);
  const coming = withRetention(runs, own, { now, until: end, pausedUntil: schedules.pausedUntil() });
  const { steps, goes, whole } = await simulateRetention(sets, rules, coming, machineZone(), { afterEach, signal });
  return {
    ...shown,
    afterEach,
    until: isoTime(whole ? end : (steps.at(-1)?.at ?? now)),
    steps: steps.map(({ at, ...counts }) => ({ at: isoTime(at), ...counts })),
    sets: all.map(({ id, createdAt }) => {
      const at = goes.get(id) ?? null;
      return { id, createdAt: isoTime(createdAt), goesAt: at === null ? null : isoTime(at) };
    }),
  };
};

/** Whether a schedule applies the rules of an object: its own, or one of its whole vault. */
export const isRetentionOf = (
  { task, object, vault }: StoredSchedule,
  of: Pick<StoredObject, 'id' | 'vault'>,
): boolean => task === 'retention' && (object === of.id || vault === of.vault);

/** By what the backups to come are told, and these. */
const basisOf = (parts: ConsoleParts, object: StoredObject, sets: readonly BlockSetSummary[], asked: Asked) => {
  const { days = DAYS, everyHours, fullEvery, suppose = false } = asked;
  const { schedules: table } = parts.store;
  const own = table.list().filter((each) => each.object === object.id && each.task === 'backup');
  const active = own.filter((each) => !each.paused && problemOf(each) === null);
  const now = Date.now();
  const end = now + days * DAY_MS;
  const paused = own.length - active.length;
  if (active.length > 0 && !suppose && everyHours === undefined && fullEvery === undefined)
    return {
      by: 'schedules' as const,
      schedules: active.map(viewOf),
      paused,
      everyHours: null,
      fullEvery: null,
      now,
      end,
      runs: plannedRuns(active, { now, until: end, pausedUntil: table.pausedUntil() }),
    };
  const hours = everyHours ?? EVERY_HOURS;
  if ((days * 24) / hours > MOST_STEPS) throw tooManySteps(days, hours);
  const rhythm = fullEvery ?? fullEveryOf(wholeOf(sets).map(({ level }) => level));
  return {
    by: 'assumption' as const,
    schedules: [],
    paused,
    everyHours: hours,
    fullEvery: rhythm,
    now,
    end,
    runs: supposedRuns({ now, until: end, everyMs: hours * HOUR_MS, fullEvery: rhythm }),
  };
};

const viewOf = ({ id, cron, zone, level, terms }: StoredSchedule): Shown['schedules'][number] => ({
  id,
  cron,
  zone,
  level,
  rules: [...terms.rules],
  window: terms.window,
});

/** Complete sets, oldest first. */
const wholeOf = (sets: readonly BlockSetSummary[]): BlockSetSummary[] =>
  sets.filter(({ state }) => state === 'complete').toReversed();

const tooManySteps = (days: number, everyHours: number): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `A backup every ${everyHours} hours for ${days} days is more than ${MOST_STEPS} backups.`,
    guidance: 'Look at fewer days, or suppose fewer backups.',
  });
