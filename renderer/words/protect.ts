import type { ColdframeError } from '../../shared/errors.ts';
import type { UnprotectedType } from '../../shared/model/selection.ts';
import type { PlaceRule } from '../../shared/model/unprotected-places.ts';
import type { Problem, Runs, Step } from '../stores/protect-draft.ts';
import { format } from './format.ts';

/** The kinds of what nobody wants, and how they are told. */
export const TYPE_WORDS: Readonly<Record<UnprotectedType, { readonly title: string; readonly about: string }>> = {
  temp: { title: 'Temporary files', about: '*.tmp, temp folders, caches' },
  swap: { title: 'Swap', about: 'swap files and partitions, pagefile.sys, hiberfil.sys' },
  spool: { title: 'Print and mail spools', about: '/var/spool and what printers queue' },
  free: { title: 'Free space', about: 'what no file takes up; of volumes only' },
};

export const PLACE_RULE_WORDS: Readonly<Record<PlaceRule, string>> = {
  file: 'Files that are called',
  folder: 'Folders that are called',
  contents: 'What lies in',
  signed: 'Files that are called so and have the signature of a swap area',
  tagged: 'Folders with a file, of the signature of a cache, that is called',
};

const PROBLEMS: Readonly<Record<Problem, string>> = {
  roots: 'Tick at least one folder.',
  volumes: 'Tick at least one volume.',
  many: 'One object has 64 volumes at most.',
  name: 'A name has 1 to 128 characters, none of them @ or /, and does not begin with a space.',
  taken: 'Another object has this name already.',
  vault: 'Say in which folder the new vault goes: its full path, beginning with /.',
  short: 'A passphrase has at least 8 characters.',
  differs: 'The two are not the same yet.',
  time: 'An hour and a minute, as 02:30.',
  passphraseFile: 'Give the full path of the file, beginning with / or a drive.',
};

const STEPS: Readonly<
  Record<Step, { readonly short: string; readonly title: string; readonly about: string; readonly next: string }>
> = {
  what: {
    short: 'What to protect',
    title: 'What should be protected?',
    about: 'Tick folders. A folder takes with it everything below; sizes are counted while you choose.',
    next: 'Next: what not to keep',
  },
  not: {
    short: 'What not to keep',
    title: 'What should not be kept?',
    about: 'Everything that is left out is counted here before anything runs.',
    next: 'Next: where it goes',
  },
  where: {
    short: 'Where it goes',
    title: 'Where should it go?',
    about: 'A vault is a folder with tapes in it. Put it on another disk than what you protect.',
    next: 'Next: when it runs',
  },
  when: {
    short: 'When it runs',
    title: 'When should it be backed up?',
    about: 'Backups that run by themselves are not forgotten.',
    next: 'Next: review',
  },
  review: {
    short: 'Review',
    title: 'Is this right?',
    about: 'Nothing has been written up to now.',
    next: 'Protect, and back up now',
  },
};

const STEPS_OF_VOLUMES: Readonly<Record<Step, string>> = {
  what: 'Tick volumes. All that are ticked are backed up together, as they were at one and the same moment.',
  not: 'Blocks that need not be kept, such as swap or scratch space. Holes are never read.',
  where: STEPS.where.about,
  when: STEPS.when.about,
  review: 'No backup was made up to now.',
};

const RUNS: Readonly<Record<Runs, { readonly title: string; readonly about: string }>> = {
  daily: { title: 'Every day', about: 'At an hour when nobody works.' },
  workdays: { title: 'Monday to Friday', about: 'Not at weekends.' },
  weekly: { title: 'Once a week', about: 'On a day of your choice.' },
  hourly: { title: 'Every hour', about: 'For what changes all day.' },
  hand: { title: 'When I start it', about: 'Nothing is backed up by itself.' },
};

