import type { OutputOf } from '../../shared/contract/contract.ts';
import type { PlannedSet } from '../../shared/contract/retention.ts';
import type { Anomaly } from '../../shared/model/anomaly.ts';
import { DEFAULT_TERMS } from '../../shared/model/default-terms.ts';
import type { KeepRules } from '../../shared/model/retention.ts';
import { format } from './format.ts';
import { schedulesWords } from './schedules.ts';

type Reason = PlannedSet['reasons'][number];

const REASONS: Readonly<Record<Reason['kind'], (of: string) => string>> = {
  'no-rules': () => 'There are no rules',
  last: () => 'One of the newest',
  daily: (period) => `Newest of ${period}`,
  weekly: (period) => `Newest of week ${period}`,
  monthly: (period) => `Newest of ${period}`,
  yearly: (period) => `Newest of ${period}`,
  until: (time) =>
    `Kept until ${format.date(time)}${Date.parse(time) > Date.now() ? '' : ', and for the week after it'}`,
  hold: (note) => (note === '' ? 'Held' : `Held: ${note}`),
  'last-good': () => 'The last good one',
  'before-unusual': (set) => `The last good one before ${set.slice(0, 8)}, which is unusual`,
  'none-good': () => 'No set is known to be whole',
  needed: (set) => (set === '' ? 'Others need it' : `${set.slice(0, 8)} is built on it`),
  unfinished: () => 'May still be gone on from',
  served: () => 'Is served as a disk',
  wanted: () => 'A job waits for tapes of it',
  'no-rule': () => 'No rule holds it',
  interrupted: () => 'An interrupted attempt before a whole set',
};

const ANOMALIES: Readonly<Record<Anomaly['kind'], (usual: number, now: number) => string>> = {
  'much-changed': (usual, now) => `${format.bytes(now)} were read, ${format.bytes(usual)} are usual`,
  'many-changed': (usual, now) =>
    `${format.count(now)} files were written anew at once, of ${format.count(usual)} elements`,
  'many-removed': (usual, now) => `${format.count(now)} of ${format.count(usual)} elements are gone`,
  'much-removed': (usual, now) => `${format.bytes(now)} of ${format.bytes(usual)} are gone`,
  'other-extensions': (usual, now) =>
    `${format.count(now)} of ${format.count(usual)} elements came back with another extension`,
  'not-mounted': (_, now) =>
    now === 1
      ? 'a folder lacks the disk that it was on'
      : `${format.count(now)} folders lack the disks that they were on`,
  unreadable: (_, now) => `${format.count(now)} ${now === 1 ? 'element' : 'elements'} could not be read any more`,
  incompressible: () => 'what changed no longer compresses, as if it were encrypted',
};

const RULE_WORDS: Readonly<Record<keyof KeepRules, string>> = {
  keepLast: 'The newest',
  daily: 'Days',
  weekly: 'Weeks',
  monthly: 'Months',
  yearly: 'Years',
};

const SHORT_RULES: Readonly<Record<keyof KeepRules, (count: number) => string>> = {
  keepLast: (count) => `${format.count(count)} newest`,
  daily: (count) => `${format.count(count)} ${count === 1 ? 'day' : 'days'}`,
  weekly: (count) => `${format.count(count)} ${count === 1 ? 'week' : 'weeks'}`,
  monthly: (count) => `${format.count(count)} ${count === 1 ? 'month' : 'months'}`,
  yearly: (count) => `${format.count(count)} ${count === 1 ? 'year' : 'years'}`,
};

/** Why rules let nothing go. */
export type NothingGoes =
  | { readonly kind: 'no-rules' }
  | { readonly kind: 'chain' }
  | { readonly kind: 'held'; readonly until: string };

const sets = (count: number): string => (count === 1 ? '1 set' : `${format.count(count)} sets`);

type Simulated = OutputOf<'retention.simulate'>;

/** What the backups to come go by: the schedules, or a rhythm in hours. */
const BASES = {
  schedules: 'By its schedules',
  '6': 'Suppose one every 6 hours',
  '24': 'Suppose one a day',
  '168': 'Suppose one a week',
} as const;
export type Basis = keyof typeof BASES;

/** Every so many are full. */
const FULLS = { lately: 'As often as lately', '0': 'None', '1': 'Each', '7': 'One of 7', '30': 'One of 30' } as const;
export type Fulls = keyof typeof FULLS;

const firstLow = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const LEVELS: Readonly<Record<PlannedSet['level'], string>> = {
  full: 'Full',
  differential: 'Differential',
  incremental: 'Incremental',
  synthetic: 'Synthetic full',
};

