import type { Attention } from '../../shared/contract/attention.ts';
import type { ObjectOverview, ObjectState } from '../../shared/contract/overview.ts';
import type { AnomalyKind } from '../../shared/model/anomaly.ts';
import type { PillTone } from '../components/marks.tsx';
import { format } from './format.ts';
import { reclaimWords } from './reclaim.ts';
import { retentionWords } from './retention.ts';

type AttentionText = (about: { object: string; vault: string; context: Attention['context'] }) => {
  readonly title: string;
  readonly about: string;
};

/** The reason of a run without the code of its error, which the schedule's page shows. */
const withoutCode = (reason: unknown): string => String(reason).replace(/^[A-Z_]+: /, '');

const TASKS: Readonly<Record<string, string>> = {
  backup: 'backup',
  'restore-test': 'restore test',
  verify: 'verification',
  retention: 'retention',
};

/** Codes of warnings that tell of an element that is not in the set as it should be. */
const UNREAD = new Set(['ELEMENT_UNREADABLE', 'UNREADABLE', 'VANISHED', 'TOO_LARGE']);

const warningKind = (code: unknown): 'notMounted' | 'unread' | 'other' => {
  if (code === 'NOT_MOUNTED') return 'notMounted';
  return UNREAD.has(String(code)) ? 'unread' : 'other';
};

type Context = Attention['context'];

const things = (count: number): string => (count === 1 ? '1 thing' : `${format.count(count)} things`);

const namesIn = (listed: Context[string]): number => String(listed).split(', ').length;

/** The first of several by their names, and how many more there are; consoles from before that was told told no number. */
const someOf = (listed: Context[string], count: Context[string] | undefined): string => {
  const more = Number(count ?? 0) - namesIn(listed);
  return more > 0 ? `${listed} and ${format.count(more)} more` : String(listed);
};

const checkWrong = (object: Attention['object'], vault: string, context: Context) => ({
  title: `${object ? `A ${TASKS[String(context.kind)]} found ${things(Number(context.failures))} of ${object} wrong` : `The ${TASKS[String(context.kind)]} of ${last(vault)} found ${things(Number(context.failures))} wrong`}`,
  about: [
    ...(context.objects ? [`Of ${someOf(context.objects, context.objectCount)}.`] : []),
    ...(context.sets
      ? [`In the ${namesIn(context.sets) === 1 ? 'set' : 'sets'} ${someOf(context.sets, context.setCount)}.`]
      : []),
    context.inNewest === true
      ? 'The newest backup builds on that: a restore lacks what lies there. Back it up anew in full; its job lists what is concerned.'
      : 'Its job lists what.',
    'This stays until the same came back right, or the sets have expired.',
  ].join(' '),
});

const lostNowhere = (object: Attention['object'], vault: string, context: Context) => ({
  title: `${things(Number(context.failures))} of ${object || last(vault)} ${context.failures === 1 ? 'is' : 'are'} damaged on one tape and whole on another`,
  about: [
    ...(context.objects ? [`Of ${context.objects}.`] : []),
    ...(context.sets ? [`In the sets ${context.sets}.`] : []),
    'Nothing is lost: a restore reads the whole one, which is to be kept until it lies twice again. The job says on which tapes. Reclaim the damaged tape under Media, or, where that is a copy, erase it and copy its original again; then verify once more.',
  ].join(' '),
});

const foundDamaged = (object: string | null, context: Context) => {
  const sets = `${context.failures === 1 ? 'Set' : 'Sets'} ${context.sets}`;
  return context.read === 'newest'
    ? {
        title: `What is stored of ${object} is damaged`,
        about: `${sets}, which its newest set is or builds on: a restore lacks what lies there. Back it up anew in full. If a drive may have been at fault, verify it. This stays until one of these was right.`,
      }
    : {
        title: `Older sets of ${object} are damaged`,
        about: `${sets}. The newest one builds on none of them. This stays until a verification found them right, or they have expired.`,
      };
};

const readBackWrong = (object: string | null, context: Context) => ({
  title: `What a backup of ${object} wrote did not read back right`,
  about: `Set ${String(context.set).slice(0, 8)}, ${things(Number(context.failures))} wrong. ${context.what === null ? '' : `${context.what} `}${context.readBack === false ? 'This stays until a verification of it was right, or the set has expired.' : 'Back it up anew in full. This stays until such a backup, or a verification, was read back right, or the set has expired.'}`,
});

