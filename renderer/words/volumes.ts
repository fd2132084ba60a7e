import type { PillTone } from '../components/marks.tsx';
import type { MapLayer } from '../pictures/volume-map.ts';
import type { AttachWay } from '../screens/volumes/attach-lines.ts';
import type { FreezeProblem } from '../screens/volumes/freeze-form.ts';
import type { RangeProblem } from '../screens/volumes/protect-form.ts';
import type { VolumeProblem } from '../screens/volumes/volume-form.ts';
import type { VolumeCondition } from '../screens/volumes/volume-matters.ts';
import { format } from './format.ts';

export const CONDITIONS: Readonly<Record<VolumeCondition, { readonly text: string; readonly tone: PillTone }>> = {
  missing: { text: 'disk missing', tone: 'bad' },
  'in-use': { text: 'in use', tone: 'run' },
  served: { text: 'served', tone: 'none' },
  idle: { text: 'idle', tone: 'none' },
};

/** Why a snapshot was given up. */
const LOST: Readonly<Record<string, string>> = {
  full: 'its storage ran full',
  failed: 'old content could not be preserved',
  restart: 'what it held did not outlive a restart',
  missing: 'its disk is not there',
};

const LAYERS: Readonly<Record<MapLayer, { readonly title: string; readonly about: string }>> = {
  snapshot: { title: 'Written since the last snapshot', about: 'snapshot map' },
  backup: { title: 'Written in the span chosen above', about: 'backup map' },
  unprotected: { title: 'Unprotected', about: 'left out by the protection map' },
};

const WAYS: Readonly<Record<AttachWay, { readonly title: string; readonly about: string }>> = {
  address: { title: 'Address', about: 'for anything that speaks NBD' },
  qemu: { title: 'qemu', about: 'as the disk of a virtual machine' },
  nbdcopy: { title: 'nbdcopy', about: 'into an image file' },
  qemuImg: { title: 'qemu-img', about: 'the same; it wants a file called keys.psk' },
  nbdClient: { title: 'nbd-client', about: 'as /dev/nbd0, with the kernel module nbd' },
  nbdfuse: { title: 'nbdfuse', about: 'as a file, without a kernel module' },
  losetup: { title: 'losetup', about: 'that file as a loop device' },
};

const VOLUME_PROBLEMS: Readonly<Record<VolumeProblem, string>> = {
  name: 'A name of 1 to 128 characters without / and @.',
  taken: 'A volume of this name exists already.',
  size: 'A size such as 20GiB, 500GB or 1.5TiB.',
  blocks: 'A whole number of blocks of 4 KiB.',
  large: 'At most 256 TiB.',
  segments: 'Too many segments: choose larger ones below.',
  path: 'A full path, beginning with /.',
  storage: 'A size such as 2GiB, or nothing.',
  ms: 'A whole number of milliseconds.',
};

const RANGE_PROBLEMS: Readonly<Record<RangeProblem, string>> = {
  from: 'Where it begins, such as 0 or 10GiB.',
  size: 'How long it is, such as 512MiB.',
  blocks: 'Both in whole blocks of 4 KiB.',
  outside: 'It goes beyond the end of the volume.',
};

const FREEZE_PROBLEMS: Readonly<Record<FreezeProblem, string>> = {
  none: 'Tick one volume at least.',
  ms: 'A whole number of milliseconds, 1 at least.',
  sooner: 'It has to be longer than the quiet time.',
  seconds: 'A whole number of seconds, from 1 to a day.',
};

const many = (count: number, one: string, more: string): string => `${format.count(count)} ${count === 1 ? one : more}`;