/** What a set is called that was not completed, and whose content a later one refers to; `by` is the later one's id, null where it is not known. */
export const interruptedSet = (by: string): string => `interrupted; what it stored is used by ${by.slice(0, 8)}`;

/** When a simulation applies the rules. */
const appliedWhen = ({ afterEach, automatic, times }: Pick<Simulated, 'afterEach' | 'automatic' | 'times'>): string => {
  const own = times.filter(({ next }) => next !== null).length > 0;
  if (!afterEach) return 'at times of their own alone';
  if (own) return 'after each and at times of their own';
  return automatic ? 'after each' : 'after each, which nothing does by itself';
};

export const retentionWords = {
  title: 'Retention',
  about:
    'How long block sets are kept. Nothing expires until you carry a plan out, or say that it may after each backup or at times of its own.',
  nothing: 'Nothing to keep yet',
  nothingAbout: 'Protect a folder or a volume first; then say how long its backups are kept.',
  protect: 'Protect something',
  object: 'Object',
  keeps: 'Keeps',
  everything: 'everything',
  setRules: 'Set rules',
  setRulesOf: (object: string) => `Set rules of ${object}`,
  change: 'Change',
  changeOf: (object: string) => `Change the rules of ${object}`,
  held: 'Held',
  automatic: 'Let expire by itself what no rule holds, after each backup',
  automaticOn: (object: string) => `Sets of ${object} expire by themselves from the next backup on.`,
  automaticOff: (object: string) => `Sets of ${object} stay until you let them expire.`,
  times: 'At times of its own',
  timesAbout:
    'The rules can be applied at times of their own, too, whether or not backups go on. What holds after a backup holds then: nothing goes while damage is known or something is unusual.',
  timesOfVault: 'with the whole vault',
  timesNext: (when: string) => `Next: ${when}`,
  timesNever: (state: 'active' | 'paused') => (state === 'paused' ? 'Paused' : 'Can never run'),
  addTimes: 'Give it a time',
  heldBack: 'Nothing expires: something about a backup is unusual',
  heldBackAbout: 'Look whether that is as it should be. Older sets may be the only good ones left.',
  unusual: (set: string, anomalies: readonly Anomaly[]) =>
    `Set ${set.slice(0, 8)}: ${anomalies.map(({ kind, usual, now }) => ANOMALIES[kind](usual, now)).join('; ')}.`,
  acknowledge: 'I have looked, go on',
  acknowledged: (object: string) =>
    `Sets of ${object} expire by themselves again from the next backup, or the next of its times, on.`,
  all: 'All objects',
  missing: (object: string) => `There is no object ${object}.`,
  missingAbout: 'It may have been removed.',
  rules: 'Keep rules',
  rulesAbout:
    'A set stays when any rule holds it: the newest ones, and the newest of each of so many days, weeks, months and years. The last good set stays whatever the rules say, and so does what others are built on.',
  rule: RULE_WORDS,
  shortRules: (rules: KeepRules): string =>
    (Object.keys(SHORT_RULES) as (keyof KeepRules)[])
      .filter((rule) => rules[rule] > 0)
      .map((rule) => SHORT_RULES[rule](rules[rule]))
      .join(', '),
  wrongCount: 'A whole number up to 10 000.',
  neverTitle: (why: NothingGoes): string =>
    why.kind === 'no-rules'
      ? 'Without a rule everything is kept'
      : why.kind === 'held'
        ? `These rules keep everything until ${format.day(why.until)}`
        : 'These rules keep everything',
  neverAbout: (why: NothingGoes): string =>
    ({
      'no-rules': 'Say how many sets are to stay: what that means for each of them is shown below before it is saved.',
      chain:
        'No full backup is to come, and every set needs the ones before it: what no rule holds stays because others are built on it. Let a schedule make a full set at times, or merge.',
      held: 'Each set that there will be by then is held by a rule, or a later one is built on it.',
    })[why.kind],
  zone: (zone: string) => `Days begin at midnight of ${zone}, the time zone of the console.`,
  save: 'Save the rules',
  undo: 'Undo',
  saved: (object: string) => `The keep rules of ${object} are changed.`,
  preview: 'With these rules',
  plan: 'Plan',
  planNow: 'What the rules mean now',
  noSets: 'There are no block sets yet.',
  noSetsAbout: 'After the first backup they stand here, each with the reason why it stays.',
  set: 'Set',
  created: 'Made',
  stored: 'Stored',
  state: 'Plan',
  why: 'Why',
  goes: 'Would go',
  stays: 'stays',
  expires: 'expires',
  notGood: 'not known to be whole',
  /** An interrupted set is no full or incremental one: what it stored is there, and is used or not. */
  levelOf: ({ level, state }: Pick<PlannedSet, 'level' | 'state'>): string =>
    state === 'interrupted' ? 'Interrupted' : LEVELS[level],
  reason: ({ kind, of }: Reason, state: PlannedSet['state']): string =>
    state === 'interrupted' && kind === 'needed' && of ? interruptedSet(of) : REASONS[kind](of ?? ''),
  staying: 'stay',
  expiring: 'expire',
  bytes: 'stored by what expires',
  tapes: 'tapes become free',
  chain: (count: number) =>
    `${sets(count)} ${count === 1 ? 'stays' : 'stay'} only because others are built on ${count === 1 ? 'it' : 'them'}`,
  chainAbout: 'After another full backup or a merge, a full set made without touching the source, they can go in time.',
  coming: 'The year to come',
  comingLabel: (now: number, end: number) =>
    `Sets that are there over the next year: ${format.count(now)} now, ${format.count(end)} at its end`,
  comingSets: 'Sets that are there',
  basis: 'Backups to come',
  bases: BASES,
  full: 'Of them full',
  fulls: FULLS,
  bySchedules: (texts: readonly string[]) =>
    `By its ${texts.length === 1 ? 'schedule' : 'schedules'}: ${texts.join('; ')}.`,
  schedule: ({ cron, zone, level, rules, window }: Simulated['schedules'][number]) =>
    [
      `${firstLow(schedulesWords.when(cron))} in the time of ${zone}`,
      ...(level === 'auto' ? [] : [schedulesWords.levels[level].toLowerCase()]),
      ...schedulesWords.termTexts({ ...DEFAULT_TERMS, rules, window }),
    ].join(', '),
  supposed: (hours: number, fullEvery: number) =>
    `Supposed, not scheduled: a backup every ${hours === 1 ? 'hour' : `${format.count(hours)} hours`}, ${fullEvery === 0 ? 'none of them full' : fullEvery === 1 ? 'each of them full' : `one of ${format.count(fullEvery)} full`}.`,
  silent: (count: number) =>
    count === 1
      ? 'One schedule is paused or cannot run, and brings no backup.'
      : `${format.count(count)} schedules are paused or cannot run, and bring no backup.`,
  outlook: (until: string, cut: boolean, simulated: Pick<Simulated, 'afterEach' | 'automatic' | 'times'>) =>
    `${cut ? `So many backups are to come that only the time until ${format.day(until)} was looked at. ` : ''}Every run is taken to begin in time and to come out whole, and the rules to be applied ${appliedWhen(simulated)}.`,
  none: 'There are no rules, so nothing ever expires.',
  apply: (count: number) => (count === 0 ? 'Nothing expires' : `Let ${sets(count)} expire`),
  unsaved: 'The plan below is a preview. Save the rules to carry it out.',
  applyTitle: (count: number, object: string) => `Let ${sets(count)} of ${object} expire?`,
  applyAbout: 'They cannot be restored any more. What stays can, and nothing else is touched:',
  applyConsent: 'Let them expire',
  applyHeld: 'Retention is held back. Older sets may be the only good ones left:',
  applyAlthough: 'Let them expire although it is held back',
  applyKeep: 'Keep the sets',
  more: (count: number) => `and ${format.count(count)} more`,
  applied: (count: number) => `${sets(count)} expired.`,
  hold: 'Hold',
  holdOf: (set: string) => `Hold set ${set.slice(0, 8)}`,
  keepUntil: 'Keep until',
  /** Begins with what is seen of it. */
  keepOf: (set: string) => `Keep until a date set ${set.slice(0, 8)}`,
  keepTitle: (set: string) => `Keep set ${set.slice(0, 8)} until a date`,
  keepDay: 'Until the end of',
  keepAbout:
    'It stays until then and for the week after it, whatever the rules say; after that they decide again. Release ends it earlier.',
  keepAct: 'Keep it',
  keepWrong: 'Give a day from today on.',
  keeping: (set: string, day: string) => `Set ${set.slice(0, 8)} stays until the end of ${day}.`,
  merge: 'Merge now',
  merging: 'The merge was started.',
  release: 'Release',
  releaseOf: (set: string) => `Release set ${set.slice(0, 8)}`,
  holding: (set: string) => `Set ${set.slice(0, 8)} stays until it is released.`,
  released: (set: string) => `Set ${set.slice(0, 8)} is no longer held.`,
} as const;