/** What the last backup warned of. */
const WARNED: Readonly<
  Record<ReturnType<typeof warningKind>, (object: string, context: Attention['context']) => ReturnType<AttentionText>>
> = {
  notMounted: (object, { path, message, warnings }) => ({
    title:
      warnings === 1
        ? `A disk or share of ${object} was not there`
        : `${format.count(Number(warnings))} disks or shares of ${object} were not there`,
    about: `${path} ${message}.`,
  }),
  unread: (object) => ({
    title: `Some elements of ${object} could not be read`,
    about: 'The rest is safe. The job lists which they are and why.',
  }),
  other: (object, { warnings, message }) => ({
    title: `The last backup of ${object} has ${warnings === 1 ? 'a warning' : 'warnings'}`,
    about: `${message ?? ''} The job lists ${warnings === 1 ? 'it' : 'them all'}.`.trim(),
  }),
};

const last = (path: string): string => path.split('/').filter(Boolean).at(-1) ?? path;

const one = ({ count }: Attention['context']): boolean => count === 1;

const tapesOf = (vault: string, context: Attention['context']): string =>
  one(context)
    ? `A tape of vault ${last(vault)} is`
    : `${format.count(Number(context.count))} tapes of vault ${last(vault)} are`;

/** What a notice has not told. */
const undelivered = (waiting: number, givenUp: number): string => {
  const parts = [
    ...(waiting === 0 ? [] : [`${format.counted(waiting, 'event')} ${waiting === 1 ? 'waits' : 'wait'}`]),
    ...(givenUp === 0 ? [] : [`${format.counted(givenUp, 'event')} ${givenUp === 1 ? 'was' : 'were'} given up`]),
  ];
  return `${parts.join(', and ')}: whoever relies on it does not hear of failures. Mend the server or the address, then send a test.`;
};

/** What tapes that are away are wanted for. */
const wantedBy = (context: Attention['context']): string => {
  const more = Number(context.moreObjects);
  const objects = `${context.objects}${more === 0 ? '' : ` and ${format.count(more)} more`}`;
  const several = more > 0 || String(context.objects).includes(', ');
  const checks = Number(context.checks);
  return [
    ...(context.objects === ''
      ? []
      : [
          `The last good ${several ? 'backups' : 'backup'} of ${objects} ${several ? 'need' : 'needs'} ${one(context) ? 'it' : 'them'}, and the next ${several ? 'ones do' : 'one does'} not build on what is away. `,
        ]),
    ...(checks === 0
      ? []
      : [`${checks === 1 ? 'A check' : `${format.count(checks)} checks`} could not look at everything. `]),
  ].join('');
};

/** Beside what a vault's tapes hold in all, where that is told. */
const ofTapes = ({ bytesCapacity }: Attention['context']): string =>
  typeof bytesCapacity === 'number' ? `; its tapes hold ${format.bytes(bytesCapacity)} in all` : '';