/** The texts of the wizard. */
export const protectWords = {
  above: 'Protect something',
  steps: STEPS,
  stepsOfVolumes: STEPS_OF_VOLUMES,
  kindLabel: 'What is protected',
  kinds: { files: 'Folders and files', volumes: 'Volumes' },
  problems: PROBLEMS,
  back: 'Back',
  kept: 'Kept as you go. Nothing runs until the last step.',
  takenUp:
    'Taken up where you left it. A passphrase is not kept, and is typed again. Nothing runs until the last step.',
  anew: 'Begin anew',
  anewTitle: 'Begin anew?',
  anewAbout:
    'What was chosen in all steps is forgotten. Nothing of it was saved yet, and what is protected already stays as it is.',
  anewKeep: 'Keep what is chosen',
  saveOnly: 'Only protect it',
  working: 'One moment …',
  folders: 'Folders on this machine',
  typedFolder: 'Path of a folder',
  typedAdd: 'Tick it',
  typedNotWhole: 'The full path, beginning with / or a drive.',
  typedAlready: (path: string) => `${path} is ticked already, by itself or with a folder above it.`,
  chosen: 'Chosen',
  nothingChosen: 'Nothing is ticked yet.',
  remove: (path: string) => `Do not protect ${path}`,
  withFolder: 'with its folder',
  denied: (code: string) =>
    ['EACCES', 'EPERM'].includes(code)
      ? 'may not be opened by the user whom the console runs as'
      : `cannot be opened (${code})`,
  moreFolders: (count: number) =>
    `${count === 1 ? '1 more folder is' : `${format.count(count)} more folders are`} in here. Type the path of the one that is wanted, above.`,
  moreThanListed:
    'More is in here than can be listed, and folders may be missing from the list. Type the path of the one that is wanted, above.',
  tree: 'Folders; space ticks, arrow right opens',
  system: 'system drive',
  drive: (label: string, bus: string | null, free: string | null) =>
    [label, bus, free].filter((part) => part !== null).join(', '),
  driveFree: (free: string, total: string) => `${free} of ${total} free`,
  removable: 'removable',
  counting: 'counting …',
  counted: (elements: number) => format.counted(elements, 'element'),
  /** The first step counts already without what the next one leaves out. */
  withoutTypes: (size: string) => `without ${size} that the next step leaves out`,
  elements: (count: number) => (count === 1 ? 'element' : 'elements'),
  elementsHead: 'Elements',
  ownFiles: 'Coldframe’s own files',
  mounts: 'Other disks and shares, mounted there',
  total: 'Together',
  unreadable: (count: number) => `${format.count(count)} cannot be read by the user who runs the console`,
  types: 'Unprotected types',
  type: 'Type',
  foundBy: 'Found by',
  allPatterns: 'All of them',
  leftOut: 'Left out',
  leftOutNothing: 'nothing',
  own: 'Your own rules',
  rule: 'Rule',
  addRule: 'Add a rule',
  removeRule: 'Remove this rule',
  rulePlaceholder: 'for example **/node_modules/** or *.iso',
  ruleMatches: (count: number, whole: boolean) =>
    count === 0 ? 'matches nothing here' : `matches ${format.count(count)}${whole ? '' : ' or more'}`,
  ruleLeavesOut: (elements: number, size: string) => `leaves out ${format.counted(elements, 'element')}, ${size}`,
  ruleExamples: (paths: readonly string[]) => paths.join(', '),
  effect: 'Effect',
  willBe: (total: string) => `will be protected, of ${total}`,
  effectLabel: 'What is protected and what is left out',
  protected: 'protected',
  largest: 'Largest left out',
  nothingLeftOut: 'Nothing is left out.',
  name: 'Name',
  nameHelp: 'What it is called everywhere.',
  vault: 'Vault',
  anotherVault: 'A new vault',
  anotherVaultAbout: 'A folder that is made for it.',
  vaultAbout: (dir: string, objects: number) =>
    `${dir}, ${objects === 1 ? '1 object' : `${format.count(objects)} objects`}`,
  unreachable: 'out of reach',
  newVault: 'Folder of the new vault',
  sealed: 'Seal it with a passphrase',
  sealedAbout: 'Without the passphrase or the recovery code nobody can read it, neither can you.',
  passphrase: 'Passphrase',
  again: 'The same again',
  level: 'First backup',
  levels: {
    auto: 'As needed: full, unless the vault has backups of this name',
    full: 'Full',
    differential: 'Differential',
    incremental: 'Incremental',
  },
  volumesHere: 'Volumes of Coldframe',
  volume: 'Volume',
  size: 'Size',
  disk: 'Disk',
  noVolumes: 'No volume yet',
  noVolumesAbout:
    'A volume is an image or a device that Coldframe serves as a disk, so that it can be frozen while it is written to. Make one first; what is chosen here is kept.',
  toVolumes: 'To the volumes',
  diskMissing: 'disk missing',
  noVolumeChosen: 'No volume is ticked yet.',
  together: (count: number) => `Frozen together: all ${format.count(count)} as they were at one moment.`,
  volumesToRead: 'for a full backup to read',
  ofTheirSize: (size: string) => `of ${size} in all`,
  ranges: 'Unprotected ranges',
  rangesOf: (volume: string) => `Unprotected ranges of ${volume}`,
  rangesAbout: 'Ranges belong to the volume itself, and hold for whatever backs it up.',
  noRanges: 'Everything on it is protected.',
  rangesMore: (count: number) => `and ${format.count(count)} more`,
  from: 'From',
  until: 'Until',
  changeRanges: 'Change',
  changeRangesOf: (volume: string) => `Change the unprotected ranges of ${volume}`,
  holes: 'holes',
  unprotectedBlocks: 'unprotected',
  atOneMoment: 'Snapshot',
  oneMoment: 'one, of all of them',
  summary: 'In numbers',
  toRead: 'to read',
  leaves: 'left out',
  objectName: 'Object',
  goesTo: 'Goes to',
  sealing: 'Encryption',
  sealedYes: 'sealed with a passphrase',
  sealedNo: 'not sealed: whoever has the folder can read it',
  sealedAsVault: 'as the vault is',
  roomShort: (free: string) => `The disk of the vault has ${free} free, which may not be enough.`,
  vaultWithin: 'The vault lies within what is protected. It is left out of its own backup.',
  stillCounting: 'Still counting; the numbers are what was counted up to now.',
  saved: (name: string, scheduled: boolean) =>
    `${name} is protected. ${scheduled ? 'It is backed up at its times.' : 'Back it up from the overview.'}`,
  unscheduled: (name: string) => `${name} is protected, and has no schedule`,
  unscheduledAbout: (run: boolean) =>
    `Nothing is backed up by itself until it has one.${run ? ' Its first backup has not begun yet.' : ''}`,
  scheduleAgain: 'Try the schedule again',
  withoutSchedule: 'Go on without a schedule',
  backUpWithoutSchedule: 'Back up now, without a schedule',
  runs: RUNS,
  sealedRuns:
    'The vault is sealed. A backup that runs by itself finds nobody to ask for the passphrase: it reads it from a file on this machine, which you name below. Without such a file, start backups yourself; the passphrase is asked for then.',
  byHand: 'None by itself. The overview says when it is overdue; a schedule can be added at any time.',
  byHandSealed:
    'None by itself. You start each backup, and type the passphrase for it. The overview says when one is overdue; a schedule with a file of the passphrase can be added at any time.',
  notStarting: 'The console does not start by itself yet',
  notStartingAbout: 'Backups run while it serves; what was missed is made up for when it serves again.',
  toSettings: 'Have it start by itself',
  runsAt: 'Runs',
  drives: 'Drives',
  drivesHelp: 'So many tapes are written at a time. Two are right for one disk.',
  notBackedUp: (name: string, { code, message }: Pick<ColdframeError, 'code' | 'message'>) =>
    `${name} is protected. Its backup was not started: ${code === 'PASSPHRASE_MISSING' ? 'the passphrase of the vault was not given.' : message} Back it up from the overview.`,
} as const;
