import type { ConflictPolicy } from '../../shared/contract/choices.ts';
import type { OutputOf } from '../../shared/contract/contract.ts';
import type { Level } from '../../shared/model/block-set.ts';
import { format } from './format.ts';

type Flawed = Pick<OutputOf<'timeline'>['sets'][number], 'state' | 'damaged' | 'damagedBelow'>;

export const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  full: 'full',
  differential: 'differential',
  incremental: 'incremental',
  synthetic: 'synthetic',
};

const POLICIES: Readonly<Record<ConflictPolicy, { readonly title: string; readonly about: string }>> = {
  fail: { title: 'Stop before anything is written', about: 'If one element is there already, nothing is restored.' },
  skip: { title: 'Leave what is there', about: 'Only what is missing is restored.' },
  rename: { title: 'Put it beside', about: 'Restored elements get another name where one is there already.' },
  overwrite: { title: 'Replace what is there', about: 'The present content of those files is lost.' },
};

const CHANGES = { added: 'added', removed: 'removed', changed: 'changed' } as const;

/** What a plan does about something that is there already. */
const ACTIONS: Readonly<Record<string, string>> = {
  fail: 'in the way',
  skip: 'stays as it is',
  replace: 'is replaced',
  blocked: 'a folder is in the way: it is not restored',
};

/** Bytes of the longest name; what bears one may have lost the end of its own. */
const LONGEST_NAME = 255;

/** A line of a plan's conflicts: where, and what becomes of it. The path of what is put beside is the one that it gets. */
const conflictWords = (path: string, action: string): { readonly path: string; readonly becomes: string } => {
  if (action !== 'rename') return { path, becomes: ACTIONS[action] ?? action };
  const name = path.slice(path.lastIndexOf('/') + 1);
  const taken = path.replace(/\.restored(?:-\d+)?$/, '');
  if (taken === path || new TextEncoder().encode(name).length >= LONGEST_NAME)
    return { path, becomes: 'is where it goes: its own name is taken' };
  return { path: taken, becomes: `stays; the restored one becomes ${name}` };
};

/** What the items of a basket come to; `asked` and `unknown` of them are not in it. */
interface BasketTotal {
  readonly elements: number;
  readonly bytes: number;
  readonly asked: number;
  readonly unknown: number;
}

const basketWords = (items: number, { elements, bytes, asked, unknown }: BasketTotal): string => {
  const most = `${elements === items ? '' : `${format.counted(elements, 'element')}, `}${format.bytes(bytes)}`;
  if (asked > 0) return ', working out how much …';
  if (unknown === 0) return `, ${most}`;
  const folders = unknown === 1 ? 'a folder' : `${format.count(unknown)} folders`;
  return items === unknown ? '; how much is not known' : `, ${most} and ${folders} of which the size is not known`;
};

const withinObject = (object: string, folder: string): string =>
  folder === '/' ? `all of ${object}` : `${folder} of ${object}`;

const STEPS = { what: 'What to restore', where: 'Where it goes', review: 'Review' } as const;