/** What each matter is called, and what to do about it. */
const ATTENTION: Readonly<Record<Attention['code'], AttentionText>> = {
  NEVER_BACKED_UP: ({ object }) => ({
    title: `${object} was never backed up`,
    about: 'It is protected in name only until its first backup is done.',
  }),
  HOME_DATABASE_MISSING: ({ context }) => ({
    title: 'The database of this console is gone from its place',
    about: `${context.file} was moved, deleted or replaced. Nothing is backed up, and nothing is noted, until it is back: put that very file there, then end Coldframe and start it again. Where it is lost, end Coldframe, move the folder ${context.home} away as a whole, start again and open each vault: its own copy of the catalog has its objects and sets.`,
  }),
  HOME_FULL: ({ context }) => ({
    title: 'The disk of this console is full',
    about: `What is done cannot be noted down in ${context.home}, and no backup begins. Make room there.`,
  }),
  RETENTION_HELD: ({ object, context }) => {
    const { set, kind, usual, now, more } = context;
    const anomaly = { kind: kind as AnomalyKind, usual: Number(usual), now: Number(now) };
    const others =
      Number(more) === 0
        ? ''
        : ` ${format.count(Number(more))} more ${more === 1 ? 'thing is' : 'things are'} unusual.`;
    return {
      title: `Something about a backup of ${object} is unusual`,
      about: `${retentionWords.unusual(String(set), [anomaly])}${others} Nothing of it expires by itself until somebody has looked.`,
    };
  },
  OVERDUE: ({ object, context }) => ({
    title: `${object} is overdue`,
    about:
      context.by === 'schedule'
        ? `A run was due ${format.date(String(context.since))}, and no good backup was made since. Run one now; the page of the schedule says what became of the run.`
        : 'Its last good backup is older than it should be. Run one now, or allow more time in the settings.',
  }),
  LAST_FAILED: ({ object }) => ({
    title: `The last backup of ${object} failed`,
    about: 'Its job says why. What was backed up before is not affected.',
  }),
  LAST_INTERRUPTED: ({ object }) => ({
    title: `The last backup of ${object} was interrupted`,
    about: 'It can be taken up where it stopped.',
  }),
  LAST_WARNED: ({ object, context }) => WARNED[warningKind(context.warning)](object, context),
  ROOT_MISSING: ({ object, context }) => ({
    title: `A folder of ${object} is not there`,
    about: `${context.root} cannot be found. Connect the drive it lies on, or change the object.`,
  }),
  SCHEDULE_BROKEN: ({ object, vault, context }) => ({
    title: `A schedule of ${object || last(vault)} can never run`,
    about: `${context.problem} Remove it, and add one with times that can come.`,
  }),
  RUN_FAILED: ({ object, vault, context }) => ({
    title:
      context.unmerged === true
        ? `The synthetic full of ${object} was not put together`
        : `The scheduled ${TASKS[String(context.task)] ?? 'backup'} of ${object || last(vault)} could not begin`,
    about: `Due ${format.date(String(context.dueAt))}. ${withoutCode(context.reason)}`,
  }),
  RUN_SKIPPED: ({ object, context }) => ({
    title: Number(context.more) === 0 ? `A backup of ${object} was missed` : `Backups of ${object} were missed`,
    about: `Due ${format.date(String(context.dueAt))}. ${context.reason}`,
  }),
  CATALOG_UNREADABLE: ({ vault, context }) => ({
    title: `Nobody can tell what vault ${last(vault)} holds`,
    about: `${context.message} What is on its tapes is not affected. How its objects stand is told again once its catalog was rebuilt.`,
  }),
  SET_INCOMPLETE: ({ object }) => ({
    title: `A backup of ${object || 'an object'} is incomplete`,
    about: 'Tapes of it are missing. Bring them back, or take a full backup.',
  }),
  CHECK_WRONG: ({ object, vault, context }) =>
    context.lostNowhere === true
      ? lostNowhere(object, vault, context)
      : typeof context.read === 'string'
        ? foundDamaged(object, context)
        : typeof context.set === 'string'
          ? readBackWrong(object, context)
          : checkWrong(object, vault, context),
  NOTICE_UNDELIVERED: ({ context }) => ({
    title: `Notices do not get to ${context.notice}`,
    about: `${undelivered(Number(context.waiting), Number(context.givenUp))} The last attempt: ${String(context.error).replace(/\.$/, '')}.`,
  }),
  CHECK_FAILED: ({ object, vault, context }) => ({
    title: `The last ${TASKS[String(context.kind)]} of ${object || last(vault)} could not be carried out`,
    about: String(context.message ?? 'Its job says why.'),
  }),
  CHECK_OVERDUE: ({ object, vault, context }) => ({
    title: `A ${TASKS[String(context.kind)]} of ${object || last(vault)} is missing`,
    about: `One was due ${format.date(String(context.since))}, and none has come to a finding since.`,
  }),
  VAULT_UNREACHABLE: ({ vault }) => ({
    title: `Vault ${last(vault)} cannot be reached`,
    about: `Connect the drive or share that holds ${vault}. Until then nothing is backed up to it.`,
  }),
  VAULT_NEARLY_FULL: ({ vault, context }) => ({
    title: context.onDisk
      ? `The disk of vault ${last(vault)} is nearly full`
      : `The tapes of vault ${last(vault)} are nearly full`,
    about: context.onDisk
      ? `${format.bytes(Number(context.bytesFree))} are free on it${ofTapes(context)}. Make room there, whatever takes it, or reclaim tapes, before the next backup needs it. More tapes do not help.`
      : `They take ${format.bytes(Number(context.bytesFree))} more${ofTapes(context)}. Label more tapes before the next backup needs them.`,
  }),
  DRIVE_WANTS_CLEANING: ({ vault, context }) => ({
    title: `${Number(context.count) === 1 ? `Drive ${context.drives} of vault ${last(vault)} wants` : `Drives ${context.drives} of vault ${last(vault)} want`} cleaning`,
    about: `Jobs go on meanwhile. ${Number(context.tapes) === 0 ? 'No cleaning tape has uses left: add one under Media, or put one into the changer.' : 'What is in the drive goes back to its slot.'}`,
  }),
  TAPES_TO_RECLAIM: ({ vault, context }) => ({
    title: reclaimWords.suggested(Number(context.count), last(vault)),
    about: reclaimWords.suggestedAbout(Number(context.bytes)),
  }),
  VAULT_FULL: ({ vault, context }) => ({
    title: `Vault ${last(vault)} is full`,
    about: context.onDisk
      ? 'The next backup will fail. Make room on the disk it lies on, whatever takes it: more tapes do not help.'
      : 'The next backup will fail. Label more tapes.',
  }),
  TAPES_DAMAGED: ({ vault }) => ({
    title: `Vault ${last(vault)} has damaged tapes`,
    about: 'Verify it to learn what is affected, then take full backups of that.',
  }),
  TAPES_AWAY: ({ vault, context }) => ({
    title: `${tapesOf(vault, context)} not here`,
    about: `${context.tapes}. ${wantedBy(context)}Nothing on ${one(context) ? 'it' : 'them'} is known to be damaged: put ${one(context) ? 'it' : 'them'} back.`,
  }),
  TAPES_MISSING: ({ vault, context }) => ({
    title: `${tapesOf(vault, context)} missing`,
    about: `${context.tapes}. No last good backup needs ${one(context) ? 'it' : 'them'}; earlier ones that lie there cannot be restored whole until ${one(context) ? 'it is' : 'they are'} back.`,
  }),
  CHECK_AWAY: ({ object, vault, context }) => ({
    title: `The ${TASKS[String(context.kind)]} of ${object || last(vault)} could not look at everything`,
    about: `${context.tapes} ${String(context.tapes).includes(',') ? 'were' : 'was'} away, and can be read now. This stays until the same came back right.`,
  }),
};