/** The texts of the volumes and their snapshots. */
export const volumesWords = {
  title: 'Volumes',
  about: (volumes: number, served: number, snapshots: number) =>
    `${many(volumes, 'volume', 'volumes')}, ${format.count(served)} served, ${many(snapshots, 'snapshot', 'snapshots')} held`,
  newVolume: 'New volume',
  freeze: 'Freeze now',
  none: 'No volume yet',
  noneAbout:
    'A volume is an image file or a device that a virtual machine, or this machine, uses as a disk through Coldframe. Then it can be frozen while it is written to, and only what changed is backed up.',
  volume: 'Volume',
  size: 'Size',
  state: 'State',
  served: 'Served at',
  traffic: 'Reads, writes',
  snapshots: 'Snapshots',
  heldCount: (count: number) => `${format.count(count)} held`,
  notServed: 'nowhere',
  atSocket: (socket: string) => `socket ${socket}`,
  atPort: (host: string, port: string) => `${host}:${port}`,
  encrypted: 'TLS',
  clients: (count: number) => (count === 0 ? 'no client' : many(count, 'client', 'clients')),
  reads: (rate: string) => `${rate} read`,
  writes: (rate: string) => `${rate} written`,
  used: (used: string, all: string) => `${used} of ${all}`,
  storageLabel: (name: string, used: string, all: string) => `Snapshot storage of ${name}: ${used} of ${all} in use`,
  nearlyFull: 'nearly full',

  lostReason: (reason: string) => LOST[reason] ?? reason,
  lostTitle: (time: string) => `The snapshot of ${time} is lost`,
  lostAbout: (volume: string, why: string) =>
    `On ${volume} ${why}. It is not read from any more; the volumes themselves are not affected. Release it, and freeze again.`,
  missingTitle: (name: string) => `The disk of ${name} is not there`,
  missingAbout: (path: string) =>
    `Connect or mount what holds ${path}. Until then the volume can be neither served nor frozen.`,
  nearlyFullTitle: (name: string) => `The snapshot storage of ${name} is nearly full`,
  nearlyFullAbout: (used: string, all: string, policy: 'block' | 'invalidate', wait: string) =>
    `${used} of ${all} are in use. When it is full, ${
      policy === 'block' ? `writers wait up to ${wait}, then` : ''
    } its snapshots are given up. Release those that are no longer needed.`,
  distrustedTitle: (name: string) => `The next backup of ${name} reads all of it`,
  distrustedAbout:
    'What was written since the last one is not known for sure: it was restored in place, the console or the machine stopped without taking it out of use, or something else wrote to its disk. So everything on it counts as changed. If nothing was restored and this happens again, see that only what Coldframe serves writes to the disk.',
  needsYou: 'Needs you',
  seeVolume: 'See the volume',

  moment: 'Frozen',
  preserved: 'Preserved',
  frozenImage: 'Frozen image',
  whole: 'whole',
  lost: 'lost',
  notServedNow: 'not served now',
  unread: 'not read yet',
  unreadAbout: 'What it holds, and whether it is whole, is read when the volume is next served or frozen.',
  forBackup: 'for a backup',
  copyExport: (name: string) => `Copy the name of the frozen image ${name}`,
  noSnapshots: 'No snapshot is held',
  noSnapshotsAbout:
    'A snapshot shows volumes as they were at one moment, however they are written to after that. It holds until it is released.',
  release: 'Release',
  releaseOne: (time: string) => `Release the snapshot of ${time}`,
  releaseTitle: 'Release this snapshot?',
  releaseConsent: 'Release it',
  releaseKeep: 'Keep the snapshot',
  releaseAbout: (volumes: string, time: string, preserved: string | null) =>
    `The frozen image of ${volumes} from ${time} is gone for good, with the ${preserved === null ? '' : `${preserved} of `}old content that it preserved. Who reads it is cut off. Its checkpoint stays: what changed since then can still be told.`,
  released: 'The snapshot was released.',

  missing: (name: string) => `There is no volume ${name}`,
  missingOne: 'It was forgotten, or it has another name.',
  allVolumes: 'All volumes',
  serve: 'Serve',
  forget: 'Forget',
  forgetTitle: (name: string) => `Forget ${name}?`,
  forgetConsent: 'Forget it',
  forgetKeep: 'Keep its maps',
  forgetAbout: (path: string, checkpoints: number) =>
    `Its maps and ${many(checkpoints, 'checkpoint', 'checkpoints')} are gone for good: the next backup of this disk will have to be a full one. The disk stays as it is, at ${path}.`,
  forgetNotYet: 'Stop serving it and release its snapshots first.',
  forgotten: (name: string) => `${name} is no longer managed. Its disk is untouched.`,

  segmentsOf: (count: number, bytes: string) => `${format.count(count)} segments of ${bytes}`,
  inSize: 'in size',
  clientsNow: (count: number) => (count === 1 ? 'client now' : 'clients now'),
  readNow: 'read now',
  writtenNow: 'written now',
  storageUnread: (all: string, kind: 'file' | 'memory') =>
    `how much of ${all} snapshot storage, in ${kind === 'file' ? 'a file' : 'memory'}`,
  storageUsed: (all: string, kind: 'file' | 'memory') =>
    `of ${all} snapshot storage, in ${kind === 'file' ? 'a file' : 'memory'}`,

  map: 'Blocks',
  layers: LAYERS,
  layersLabel: 'Maps that are drawn',
  share: format.percent,
  mapAmount: (bytes: string, share: string) => `${bytes}, ${share}`,
  mapLabel: (name: string, said: string) => `The whole of ${name} from left to right, line by line. ${said}`,
  mapCell: (bytes: string) => `a cell is ${bytes}`,
  mapPaler: 'the paler, the fewer of its segments',
  mapSegments: (held: number, all: number, bytes: string, share: string) =>
    `${format.count(held)} of ${many(all, 'segment', 'segments')}, ${bytes} (${share})`,
  largest: 'Largest runs',
  largestOfFirst: 'Largest of the first runs; there are very many',
  run: (first: number, last: number, bytes: string, from: string) =>
    `${first === last ? `segment ${format.count(first)}` : `segments ${format.count(first)} to ${format.count(last)}`}: ${bytes}, ${from} from the beginning`,
  since: 'Compare with what was written',
  sinceLast: 'between the last two snapshots',
  sinceCheckpoint: (time: string) => `since ${time}`,
  noCheckpoint: 'No snapshot was taken yet: the first backup takes everything.',
  oneCheckpoint: 'There was one snapshot only: all that was there before it counts as written.',
  mapIdle: 'The maps are not read while nobody uses the volume',
  mapIdleAbout:
    'Once it is served or frozen they are drawn here. From then on Coldframe relies on nobody else writing to the disk.',
  mapRead: 'Read them now',
  mapMissing: 'The maps are drawn once the disk is there again.',

  serving: 'Served',
  notServedYet: 'Not served at the moment',
  notServedAbout:
    'Serve it at a socket or a port, and attach it to a virtual machine, to the kernel, or as a file. Lines that do so stand here then.',
  attach: 'Attach it',
  attachWhat: 'What to attach',
  ways: WAYS,
  copyLine: (what: string) => `Copy the line for ${what}`,
  copied: (what: string) => `Copied: ${what}.`,
  copyFailed: 'The clipboard cannot be written to from here. Select the line and copy it by hand.',
  encryptedAbout: (file: string, users: readonly string[]) =>
    `Clients speak TLS with a key of ${file}, of ${users.length === 1 ? `the user ${users[0]}` : `one of the users ${users.join(', ')}`}. On another machine the client needs a copy of its own line of that file, which only its user may read, and its place in the address.`,

  nameRanges: 'Name unprotected ranges',
  protectTitle: (name: string) => `Unprotected ranges of ${name}`,
  protectAbout: (segment: string) =>
    `From the next snapshot on they are left out of every backup, and read as zeroes when it is restored. Of a segment of ${segment} that is unprotected in part, all is kept.`,
  rangeFrom: (place: number) => `Range ${place} from`,
  rangeSize: (place: number) => `Range ${place} size`,
  rangeAdd: 'Add a range',
  rangeRemove: (place: number) => `Remove range ${place}`,
  rangeProblems: RANGE_PROBLEMS,
  everythingProtected: 'Everything is protected.',
  protectNow: 'Leave these out',
  protectedNow: (name: string, bytes: string) => `${bytes} of ${name} are unprotected from the next snapshot on.`,
  rangesTooMany: (count: number) => `${format.count(count)} ranges or more are too many to be changed here`,
  rangesTooManyAbout: (name: string) =>
    `Put them all into a file, a line START COUNT of blocks of 4 KiB each, and run: coldframe volume protect ${name} --ranges FILE`,

  freezeTitle: 'Freeze volumes',
  freezeAbout: 'All of them from one and the same moment: every write is wholly before it or wholly after it.',
  freezeVolumes: 'Volumes',
  quiet: 'Wait for a quiet moment',
  quietAbout: 'Takes the snapshot only when nothing was written for a while.',
  quietMs: 'Quiet for (ms)',
  deadlineMs: 'Give up after (ms)',
  notice: 'Give notice first',
  noticeAbout: 'Tells every window, and who is logged in on this machine, that they should pause.',
  noticeS: 'How long before (seconds)',
  announcedFor: (time: string) => `Announced for ${time},`,
  hooks: 'Commands before and after',
  hooksAbout:
    'Run by /bin/sh as the user of the console, a minute each at most. The first one has the application pause, the second one lets it go on; that one runs whatever happened. If the first one fails, no snapshot is made.',
  pre: 'Before',
  post: 'After',
  freezeNow: 'Freeze them',
  freezing: 'Freezing …',
  stopWaiting: 'Stop waiting',
  freezeProblems: FREEZE_PROBLEMS,
  frozen: (ms: number) => `Frozen, in ${format.duration(ms)}.`,

  newTitle: 'New volume',
  kind: 'Disk',
  kindNew: 'A new image',
  kindNewAbout: 'A file of zeroes. It takes room as it is written to.',
  kindAdopt: 'A disk that is there',
  kindAdoptAbout: 'A raw image or a block device stays in its place.',
  name: 'Name',
  sizeField: 'Size',
  sizeHelp: 'Such as 20GiB.',
  where: 'Where the image goes',
  whereHome: 'With Coldframe’s own files',
  whereFolder: 'In a folder of your choice',
  folder: 'Folder',
  imageAt: (path: string) => `It will be ${path}`,
  file: 'Image file or block device',
  adoptWarning: 'From then on only what Coldframe serves may write to it.',
  adoptWarningAbout: 'A write past Coldframe is a change that no map shows. Detach it from everything else first.',
  advanced: 'More options',
  segment: 'Segment',
  segmentHelp: 'The unit in which changes are tracked and copied.',
  preserve: 'Snapshots preserve',
  preserveProtected: 'what is protected',
  preserveAll: 'everything',
  storageKind: 'Old content goes to',
  inFile: 'a file',
  inMemory: 'memory',
  memoryHelp: 'Snapshots in memory end with the console.',
  storageSize: 'At most',
  storageSizeHelp: 'Nothing: as much as the volume, 1 GiB at most.',
  onFull: 'When that is full',
  onFullBlock: 'writers wait',
  onFullInvalidate: 'the snapshot is given up',
  blockMs: 'They wait (ms)',
  blockMsHelp: 'After that the snapshot is given up all the same.',
  make: 'Make it',
  adopt: 'Adopt it',
  working: 'One moment …',
  made: (name: string) => `${name} is a volume now.`,
  volumeProblems: VOLUME_PROBLEMS,

  checkpoints: 'Checkpoints',
  checkpointsAbout: 'What changed since each of these can be told.',
  checkpoint: 'Checkpoint',
  madeAt: 'Made',
  checkpointOf: 'Backup',
  noBackup: 'none',
  backupOf: (level: string, object: string) => `${level} of ${object}`,
  untold: 'Changes',
  untoldAbout:
    'A device does not tell whether something else wrote to it while it was not served. Unless a snapshot is held all along, the next backup reads all of it.',
  held: 'snapshot held',
  noCheckpoints: 'The first one is made with the first snapshot.',
  facts: 'About it',
  disk: 'Disk',
  preserveHead: 'Snapshots',
  preserveWords: { protected: 'preserve what is protected', all: 'preserve everything' },
  fullHead: 'When storage is full',
  fullWords: (policy: 'block' | 'invalidate', wait: string) =>
    policy === 'block' ? `writers wait ${wait}, then snapshots are given up` : 'snapshots are given up',
} as const;
