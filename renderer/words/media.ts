import type { MountRequest } from '../../shared/contract/mounts.ts';
import type { TapeView } from '../../shared/contract/tapes.ts';
import { printable } from '../../shared/model/printable.ts';
import { lastPlace, placedNames, type TapePlace } from '../../shared/model/tape-place.ts';
import type { PillTone } from '../components/marks.tsx';
import { format } from './format.ts';

export const TAPE_STATES: Readonly<Record<string, { readonly text: string; readonly tone: PillTone }>> = {
  blank: { text: 'blank', tone: 'none' },
  labelled: { text: 'ready', tone: 'none' },
  filling: { text: 'filling', tone: 'run' },
  full: { text: 'full', tone: 'good' },
  retired: { text: 'retired', tone: 'none' },
  missing: { text: 'not here', tone: 'warn' },
  damaged: { text: 'damaged', tone: 'bad' },
};

/** What each word of a state means for what is on the tape, and for what comes next. */
const STATE_ABOUT: Readonly<Record<string, string>> = {
  blank: 'Nothing was ever written on it. It gets its label when it is first needed.',
  ready: 'It has its label and nothing else, and waits to be needed.',
  filling: 'Backups are written on it, one after the other, until it is full.',
  full: 'It takes no more. What is on it stays, and is read when it is wanted.',
  closed:
    'It has room left and takes no more all the same: the vault begins another tape with each run, or each day, week or month. What is on it stays.',
  retired: 'It takes no more, for good. What is on it can still be read.',
  'on a shelf': 'It was taken away, and somebody noted where it is kept. What wants it names that place.',
  'not here': 'It was taken away, or its file is gone. Nothing on it is known to be damaged.',
  damaged: 'Some of it could not be read. It takes no more, and what can be read of it still is.',
  'out of reach': 'It lies in the import/export slot, where no job gets at it.',
};

/** Of a copy, which says that it is filling when it has room left. */
const COPY_ABOUT = 'It holds what the tape of which it is a copy held then. Backups are not written on it.';

/** A tape's state in a word: one that was taken away is not here, whatever the library thought of it last. */
const shownState = ({
  state,
  closed,
  away,
  importExport,
  shelf,
}: Pick<TapeView, 'state' | 'closed' | 'away' | 'importExport' | 'shelf'>): {
  readonly text: string;
  readonly tone: PillTone;
} => {
  if (importExport !== null) return { text: 'out of reach', tone: 'warn' };
  if (away && shelf !== null) return { text: 'on a shelf', tone: 'none' };
  if (closed && !away) return { text: 'closed', tone: 'none' };
  return TAPE_STATES[away ? 'missing' : state] ?? { text: state, tone: 'none' };
};

const whereOf = ({
  slot,
  drive,
  importExport,
  away,
  shelf,
}: Pick<TapeView, 'slot' | 'drive' | 'importExport' | 'away' | 'shelf'>): string => {
  if (importExport !== null) return `import/export slot ${format.count(importExport)}`;
  if (away && shelf !== null) return `shelf ${printable(shelf)}`;
  if (drive !== null) return `drive ${format.count(drive)}`;
  return slot === null ? 'not in the library' : `slot ${format.count(slot)}`;
};

/** A tape's state with all that bears on it. */
const stateOf = (
  { copyOf, onceCopyOf, expiredAt, writeProtected, damagedChunks, note, ...tape }: TapeView,
  name: (volume: string) => string,
): string =>
  [
    shownState(tape).text,
    ...(tape.closed ? ['its room is for no other run or period'] : []),
    ...(copyOf === null ? [] : [`copy of ${name(copyOf)}`]),
    ...(onceCopyOf === null
      ? []
      : [`was a copy of ${name(onceCopyOf)}, which was labelled anew: what it holds may lie nowhere else`]),
    ...(expiredAt === null ? [] : ['everything on it expired']),
    ...(damagedChunks > 0 ? [format.counted(damagedChunks, 'damaged chunk')] : []),
    ...(writeProtected ? ['write protected'] : []),
  ].join(', ') +
  (note === '' || (tape.away && tape.shelf !== null)
    ? ''
    : `: ${note.charAt(0).toLowerCase()}${note.slice(1).replace(/\.$/, '')}`);