/** The texts of restoring. */
export const restoreWords = {
  title: 'Restore',
  object: 'Object',
  nothing: 'Nothing to restore from yet',
  nothingAbout: 'Every backup is a moment to which you can go back. Take one first.',
  protect: 'Protect something',
  noSets: 'This object has no backup yet.',
  laterIncomplete: (when: string) => `A later backup, of ${when}, is incomplete`,
  laterIncompleteAbout:
    'Not all of it was found on the tapes. What is shown is the newest one that is whole. If tapes are away, put them back and rebuild the catalog; until then what is there of the later one can be restored.',
  lookAtLater: 'Look at it',
  momentLost: (set: string) => `The backup ${set} is not there any more`,
  momentLostAbout:
    'It has expired since this was found, or was never whole. Other backups may have the same files, in this or another version: the search and the versions of a file say which.',
  lookAtNewest: 'Look at the newest',
  timeline: (object: string) => `Backups of ${object}, oldest first`,
  momentOf: (level: string, when: string, age: string, size: string, flaws: readonly string[]) =>
    [level, when, age, size, ...flaws].join(', '),
  chosenMoment: (when: string, level: string, flaws: readonly string[]) =>
    [`${when.charAt(0).toUpperCase()}${when.slice(1)}`, level, ...flaws].join(', '),
  /** What a restore of a moment may lack. */
  flaws: ({ state, damaged, damagedBelow }: Flawed): string[] => [
    ...(state === 'complete' ? [] : ['incomplete']),
    ...(damaged ? ['damaged'] : []),
    ...(damagedBelow === null ? [] : [`builds on damaged set of ${format.date(damagedBelow.createdAt)}`]),
  ],
  momentAbout: (elements: number, size: string, read: string) =>
    `${format.counted(elements, 'element')}, ${size}; this backup read ${read}`,
  showing: (shown: number, total: number) => `the newest ${format.count(shown)} of ${format.count(total)}`,
  compare: 'Compare',
  compareWith: 'Compare with',
  otherMoment: (when: string, level: string) => `${when}, ${level}`,
  changedBetween: (object: string, folder: string, from: string, to: string) =>
    `What changed in ${withinObject(object, folder)} from ${from} to ${to}`,
  compareEnd: 'Back to the folder',
  changes: CHANGES,
  noChanges: (object: string, folder: string, from: string, to: string) =>
    `Nothing changed in ${withinObject(object, folder)} from ${from} to ${to}.`,
  difference: (count: number, shown: number) =>
    `${format.counted(count, 'difference')}${shown < count ? `, of which the first ${format.count(shown)} are listed` : ''}`,
  comparing: 'Comparing …',
  kindOfChange: 'Kind of change',
  allChanges: (count: number) => `All ${format.count(count)}`,
  changesOf: (kind: keyof typeof CHANGES, count: number) =>
    `${CHANGES[kind].charAt(0).toUpperCase()}${CHANGES[kind].slice(1)} ${format.count(count)}`,
  changeName: 'Name or pattern',
  changedBytes: (
    kinds: readonly (keyof typeof CHANGES)[],
    totals: Readonly<Record<keyof typeof CHANGES, { readonly bytes: number }>>,
  ) => kinds.map((kind) => `${format.bytes(totals[kind].bytes)} ${CHANGES[kind]}`).join(', '),
  beforeAfter: (before: string, after: string) => `${before} → ${after}`,
  asOf: (when: string) => `as of ${when}`,
  folder: 'Folder',
  folders: 'Folders',
  folderTree: 'Tree of folders',
  tree: 'Folders at this moment',
  treeCut: (count: number) => `Only the first ${format.count(count)} folders stand here; the list has all of them.`,
  up: 'Up',
  name: 'Name',
  size: 'Size',
  changed: 'Changed',
  tick: (name: string) => `Restore ${name}`,
  tickFolder: (name: string) => `Restore all of ${name}`,
  emptyFolder: 'This folder was empty at that moment.',
  list: (folder: string) => `Contents of ${folder}`,
  entries: (count: number) => (count === 1 ? '1 entry' : `${format.count(count)} entries`),
  /** What was deleted, or is left out since its rules changed. `together`: all of them since the same moment. */
  gone: (count: number, noun: 'file' | 'folder' | 'entry', when: string, together: boolean) =>
    `${format.counted(count, noun, noun === 'entry' ? 'entries' : `${noun}s`)} not in this backup any more, ${together ? '' : 'the last '}since ${when}`,
  showGone: (open: boolean, count: number) => (open ? 'Hide' : count === 1 ? 'Show it' : 'Show them'),
  goneList: 'What earlier backups had here, with the last moment of each',
  lastMoment: (when: string) => `last ${when}`,
  /** Begins with what is seen of it. */
  lastIn: (name: string, when: string) => `last ${when}: go to that moment, with ${name}`,
  moreGone: (count: number) => `and ${format.count(count)} more that went earlier`,
  loadingRow: '…',
  ordering: (count: number) =>
    count < 100_000 ? 'One moment …' : `Putting ${format.count(count)} entries in order, which takes some seconds …`,
  versions: 'Versions',
  versionsAbout: 'Pick a file to see every version of it.',
  versionCount: (count: number) => (count === 1 ? '1 version' : `${format.count(count)} versions, newest first`),
  noSize: '–',
  stillThere: 'as it is now',
  until: (when: string) => `until ${when}`,
  take: 'Take this one',
  taken: 'In the basket',
  goThere: 'Go to that moment',
  basket: (items: number, total: BasketTotal) => `${format.counted(items, 'item')}${basketWords(items, total)}`,
  showBasket: (open: boolean) => (open ? 'Hide the list' : 'Show the list'),
  moment: 'As of',
  elements: 'Elements',
  weights: { asked: 'working it out …', unknown: 'not known' },
  inFolder: (object: string, folder: string) => `in ${folder} of ${object}`,
  takeOutColumn: 'Take out',
  takeOut: (name: string) => `Take ${name} out of the basket`,
  takenApart: (name: string, folder: string, rest: number) =>
    rest === 0
      ? `${name} was all that ${folder} holds, so nothing of it is in the basket any more.`
      : `${folder} is no longer taken as a whole: ${rest === 1 ? 'the one other entry' : `the ${format.count(rest)} other entries`} of it ${rest === 1 ? 'is an item' : 'are items'} of the basket now, without ${name}.`,
  tooManyToTakeApart: (name: string, folder: string, most: number) =>
    `${name} comes with ${folder}, where more than ${format.count(most)} entries stand beside each other: too many to take all but one. Take ${folder} out of the basket, then tick what you want in it.`,
  notTakenApart: (name: string, folder: string, message: string) =>
    `${name} still comes with ${folder}: what else is in there could not be listed. ${message}`,
  moments: (count: number) => (count === 1 ? 'from one moment' : `from ${format.count(count)} moments`),
  elsewhere: {
    itself: (when: string) => `in the basket as of ${when}`,
    around: (when: string) => `its folder is in the basket as of ${when}`,
    within: (when: string) => `something in it is in the basket as of ${when}`,
  },
  clear: 'Empty the basket',
  steps: STEPS,
  next: (step: keyof typeof STEPS) => `Next: ${STEPS[step].charAt(0).toLowerCase()}${STEPS[step].slice(1)}`,
  back: 'Back',
  reviewTitle: 'Restore',
  names: (names: readonly string[]) =>
    `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${format.count(names.length - 3)} more` : ''}`,
  fromMoment: (object: string, when: string | null, moments: number) =>
    when === null
      ? `of ${object}${moments > 1 ? `, from ${format.count(moments)} moments` : ''}`
      : `of ${object}, as of ${when}`,
  stopped: (count: number) =>
    `${count === 1 ? 'This element is' : 'These elements are'} in the way, so nothing would be restored. Go back and choose what becomes of ${count === 1 ? 'it' : 'them'}, or another folder.`,
  meetingsTitle: (count: number) =>
    count === 1
      ? 'One place would get more than one version'
      : `${format.count(count)} places would get more than one version`,
  meetingsAbout:
    'Each moment is restored by itself: one version would take the place of the other, or stop it. Choose “Put it beside”, or go back and take all but one out of the basket.',
  meetingsBeside: 'Each moment is restored by itself: what comes later gets another name.',
  conflict: conflictWords,
  decide: 'Choose what becomes of what is there',
  where: 'Where it goes',
  toFolder: 'Into a folder',
  toFolderAbout: 'Nothing that exists is touched unless you say so below.',
  toOriginal: 'To where it came from',
  toOriginalAbout: 'Each element at the path it had.',
  folderField: 'Folder',
  folderNeeded: 'Say which folder: its full path, beginning with /.',
  flatten: 'Without the folders above',
  flattenAbout: (folder: string) => `Puts what lies in ${folder} straight into the folder.`,
  conflicts: 'When something is there already',
  policies: POLICIES,
  overwriteTitle: (count: number) => (count === 1 ? 'Replace an existing file?' : 'Replace existing files?'),
  overwriteAbout: (
    count: number,
    standings: { readonly changed: { readonly count: number; readonly newer: number } } | null,
  ) => {
    const one = count === 1;
    const replaced = `${one ? '1 file that is' : `${format.count(count)} files that are`} there now ${one ? 'is' : 'are'} replaced by the version from the backup.`;
    if (standings === null) return `${replaced} The present content is lost.`;
    const { count: changed, newer } = standings.changed;
    if (changed === 0)
      return `${replaced} By size and time ${one ? 'it is' : 'they are'} the same. The present content is lost.`;
    const which = one
      ? 'It is'
      : `${changed === count ? 'All' : format.count(changed)} of them ${changed === 1 ? 'is' : 'are'}`;
    const later = newer === 0 ? '' : one ? ', and was changed later' : `, ${format.count(newer)} changed later`;
    return `${replaced} ${which} different from that${later}. The present content is lost.`;
  },
  overwriteConsent: (count: number) => (count === 1 ? 'Replace it' : 'Replace them'),
  overwriteKeep: (count: number) => `Keep the ${count === 1 ? 'file that is' : 'files that are'} there`,
  overwriteDeviceTitle: (count: number) =>
    count === 1 ? 'Overwrite a device?' : `Overwrite ${format.count(count)} devices?`,
  overwriteDevice: 'Overwrite',
  overwriteDeviceKeep: (count: number) => `Keep the ${count === 1 ? 'device as it is' : 'devices as they are'}`,
  deviceGone: 'Whatever is on it cannot be brought back.',
  planning: 'Working out what it takes …',
  planElements: (count: number) => (count === 1 ? 'element' : 'elements'),
  planBytes: 'to read',
  planTapes: (restores: number) =>
    restores === 1 ? 'Tapes to mount, each once' : 'Tapes to mount, each once a moment',
  planDrive: (drive: number) => `drive ${format.count(drive)}`,
  planLane: (drive: number, tapes: readonly string[]) => `Drive ${format.count(drive)} takes ${tapes.join(', then ')}`,
  planAway: 'not here',
  planCopy: (barcode: string) => `copy of ${barcode}`,
  planInWords: 'In words',
  planWhere: 'Where',
  planTape: 'Tape',
  planReads: 'Reads',
  planFrom: 'From',
  planUntil: 'Until',
  planByShare:
    'Lengths are shares of the content to read: no earlier restore from this vault says how long that takes. A drive that is done takes the next tape.',
  planByPace: (restores: number) =>
    `Estimated by the pace of ${restores === 1 ? 'the last restore' : `the last ${format.count(restores)} restores`} from this vault, and by the content on each tape. A drive that is done takes the next tape.`,
  lacking: (tapes: readonly string[]) =>
    `While ${tapes.slice(0, 3).join(', ')}${tapes.length > 3 ? ` and ${format.count(tapes.length - 3)} more` : ''} ${tapes.length === 1 ? 'is' : 'are'} not here`,
  lackingWait: 'Restore the rest, then wait',
  lackingWaitAbout: 'Media shows what is asked for. The restore goes on by itself when a tape is put back or imported.',
  lackingEnd: 'Restore the rest, and end',
  lackingEndAbout: 'What is missing is named, and how to bring it later.',
  toldBeforeTitle: (count: number) =>
    count === 1 ? 'To know before it starts' : `${format.count(count)} things to know before it starts`,
  harmedTitle: (count: number) =>
    `${count === 1 ? 'One element' : `${format.count(count)} elements`} may not come back from this backup`,
  harmedAbout:
    'Their content lies where damage was found on a tape, and no tape at hand is known to have it right. The rest is not concerned. Where another backup stored a version elsewhere, it is named.',
  otherMomentOf: (backedUpAt: string | null) =>
    backedUpAt === null ? 'in no other backup' : `another version: ${format.date(backedUpAt)}`,
  planConflicts: (count: number) =>
    count === 0
      ? 'Nothing is in the way.'
      : `${format.count(count)} ${count === 1 ? 'element is' : 'elements are'} there already:`,
  changedCount: (count: number, bytes: string) =>
    `${count === 1 ? '1 is' : `${format.count(count)} are`} different from what the backup has: ${bytes} there now.`,
  newerCount: (newer: number) =>
    newer === 0 ? '' : `${format.count(newer)} ${newer === 1 ? 'was' : 'were'} changed later than what the backup has.`,
  sameCount: (count: number, bytes: string) =>
    `${count === 1 ? '1 is' : `${format.count(count)} are`} the same as in the backup, by size and time (${bytes}).`,
  changedTitle: 'Different, changed last first',
  thereNow: 'There now',
  inBackup: 'In the backup',
  aFolder: 'a folder',
  otherConflicts: (count: number) =>
    `The ${count === 1 ? 'other one' : `${format.count(count)} others`} that ${count === 1 ? 'is' : 'are'} there already`,
  moreConflicts: (count: number) => `and ${format.count(count)} more`,
  goes: 'Everything goes to',
  run: 'Restore now',
  someStarted: (started: number, of: number) =>
    `${started} of ${of} restores began. “Restore now” starts ${of - started === 1 ? 'the other one' : 'only the others'}.`,
  change: 'Change',
  cancel: 'Cancel',
} as const;