const OBJECT_STATE_WORDS: Readonly<Record<ObjectState, { readonly text: string; readonly tone: PillTone }>> = {
  ok: { text: 'Protected', tone: 'good' },
  running: { text: 'Running', tone: 'run' },
  warnings: { text: 'Warnings', tone: 'warn' },
  away: { text: 'Tapes away', tone: 'warn' },
  overdue: { text: 'Overdue', tone: 'bad' },
  failed: { text: 'Failed', tone: 'bad' },
  never: { text: 'Not yet', tone: 'bad' },
};

/** Names in a row: `one, two and three`, or how many where there are more. */
const named = (names: readonly string[]): string =>
  names.length > 3
    ? `${format.count(names.length)} objects`
    : [names.slice(0, -1).join(', '), names.at(-1) ?? ''].filter(Boolean).join(' and ');

/** What is told where nothing needs a person: objects whose backup runs may still lack one, or have an old one. */
const nothingNeeded = (objects: readonly Pick<ObjectOverview, 'name' | 'lastGood' | 'overdueSince'>[]): string => {
  const without = objects.filter(({ lastGood }) => lastGood === null).map(({ name }) => name);
  const late = objects
    .filter(({ lastGood, overdueSince }) => lastGood !== null && overdueSince !== null)
    .map(({ name }) => name);
  if (without.length + late.length === 0) return 'Nothing. Every object has a good backup that is recent enough.';
  const texts = [
    ...(without.length > 0
      ? [`${named(without)} ${without.length === 1 ? 'has' : 'have'} no good backup yet: the first one runs.`]
      : []),
    ...(late.length > 0 ? [`The last good backup of ${named(late)} is too old: the next one runs.`] : []),
  ];
  return `Nothing at the moment. ${texts.join(' ')}`;
};

/** What the button of a matter does. */
const ACTS: Readonly<Record<string, string>> = {
  backup: 'Run it now',
  merge: 'Put it together now',
  'job.resume': 'Take it up again',
  verify: 'Verify it',
  'restore.test': 'Test it now',
  'tape.label': 'Label tapes',
  'vault.rebuild': 'Rebuild the catalog',
  'library.clean': 'Clean the drive',
  'vault.open': 'Open it again',
};