/** Why some of what could be done with a tape cannot be done now, in sentences. */
const whyNot = (
  { state, away, importExport, writeProtected }: Pick<TapeView, 'state' | 'away' | 'importExport' | 'writeProtected'>,
  inUse: boolean,
  /** Drives into which it could be loaded if no job worked with them. */
  busy: readonly number[],
): string[] => {
  if (importExport !== null) return ['It is out of reach of the robot: take it in before it can be loaded or read.'];
  if (state === 'missing' || away) return ['It is not here, so it can be neither moved nor read.'];
  return [
    ...(inUse ? ['A job works with it: it stays in its drive until then.'] : []),
    ...(busy.length > 0
      ? [`Jobs work with drive ${busy.join(', ')}, where nothing can be loaded until they have ended.`]
      : []),
    ...(state === 'blank'
      ? ['Nothing was written to it, so there is nothing to copy, export, erase or take away.']
      : []),
    ...(writeProtected ? ['It is write protected: unprotect it before it can be erased.'] : []),
    ...(state === 'retired' ? ['It is retired for good.'] : []),
  ];
};

const ALERTS: Readonly<Record<string, { readonly title: string; readonly advice: string }>> = {
  missing: {
    title: 'is not in its place',
    advice:
      'Put it back, or import a file of it. Restores go on with the rest and name what is on it. One that will not come back can be forgotten.',
  },
  damaged: {
    title: 'is damaged',
    advice: 'It takes no more. What can be read of it still is; the next backup stores anew what cannot.',
  },
  damagedChunks: {
    title: 'holds something damaged',
    advice:
      'The next backup stores anew what is still on the disk; what is not can be had from a copy of the tape alone. Verify the vault to see what is lost and which copies are right. The tape stays marked until it is read and right, or what lies there expires.',
  },
  outside: {
    title: 'lies in the import/export slot',
    advice: 'No job reaches it there. Take it away, or take it in again.',
  },
  swapped: {
    title: 'has changed places',
    advice: 'Give both files their own names, or rebuild the catalog from the tapes: that does so.',
  },
  renamed: {
    title: 'has another tape in its place',
    advice: 'Give the file its own name, or rebuild the catalog from the tapes: that does so.',
  },
  duplicate: { title: 'is a second file of another tape', advice: 'Move one of the two away.' },
  unread: {
    title: 'waits for its label to be read',
    advice: 'Nothing uses it before. Take the inventory again once a drive is free.',
  },
  earlier: {
    title: 'is as it was before it was erased',
    advice: 'An older file of it lies in its place. Put the newer one back, or move this one away.',
  },
  foreign: {
    title: 'is of another vault',
    advice:
      'Nothing is written to it. To see what is on it, import its file as a tape of another vault, which makes a vault of it in a folder of its own. Then move the file away from here.',
  },
};

const WAITERS: Partial<Readonly<Record<MountRequest['kind'], string>>> = { verify: 'A verification', merge: 'A merge' };

const AFTER = {
  erase: 'It is labelled anew, and takes chunks again.',
  retire: 'It takes no more for good.',
  forget: 'Its slot is free for another tape.',
} as const;

