import type { JobKind } from '../../shared/contract/jobs.ts';
import type { Picture } from '../../shared/contract/picture.ts';
import type { PillTone } from '../components/marks.tsx';
import { format } from './format.ts';

type Log = Picture['log'][number];
type Context = Log['context'];

const text = (context: Context, key: string): string => String(context[key] ?? '');

type Name = (volume: string) => string;

const LOG: Readonly<Record<Log['code'], (context: Context, name: Name) => string>> = {
  STARTED: () => 'The job began',
  MOUNTED: (context, name) => `${name(text(context, 'tape'))} mounted in drive ${text(context, 'drive')}`,
  UNMOUNTED: (context, name) => `${name(text(context, 'tape'))} taken out of drive ${text(context, 'drive')}`,
  BROUGHT_AHEAD: (context, name) =>
    `${name(text(context, 'tape'))} waits in drive ${text(context, 'drive')} to be written to next`,
  SPANNED: (context, name) => `${name(text(context, 'from'))} is full: the set goes on on ${name(text(context, 'to'))}`,
  TAPE_REFUSED: (context, name) => `${name(text(context, 'tape'))} could not be used: ${text(context, 'why')}`,
  WARNED: (context) => `Warning: ${text(context, 'message') || text(context, 'path')}`,
  PHASE: (context) => `Now ${text(context, 'phase')}`,
  PAUSED: () => 'Paused',
  RESUMED: () => 'Going on',
  ENDED: (context) => `Ended: ${text(context, 'state').replaceAll('-', ' ')}`,
};

const noun = (count: number, one: string): string => (count === 1 ? one : `${one}s`);

/** Names that a line has room for. */
const SHOWN = 10;

const listed = (names: readonly string[]): string =>
  `${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ` and ${format.count(names.length - SHOWN)} more` : ''}`;