/** The state of an object: nothing failed where what is stored was found damaged. */
export const stateWords = ({
  state,
  reason,
}: Pick<ObjectOverview, 'state' | 'reason'>): (typeof OBJECT_STATE_WORDS)[ObjectState] =>
  state === 'failed' && reason.code === 'CHECK_WRONG' ? { text: 'Damaged', tone: 'bad' } : OBJECT_STATE_WORDS[state];

/** The texts of the overview. */
export const overviewWords = {
  title: 'Overview',
  about: (objects: number, matters: number) =>
    `${objects === 1 ? '1 object' : `${format.count(objects)} objects`} protected, ${
      matters === 0
        ? 'nothing needs you'
        : matters === 1
          ? '1 matter needs you'
          : `${format.count(matters)} matters need you`
    }`,
  backUp: 'Back up now',
  backUpAll: 'Back up all now',
  allRun: 'A backup of every object runs already.',
  protect: 'Protect something',
  objects: 'Protected objects',
  lastSets: 'last 30 backups',
  object: 'Object',
  state: 'State',
  lastGood: 'Last good backup',
  onDamaged: 'builds on a damaged set',
  onDamagedOf: (when: string) =>
    `It builds on the set of ${when}, in which something is damaged: a restore may lack it.`,
  next: 'Next run',
  size: 'Size',
  changed: 'Last change',
  trend: 'Trend',
  never: 'never',
  byHand: 'by hand',
  noSchedule: 'It has no schedule: add one',
  paused: 'paused',
  pausedAbout: 'Its schedules are paused: nothing backs it up',
  trendLabel: (name: string, from: string, to: string) => `Size of ${name}, from ${from} to ${to}`,
  backUpOne: (name: string) => `Back up ${name} now`,
  oneDisk: 'Vault on the same disk',
  /** Begins with what is seen of it. */
  oneDiskOf: (name: string) => `Vault on the same disk as ${name}`,
  oneDiskAbout: 'If this disk breaks, both are gone: what that means, and what to do',
  seeRunning: (name: string) => `See the backup of ${name} that runs`,
  restoreOne: (name: string) => `Restore from ${name}`,
  started: (name: string) => `The backup of ${name} was started.`,
  none: 'Nothing is protected yet',
  noneAbout: 'Choose folders, say what not to keep, and where it goes. The first backup can run right away.',
  firstSteps: 'Three questions to the first backup',
  needsYou: 'Needs you',
  nothingYet: 'Nothing yet: nothing is protected here.',
  nothingNeeded,
  nobodyTold: 'Nobody hears of such matters without looking here.',
  haveTold: 'Have somebody told',
  restoreTest: 'Restore test',
  actOf: ({ procedure, input }: NonNullable<Attention['action']>) =>
    procedure === 'backup' && input.level === 'full' ? 'Back it up in full' : (ACTS[procedure] ?? 'See to it'),
  acted: 'Started.',
  done: 'Done.',
  seeJob: 'See the job',
  seeSchedule: 'See the schedule',
  seeNotices: 'See the notices',
  look: 'Look at it',
  seeTapes: 'See its tapes',
  showTapes: (count: number) => (count === 1 ? 'Show where it was' : 'Show where they were'),
  vault: (name: string) => `Vault ${name}`,
  tapes: (count: number) => (count === 1 ? '1 tape' : `${format.count(count)} tapes`),
  ofWritten: (capacity: string) => `of ${capacity} written`,
  untilFull: 'until it is full',
  noForecast: 'no forecast yet: it takes backups of some days',
  freeOnDisk: (free: string) => `${free} free on its disk`,
  tapesTakeMore: (capacity: string) => `which is less than its tapes could hold, ${capacity}`,
  unreachable: 'out of reach',
  days: (days: number) => `${format.count(days)} d`,
  latest: 'Latest backups',
  read: 'read',
  stored: 'stored',
  flow: (read: string, stored: string) => `${read} → ${stored}`,
  attention: (matter: Attention) =>
    ATTENTION[matter.code]({
      object: matter.object ?? '',
      vault: matter.vault ?? '',
      context: matter.context,
    }),
} as const;