export const mediaWords = {
  whereOf,
  stateOf,
  shownState,
  stateAbout: (tape: Parameters<typeof shownState>[0] & Pick<TapeView, 'copyOf' | 'onceCopyOf'>): string => {
    const { text } = shownState(tape);
    const isCopy = (tape.copyOf ?? tape.onceCopyOf ?? null) !== null;
    return isCopy && text === 'filling' ? COPY_ABOUT : (STATE_ABOUT[text] ?? '');
  },
  stateKey: 'What the words on tapes mean',
  states: Object.entries(STATE_ABOUT),
  /** Where to look for one that is not here. */
  lastPlace: (tape: TapePlace): string => `${lastPlace(tape).replace(/^./, (letter) => letter.toUpperCase())}.`,
  wanted: 'wanted',
  inventory: 'Inventory',
  inventoryTaken: (tapes: number, wrong: number) =>
    wrong === 0
      ? `${format.counted(tapes, 'tape')}; ${tapes === 1 ? 'it is in its place' : 'all are in their places'}.`
      : `${format.counted(tapes, 'tape')} ${tapes === 1 ? 'is' : 'are'} there; ${format.count(wrong)} out of order. Nothing was written to any.`,
  import: 'Import',
  robot: (busy: number) =>
    busy === 0
      ? 'robot idle'
      : busy === 1
        ? 'a job works with one drive'
        : `jobs work with ${format.counted(busy, 'drive')}`,
  /** In short, of a drive that a job uses: what happens there, or that nothing moves just now. */
  atWork: (head: { readonly doing: 'reading' | 'writing'; readonly position: number } | undefined) =>
    head === undefined ? 'in use' : `${head.doing}, ${format.bytes(head.position)}`,
  lent: (tape: string, to: 'drive' | 'importExport', number: number) =>
    `${tape} is in ${to === 'drive' ? 'drive' : 'import/export slot'} ${format.count(number)}`,
  /** Behind the name of a tape, for who hears it. */
  tapeInPlace: (
    { pool, copyOf, writeProtected }: TapeView,
    kind: string,
    number: number,
    name: (volume: string) => string,
  ) =>
    [
      kind === 'outside'
        ? 'not in the library'
        : `${kind === 'importExport' ? 'import/export slot' : kind} ${format.count(number)}`,
      `pool ${pool}`,
      ...(copyOf === null ? [] : [`copy of ${name(copyOf)}`]),
      ...(writeProtected ? ['write protected'] : []),
    ].join(', '),
  moreSlots: (count: number) =>
    count === 1
      ? '1 more slot is not drawn; its tape is listed in words.'
      : `${format.count(count)} more slots are not drawn; their tapes are listed in words.`,
  moreTapes: (count: number) => `${format.count(count)} more: coldframe tape list`,
  keys: (drives: number) =>
    `Drag a tape to a drive and back, or use the keys: arrows, Home and End pick a tape, the number of a drive${drives > 9 ? ' up to 9' : ''} loads it there, 0 puts it back, X moves it to the import/export slot or takes it in.`,
  inWords: 'In words',
  volumeId: 'Volume id',
  tape: 'Tape',
  where: 'Where',
  pool: 'Pool',
  state: 'State',
  usedHead: 'Used',
  loaded: (tape: string, drive: number) => `${tape} is in drive ${format.count(drive)}.`,
  unloaded: (tape: string, slot: number | null) =>
    slot === null ? `${tape} is out of its drive.` : `${tape} is back in slot ${format.count(slot)}.`,
  eject: 'Eject',
  takeIn: 'Take in',
  takeInTape: (barcode: string) => `Take in ${barcode}`,
  ejected: (tape: string) => `${tape} is in the import/export slot: take it away, or take it in again.`,
  takenIn: (tape: string) => `${tape} is in its place again.`,
  protectedNow: (tape: string, on: boolean) => `${tape} is ${on ? '' : 'no longer '}write protected.`,
  verifyAgain: 'Verify again',
  damagedFound: (chunks: number) =>
    `${format.counted(chunks, 'chunk')} on it ${chunks === 1 ? 'was' : 'were'} found damaged: content that was stored there cannot be restored from it.`,
  /** `holders`: tapes that hold all that it does, and when each was last read through and found right. */
  wholeOn: (holders: readonly Pick<TapeView, 'barcode' | 'verifiedAt'>[]) =>
    holders
      .map(
        ({ barcode, verifiedAt }) =>
          `It is whole on ${barcode}, all of which was read and found right ${format.age(verifiedAt ?? '', Date.now())}: a restore reads it there.`,
      )
      .join(' '),
  /** `holders`: tapes that are not here. */
  wholeAway: (holders: readonly TapeView[]) =>
    `As far as is known it is whole on ${placedNames(holders)}, not here now: a restore reads it there once ${holders.length === 1 ? 'that is' : 'one of them is'} back.`,
  harmed: (chunks: number) => `${format.count(chunks)} damaged`,
  damagedKind: (kind: string) => `${kind}, damaged`,
  damagedKey: 'found damaged',
  waiting: 'Waiting for you',
  alerts: (count: number) => format.count(count),
  mountTitle: (barcodes: readonly string[]) =>
    `${barcodes.slice(0, 3).join(', ')}${barcodes.length > 3 ? ` and ${format.count(barcodes.length - 3)} more` : ''} ${barcodes.length === 1 ? 'is' : 'are'} wanted`,
  /** `outside`: how many of its tapes lie in the import/export slots. */
  mountAbout: (
    { kind, object, tapes: { length: tapes } }: Pick<MountRequest, 'kind' | 'object' | 'tapes'>,
    since: string,
    outside: number,
  ) =>
    `${WAITERS[kind] ?? 'A restore'}${object === null ? '' : ` of ${object}`} ${kind === 'merge' ? 'waits before it begins' : 'has done the rest and waits'}; it asked ${since}. ${outside === 0 ? 'Put a tape back, or import its file' : outside === tapes ? 'Take in what lies in the import/export slot' : 'Take in what lies in the import/export slot; put the others back, or import their files'}; it goes on by itself.`,
  wantedTape: ({
    barcode,
    slot,
    importExport,
    pool,
    shelf,
    instead,
    chunks,
    bytes,
    note,
  }: MountRequest['tapes'][number]) =>
    [
      `${barcode}${instead.length === 0 ? '' : ` or ${instead.join(' or ')}`}`,
      ...(importExport !== null
        ? [`in import/export slot ${format.count(importExport)}`]
        : [
            ...(shelf === null ? [] : [`on shelf ${printable(shelf)}`]),
            ...(slot === null ? [] : [`slot ${format.count(slot)}`]),
          ]),
      `pool ${pool}`,
      chunks === 1 ? '1 chunk' : `${format.count(chunks)} chunks`,
      ...(bytes === 0 ? [] : [format.bytes(bytes)]),
      ...(note === '' ? [] : [note]),
    ].join(', '),
  showJob: 'Show the job',
  endWaiting: 'End without it',
  waitingEnded: 'It ends without them, and names what is missing.',
  noTapeLeft: 'No tape is left for backups',
  noTapeLeftAbout: (changer: boolean) =>
    changer
      ? 'None that is here takes anything more, so the next backup ends for want of one. Put blank tapes into the library and take an inventory, or erase one that is not needed.'
      : 'None that is here takes anything more, so the next backup ends for want of one. Label more tapes, put back or unprotect one that has room, or reclaim what expired.',
  nothingKnown: 'Nothing is known to be out of order. An inventory looks at every tape.',
  inOrder: 'Every tape is in its place.',
  alertTitle: (barcode: string, kind: string) => `${barcode} ${ALERTS[kind]?.title ?? kind}`,
  alertAdvice: (kind: string) => ALERTS[kind]?.advice ?? '',
  moreAlerts: (count: number) => `${format.count(count)} more are listed in words.`,
  importIts: 'Import its file',
  lookAgain: 'Look again',
  showTape: (tape: string) => `Show ${tape}`,
  actsOn: (tape: string) => `What can be done with ${tape}`,
  loadInto: (drive: number) => `Load into drive ${format.count(drive)}`,
  unload: 'Put back',
  shelf: 'Shelf',
  shelfTitle: (tape: string) => `Where is ${tape} kept?`,
  shelfAbout:
    'Whoever is to fetch the tape reads this: it is named where a restore wants it, and in the list of tapes, until it is back in the library. Left empty, nothing is noted.',
  shelfPlace: 'Place',
  shelfHint: 'such as bank, box 7',
  shelfIt: 'Note it',
  shelved: (tape: string, shelf: string | null) =>
    shelf === null ? `Where ${tape} is kept is not noted.` : `${tape} is on shelf ${shelf}.`,
  copy: 'Copy',
  export: 'Export',
  protect: 'Protect',
  unprotect: 'Unprotect',
  retire: 'Retire',
  forget: 'Forget',
  erase: 'Erase',
  whyNot,
  lookingForLosses: 'Looking what would be lost …',
  eraseHeld: 'Retention is held back: what is lost may be the only good one from before something unusual.',
  eraseAlthough: 'Erase it although retention is held back',
  keepTape: 'Keep the tape as it is',
  keepKnown: 'Keep it listed',
  actTitle: {
    erase: (tape: string) => `Erase ${tape}?`,
    retire: (tape: string) => `Retire ${tape}?`,
    forget: (tape: string) => `Forget ${tape}?`,
  },
  actConsent: { erase: 'Erase it', retire: 'Retire it', forget: 'Forget it' },
  acted: {
    erase: (tape: string) => `${tape} is labelled anew.`,
    retire: (tape: string) => `${tape} is retired.`,
    forget: (tape: string) => `${tape} is forgotten.`,
  },
  /** Of a place where nobody can say which tape lies in it. */
  eraseWhatever: (place: string) => `Erase whatever lies in ${place}`,
  /** `legible`: its beginning is, so that it is known what was written to it. */
  nothingKept: (act: 'erase' | 'retire' | 'forget', legible: boolean) =>
    `${legible ? 'Nothing that is kept lies on it.' : 'The catalog of this home knows of nothing on it.'} ${AFTER[act]}`,
  setsLost: {
    erase: (count: number) =>
      count === 1
        ? 'One block set cannot be restored any more as a whole:'
        : `${format.count(count)} block sets cannot be restored any more as a whole:`,
    forget: (count: number) =>
      `Whatever lies on it counts as lost, until it turns up and the vault is rebuilt. ${count === 1 ? 'One block set' : `${format.count(count)} block sets`} cannot be restored any more as a whole:`,
    retire: (count: number) =>
      `It takes no more for good. ${count === 1 ? 'One block set' : `${format.count(count)} block sets`} can be restored only as long as it lies there:`,
  },
  elementsLost: (count: number) =>
    count === 1
      ? 'One element has content that no other sound tape at hand holds:'
      : `${format.count(count)} elements have content that no other sound tape at hand holds:`,
  moreLost: (count: number) => `and ${format.count(count)} more`,
  frontDamaged: (known: boolean) =>
    known ? 'Its beginning is damaged' : 'Its beginning is damaged, and nothing says which tape it is',
  frontAbout: {
    known:
      'What else is legible says that it is this tape. What lies on it cannot be told beyond what the catalog of this home knows.',
    unknown: 'It may be another tape, also one of another vault, and what lies on it cannot be told.',
  },
  unlistedLost: (count: number) =>
    `${count === 1 ? 'One chunk' : `${format.count(count)} chunks`} that the catalog of this home does not list.`,
  onCopies: (count: number) =>
    `${count === 1 ? 'One block set' : `${format.count(count)} block sets`} would be on copies alone, which were not read again for this:`,
  copiesHold: (count: number) => (count === 1 ? 'The tape that holds it then:' : 'The tapes that hold them then:'),
  readThrough: 'Read through',
  copyRead: (barcode: string, verifiedAt: string | null) =>
    `${barcode}: ${verifiedAt === null ? 'not read through since something was written to it' : `read through and found right, ${format.date(verifiedAt)}`}`,
  readThroughAt: (verifiedAt: string | null) =>
    verifiedAt === null ? 'not since something was written to it' : `${format.date(verifiedAt)}, all right`,
  exportTitle: (tape: string) => `Export ${tape} as one file`,
  exportAbout:
    'The file is the tape, byte for byte, and is read back before it gets its name. A sealed tape stays sealed: whoever reads it needs the passphrase or the recovery code.',
  exportIt: 'Export',
  folder: 'Folder',
  fileName: 'File',
  folderWanted: 'Name a folder by its whole path.',
  nameWanted: 'Give the file a name without a slash.',
  importTitle: 'Import a tape',
  importAbout:
    'The file of a tape of this vault comes back to its own place, and its sets to the catalog. It is only read, and nothing that lies in the library is overwritten.',
  importIt: 'Import',
  ofAnotherVault: 'It is a tape of another vault, which is to be opened beside this one',
  foreignAbout:
    'A vault is made of the tape in a folder of its own, with what its catalog says of all sets on it. The file is copied, and only read. Further tapes of that vault are imported there.',
  folderOfVault: 'Folder for that vault, new or empty',
  openAsVault: 'Open it',
  opening: 'Reading …',
  file: 'File',
  fileWanted: 'Name the file by its whole path.',
  partial: 'Also when something is missing or damaged: what is whole is taken in, the rest is named',
  starting: 'Starting …',
  copyTitle: (tape: string) => `Copy ${tape}`,
  copyAbout:
    'The copy is a tape of its own in pool vaulted, to be taken away. Restores use it where the original is missing or damaged.',
  copyTo: 'Onto',
  copyIt: 'Copy',
  copyInDrives: 'Two drives that are free hold the two at once.',
  cannotCopy: (lacking: 'one drive' | 'changer' | 'files') =>
    ({
      'one drive': 'It takes two drives, and this vault uses one: export the tape to a file instead.',
      changer: 'No tape is empty. Put a blank one into the changer and take it in, or erase one.',
      files: 'No tape is empty. Label one first.',
    })[lacking],
  tapeOption: (barcode: string, slot: number | null) =>
    slot === null ? barcode : `${barcode}, slot ${format.count(slot)}`,
  head: 'Head',
  headAt: (doing: 'reading' | 'writing', position: string, bytesPerSecond: number) =>
    `at ${position}, ${doing}${bytesPerSecond > 0 ? `, ${format.rate(bytesPerSecond)}` : ''}`,
  life: 'Over its life',
  lifeFacts: (mounts: number, written: string, errors: number) =>
    `${mounts === 1 ? '1 mount' : `${format.count(mounts)} mounts`}, ${written} written, ${errors === 1 ? '1 error' : `${format.count(errors)} errors`}`,
  labelledAt: 'Labelled',
  title: 'Media',
  about: (name: string, drives: number, slots: number, tapes: number, alerts: number) =>
    `Vault ${name}: ${format.count(drives)} drives, ${format.count(slots)} slots, ${format.count(tapes)} tapes${alerts === 0 ? '' : alerts === 1 ? '; one waits for you' : `; ${format.count(alerts)} wait for you`}`,
  label: 'Label a tape',
  labelTitle: 'Label a new tape?',
  labelAbout:
    'An empty tape is added to this vault, with the next barcode, in pool scratch. It takes room on the disk as it is written to. No tape that is there is touched, and a tape is not taken out of a vault again: it can be retired.',
  labelRoom: (empty: number, free: number) =>
    `${empty === 0 ? 'No tape is' : empty === 1 ? 'One tape is' : `${format.count(empty)} tapes are`} empty now. ${free === 0 ? 'Every slot is taken, so it gets a new one.' : `It goes into the first of ${free === 1 ? '1 slot that is' : `${format.count(free)} slots that are`} free.`}`,
  labelIt: 'Label it',
  labelled: (ids: string) => `Labelled ${ids}.`,
  verify: 'Verify the vault',
  verifyStarted: 'The verification was started.',
  noVault: 'No vault yet',
  noVaultAbout: 'A vault is a folder that holds tapes. It is made in the first steps, or while you protect something.',
  firstSteps: 'First steps',
  library: 'Library',
  drives: 'drives',
  slots: 'slots',
  importExportSlots: 'import/export slots',
  outside: 'not in the library',
  driveName: (number: number) => `drive ${format.count(number)}`,
  slotName: (number: number) => `slot ${format.count(number)}`,
  emptyPlace: 'empty',
  used: (used: string, capacity: string) => `${used} of ${capacity}`,
  pools: 'Pools',
  poolNames: { scratch: 'scratch', data: 'data', vaulted: 'vaulted', retired: 'retired' } as Readonly<
    Record<string, string>
  >,
  poolAbout: {
    scratch: 'free for anyone',
    data: 'in use',
    vaulted: 'taken away to be kept',
    retired: 'of any pool, and take no more',
  } as Readonly<Record<string, string>>,
  tapes: (count: number) => (count === 1 ? '1 tape' : `${format.count(count)} tapes`),
  asItLies: (tape: string) => `${tape} as it lies`,
  /** `listed`: how many of its chunks are of a set that a catalog has. */
  facts: (used: string, capacity: string, chunks: number, listed: number) =>
    `${used} of ${capacity}, ${listed < chunks ? `${format.count(listed)} of ` : ''}${format.counted(chunks, 'chunk')}${listed < chunks ? ' listed' : ''}`,
  pick: 'Pick a tape to see how its chunks lie.',
  emptyTape: 'Only labels lie on this tape. It takes chunks with the next backup that needs it.',
  tapeLabel: (tape: string, chunks: number, sets: number, damaged: number) =>
    `Tape ${tape}: ${format.counted(chunks, 'chunk')} of ${format.counted(sets, 'block set')}, in the order in which they lie.${damaged === 0 ? '' : ` ${format.counted(damaged, 'chunk')} found damaged.`}`,
  key: (sets: number) => `Block sets by colour and pattern: ${format.count(sets)}`,
  /** `inUse`: a job works with the tape; what it writes is listed once it is through. */
  expiredKey: (inUse: boolean) =>
    inUse ? 'being written, or of sets that expired' : 'of sets that expired, or that no catalog lists',
  labelsKey: 'labels, directory, trailer',
  chunk: 'Chunk',
  kind: 'Kind',
  kinds: { data: 'content', metadata: 'metadata' },
  set: 'Block set',
  place: 'Block',
  stored: 'Stored',
  chunkTitle: (number: number) => `Chunk ${format.count(number)}`,
  sequence: (sequence: number) => `number ${format.count(sequence)} of its set`,
  offset: (offset: string) => `${offset} from the beginning`,
  restore: 'Restore from this set',
  unknownObject: 'an object that this home does not know',
  previous: 'Previous chunk',
  nextChunk: 'Next chunk',
} as const;