/** The texts of the list of jobs and of one job. */
export const jobsWords = {
  noJob: (id: string) => `There is no job ${id}`,
  noJobAbout: 'It is of another home, or its address is not whole.',
  allJobs: 'All jobs',
  tapeFile: 'File',
  readBack: 'Read back',
  exported: (chunks: number, size: string) => `${format.counted(chunks, 'chunk')}, ${size}`,
  setsOnIt: 'Block sets on it',
  noSets: 'none that the catalog lists',
  toRead: 'What it takes to read it',
  readerNeeds: (sealed: boolean, tapes: readonly string[]) =>
    [
      'this vault, or rescue.mjs from its folder',
      ...(sealed ? ['the passphrase or the recovery code'] : []),
      ...(tapes.length > 0 ? [`for all of these sets the tapes ${tapes.join(', ')} too`] : []),
    ].join('; '),
  exportWarned: 'The file holds every chunk, and not the end of the tape',
  importLacks: 'The file did not hold all that lies on the tape',
  lacks: (chunks: number, object: string) =>
    `${chunks === 1 ? 'one chunk' : `${format.count(chunks)} chunks`} of ${object}`,
  imported: (tape: string, chunks: number, size: string) =>
    `${tape} is in the library: ${format.counted(chunks, 'chunk')}, ${size}, every checksum read.`,
  thereAlready: (tape: string) => `${tape} lies in its place already, and the file is the same to the byte.`,
  title: 'Jobs',
  about: 'Everything that was started here, newest first. What ran while nobody looked is kept too.',
  filter: 'Show',
  filters: { all: 'All', active: 'Running', trouble: 'Trouble', damage: 'Found damage', done: 'Done' },
  kindFilter: 'Kind',
  objectFilter: 'Object',
  everyObject: 'Every object',
  from: 'From',
  until: 'Until',
  everything: 'Show everything',
  exportAs: (format: string) => `Export ${format}`,
  exported2: (jobs: number) => (jobs === 1 ? '1 job was exported.' : `${format.count(jobs)} jobs were exported.`),
  shown: (shown: number, total: number) => `${format.count(shown)} of ${format.count(total)}`,
  more: 'Older ones',
  everyKind: 'Every kind',
  job: 'Job',
  kind: 'Kind',
  state: 'State',
  started: 'Started',
  took: 'Took',
  read: 'Read',
  stored: 'Stored',
  progress: 'Progress',
  none: 'No job yet',
  noneAbout:
    'A backup, restore or verification appears here as soon as it is started, and can be watched while it runs.',
  noneFits: 'No job fits this choice',
  noneFitsAbout: 'Choose other kinds, objects, states or days above.',
  protect: 'Protect something',
  backupWay: (places: readonly string[], more: number, vault: string) =>
    `${places.length === 0 ? '' : `from ${places.join(', ')}${more > 0 ? ` and ${format.count(more)} more` : ''} `}to ${vault}`,
  restoreWay: (vault: string, to: string | null | undefined) =>
    `from ${vault}${to === undefined ? '' : ` to ${to ?? 'where it came from'}`}`,
  inVault: (vault: string) => `in ${vault}`,
  queued: 'Waiting for its turn …',
  preparing: (phase: string | null) => `Preparing${phase === null ? '' : `: ${phase}`} …`,
  pause: 'Pause',
  resume: 'Go on',
  cancel: 'Cancel',
  takeUp: 'Take up again',
  verify: 'Verify this set',
  restoreFrom: 'Restore from this set',
  cancelTitle: 'Cancel this job?',
  cancelConsent: 'Cancel the job',
  cancelKeep: 'Let it go on',
  cancelAbout: {
    backup:
      'The set that it is writing is not completed and cannot be restored from. What was written before is not touched. An interrupted backup can be taken up again later.',
    restore:
      'Elements that are finished stay where they are; the one in the making is removed. The rest is not restored.',
    other: 'What it has done up to now is not kept.',
  },
  of: (total: string) => `of ${total}`,
  readLabel: 'read',
  storedLabel: 'stored',
  now: 'now',
  leftOut: 'left out',
  toGo: 'to go',
  underASecond: '< 1 s',
  took2: 'took',
  since: 'since it began',
  /** What a job counts, by its kind: verifications go chunk by chunk, and backups read what has content and changed. */
  counted: (kind: JobKind, done: number, total: number | null) => {
    if (kind === 'verify') return total === null ? noun(done, 'chunk') : `of ${format.counted(total, 'chunk')}`;
    if (kind === 'backup')
      return total === null
        ? `${noun(done, 'element')} read`
        : `${noun(done, 'element')} read, of ${format.count(total)}`;
    return total === null ? noun(done, 'element') : `of ${format.counted(total, 'element')}`;
  },
  warnings: (count: number) => noun(count, 'warning'),
  notYet: '–',
  heldBack: 'held back by',
  bottleneck: {
    source: 'the source',
    processing: 'processing',
    tape: 'the tape drives',
    limit: 'the limits of this hour',
  },
  mounting: 'waiting for a tape to be mounted',
  pausedRate: 'paused',
  notHeldBack: 'nothing waits for anything else',
  foundDamage: { text: 'Found damage', tone: 'bad' } satisfies { text: string; tone: PillTone },
  waitingForTape: { text: 'Waiting for a tape', tone: 'warn' } satisfies { text: string; tone: PillTone },
  toMedia: 'Show it on Media',
  stations: { source: 'source', processing: 'processing', tape: 'tape' },
  stationShare: (name: string, share: string) => `${name} ${share}`,
  tapes: 'Tapes',
  drive: (number: number) => `drive ${format.count(number)}`,
  empty: 'empty',
  thereBefore: 'there before',
  notOneByOne: 'not known one by one any more',
  unknownSet: 'set',
  laneLabel: (drives: number, chunks: number) =>
    `Tape lanes: ${format.counted(drives, 'drive')}, ${format.counted(chunks, 'chunk')} so far.`,
  laneWords: (lane: {
    drive: number;
    tape: string | null;
    state: string;
    chunks: number;
    position: string;
    capacity: string;
    rate: string | null;
  }) =>
    lane.tape === null
      ? `Drive ${lane.drive} is empty.`
      : `Drive ${lane.drive}: tape ${lane.tape}, ${lane.state}, ${format.counted(lane.chunks, 'chunk')} in this job, ${lane.position}${lane.capacity} used${lane.rate === null ? '' : `, ${lane.rate}`}.`,
  ahead: 'to be written to next',
  aheadWords: (drive: number, tape: string) => `Drive ${drive}: tape ${tape} waits there to be written to next.`,
  chunk: (count: number) => `chunk ${format.count(count)}`,
  channel: 'channel',
  channelStates: {
    requested: 'requested',
    open: 'open',
    'at-beginning': 'at beginning',
    writing: 'writing',
    reading: 'reading',
    'at-end': 'at end',
    closed: 'closed',
    error: 'error',
  },
  channelNow: (state: string) => `The channel is ${state}.`,
  staging: 'staging',
  stagingWords: (staging: { filling: number; ready: number; draining: number; slots: number }) =>
    `${format.count(staging.filling)} filling, ${format.count(staging.ready)} ready, ${format.count(staging.draining)} to tape, of ${format.count(staging.slots)}`,
  happened: 'What happened',
  nothingHappened: 'Nothing to tell yet.',
  warningsTitle: 'Warnings',
  noWarnings: {
    yet: 'None so far.',
    everything: 'None. Every element was read.',
    ended: 'None while it ran. What came of it stands above.',
    damage: 'None but the damage that it found, which stands above.',
    stopped: 'None up to where it stopped.',
  },
  blocks: 'Content',
  notCounted: 'more, not counted yet',
  blockKinds: { copied: 'copied', waiting: 'waiting', unchanged: 'unchanged', unprotected: 'left out' },
  blocksLabel: (shares: string) => `Block map: ${shares}.`,
  sideFile: 'Side file',
  sideFileWords: ({ copied, read }: { copied: number; read: number }, running: boolean) => {
    if (copied === 0)
      return running ? 'nothing had to be copied out of turn yet' : 'nothing had to be copied out of turn';
    const segments = copied === 1 ? '1 segment' : `${format.count(copied)} segments`;
    return `${segments} copied out of turn, before a writer overwrote ${copied === 1 ? 'it' : 'them'}; ${format.count(read)} of ${copied === 1 ? 'it' : 'them'} read from there`;
  },
  blockShare: (kind: string, bytes: string) => `${kind} ${bytes}`,
  log: (entry: Log, name: Name): string => LOG[entry.code](entry.context, name),
  report: 'Report',
  restoredTo: { whole: 'Everything is in', part: 'What was restored is in', nothing: 'Nothing was restored into' },
  restored: 'restored',
  notRestored: 'not restored',
  skipped: 'skipped',
  conflicts: (count: number) => noun(count, 'conflict'),
  openFolder: 'Open folder',
  copyPath: 'Copy the path',
  copied: 'The path is in the clipboard.',
  copyFailed: 'The browser did not let the path into the clipboard. Select it and copy it by hand.',
  damagedTitle: 'Some content is damaged on tape',
  damagedLine: (tape: string, chunk: number, elements: readonly string[]) =>
    `${tape || 'on no tape that is known'}, chunk ${format.count(chunk)}: ${elements.length === 0 ? 'no element has content in it' : listed(elements)}`,
  copiedTitle: (chunks: number) =>
    `${chunks === 1 ? 'A chunk is' : `${format.count(chunks)} chunks are`} damaged on one tape and whole on another`,
  moreChunks: (count: number) => `and ${format.counted(count, 'more chunk')}`,
  /** `noted`: the backups that follow know of it. */
  copiedAbout: (holders: readonly string[], noted: boolean) =>
    `Nothing of it is lost: a restore reads it from there${noted ? ', and the next backup stores it anew' : ''}. Keep ${holders.join(', ')} until it lies twice again: reclaim the damaged tape, or, where that one is a copy, erase it and copy its original again.`,
  copiedLine: (tape: string, holders: readonly string[], chunk: number, elements: readonly string[]) =>
    `damaged on ${tape}, whole on ${holders.join(', ')}, chunk ${format.count(chunk)}: ${elements.length === 0 ? 'no element has content in it' : listed(elements)}`,
  awayTitle: (names: readonly string[]) => {
    const known = names.filter((name) => name !== '');
    if (known.length === 0) return 'No tape is known that holds some of the content';
    return known.length === 1 ? `Tape ${known[0]} is not here` : `The tapes ${known.join(', ')} are not here`;
  },
  /** Of tapes that are here, and with which drives failed. */
  unreadTitle: (names: readonly string[]) =>
    names.length === 1 ? `Drives failed with tape ${names[0]}` : `Drives failed with the tapes ${names.join(', ')}`,
  awayAbout: {
    unread:
      'What lies there and had not been read was not restored. It is not known to be damaged: once a drive reads it, restore the same again and leave what is there, which brings the rest.',
    restore:
      'What lies there was not restored. It is not known to be damaged: put back what is away, then restore the same again and leave what is there, which brings the rest.',
    planned: 'What lies there cannot be restored before it is back.',
    verify: 'What lies there was not read. It is not known to be damaged: put back what is away and verify again.',
    test: (elements: number) =>
      `${elements === 1 ? 'One element lies' : `${format.count(elements)} elements lie`} there and could not be had back. ${elements === 1 ? 'It is' : 'They are'} not known to be damaged: put back what is away and test again.`,
    unknown:
      'Of some content no tape is known. If tapes are somewhere else, put them back, and rebuild the catalog first.',
  },
  awayLine: (name: string, elements: readonly string[]) =>
    `${name === '' ? 'no tape known' : name}: ${listed(elements)}`,
  notNotedTitle: 'What is damaged could not be noted',
  besideTitle: (tape: string) => `Something on ${tape} is damaged, and whole on it once more`,
  besideAbout: 'Nothing is lost. Reclaim the tape to move what is kept of it.',
  notNotedAbout: (path: string, message: string) =>
    `${path}: ${message}. Make room in the home of this console and verify again; until then the next backup does not store anew what is damaged.`,
  damagedAbout:
    'These elements could not be read back whole. Restore them from another set, and take a full backup soon.',
  otherSets: 'Look for other versions',
  backUpFull: 'Back it up in full',
  testAgain: 'Test again',
  verifyAgain: 'Verify again',
  testFailed: (count: number) =>
    count === 1 ? 'One element did not come back right' : `${format.count(count)} elements did not come back right`,
  testedOf: (elements: number, population: number) =>
    elements < population
      ? `tested, a sample of ${format.counted(population, 'element')}`
      : 'tested, all that have content',
  testedBytes: 'came back right',
  testedSource: 'equal to the source',
  verified: (sets: number, chunks: number, whole: boolean) =>
    sets === 0
      ? 'Nothing was verified: there is no complete backup.'
      : chunks === 0 && !whole
        ? 'Nothing was verified: nothing of it could be read.'
        : `${format.count(sets)} ${sets === 1 ? 'set' : 'sets'}, ${format.count(chunks)} ${chunks === 1 ? 'chunk' : 'chunks'} read back; every digest ${whole ? '' : 'that was read '}fits.`,
  wrongInTitle: (object: string) => `Something of ${object} is damaged`,
  wrongInAbout: (sets: readonly string[]) =>
    `In ${sets.length === 1 ? 'the set' : 'the sets'} ${sets.map((set) => set.slice(0, 8)).join(', ')}. Where a whole object or vault was verified, nothing of it expires by itself until it was found right.`,
  incompleteTitle: 'Some sets are incomplete',
  incompleteAbout: (sets: number) =>
    `Something is missing of ${sets === 1 ? 'one set' : `${format.count(sets)} sets`}, so not all of it can be restored, and it was not read. If their tapes are away, put them back and rebuild the catalog.`,
  damagedFrontTitle: (barcode: string) => `The beginning of tape ${barcode} is damaged`,
  damagedFrontAbout: (reason: string) =>
    `That costs nothing of what lies on it; the tape takes nothing more. ${reason}`,
  setWords: (level: string, elements: number, size: string) =>
    `${level}, ${format.counted(elements, 'element')}, ${size}`,
  /** Why a backup read fewer elements than the set has. */
  contentOf: (level: string, read: number, elements: number) => {
    if (read >= elements) return null;
    const rest = level === 'full' ? 'have no content, as folders do' : 'are as in the backup before, or have none';
    return read === 0
      ? `There was no content to read: all of them ${rest}.`
      : `Content of ${format.count(read)} of them was read; the others ${rest}.`;
  },
  dry: 'plan only: nothing was written',
  paused: 'The job was paused.',
  resumed: 'The job goes on.',
  cancelled: 'The job is being cancelled.',
  noPicture: 'This job left no picture.',
} as const;
