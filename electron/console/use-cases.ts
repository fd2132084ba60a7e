import type { ByteString } from '../../shared/byte-string.ts';
import type { Entry } from '../../shared/contract/browse.ts';
import type { Secrets } from '../../shared/contract/calls.ts';
import type {
  AllocationPolicy,
  CalendarPeriod,
  CodecName,
  ConflictPolicy,
  PoolName,
  RequestedLevel,
} from '../../shared/contract/choices.ts';
import type { InputOf, OutputOf } from '../../shared/contract/contract.ts';
import type { RobotView, TapeMoveView } from '../../shared/contract/robot.ts';
import type { InventoryFindingView, LibraryView, TapeView } from '../../shared/contract/tapes.ts';
import type { PathIn, WarningView } from '../../shared/contract/values.ts';
import type { SnapshotView, VolumeView } from '../../shared/contract/volumes.ts';
import type { BlockSetSummary, ChunkPlace, Level, Warning } from '../../shared/model/block-set.ts';
import type { ExpireReason, KeepReason, KeepRules } from '../../shared/model/retention.ts';
import type { LeftOut, NotEntered, Selection } from '../../shared/model/selection.ts';
import type { PlacedTape } from '../../shared/model/tape-place.ts';
import type { SetId } from '../../shared/units.ts';
import type { SetVolumeSpec } from '../engine/restore/instant/set-volume.ts';
import type { BlockRuns } from '../engine/snapshot/block-runs.ts';
import type { SharedPaces } from '../platform/pace.ts';
import type { VolumeToScan } from './backup/volume-to-scan.ts';
import type { PictureTaps, SideFileGauge } from './pictures/job-picture.ts';

/** Counters of a job as its engine knows them; the console makes rate and remaining time of them. */
export interface ProgressCounters {
  readonly phase: string;
  readonly elementsDone: number;
  readonly elementsTotal: number | null;
  readonly bytesRead: number;
  readonly bytesStored: number;
  readonly bytesTotal: number | null;
}

/** What the engine is given to be steered by, and to report to. */
export interface JobControl {
  /** Aborted when the job is to end; the engine then leaves everything readable and rejects. */
  readonly signal: AbortSignal;
  /** One word shared with workers: 1 while the job is to pause. `Atomics.wait(paused, 0, 1)` sleeps through it. */
  readonly paused: Int32Array<SharedArrayBuffer>;
  /** Hears each change of `paused`; returns how to stop hearing. */
  onPauseChange(listener: (paused: boolean) => void): () => void;
  /** Cheap: call as often as there is something new; it is sampled. */
  report(counters: ProgressCounters): void;
  /** Where what happens is told to whoever looks; cheap too. */
  readonly picture: PictureTaps;
  /** The limits that its threads keep; null: none. */
  readonly paces: SharedPaces | null;
  /** The set that is being written is known from here on: kept durably, so that an interrupted job can be resumed. */
  writes(set: SetId): void;
  /** Once the job is on record as done, and so is told of, this is done; not where it ends in any other way. */
  onDone(work: () => void): void;
}

/** A logical object as the console keeps it. */
export interface ProtectedObject {
  readonly id: string;
  readonly name: string;
  readonly kind: 'files' | 'volumes';
  readonly selection: Selection;
  /** Names of volumes; empty for file sets. Those in `selection.sources` are exports of other servers. */
  readonly volumes: readonly string[];
}

/** A vault opened for work: leased, unlocked, its catalog at hand. */
export interface VaultSession {
  readonly info: VaultInfo;
  close(): Promise<void>;
}

export interface VaultInfo {
  readonly id: string;
  readonly name: string;
  readonly dir: string;
  readonly sealed: boolean;
  readonly createdAt: number | null;
}

export type VaultAccess = Pick<Secrets, 'passphrase' | 'recoveryCode'>;

export interface CreateVaultRequest {
  readonly dir: string;
  readonly name: string;
  readonly drives: number;
  readonly slots: number;
  readonly tapeBytes: number;
  readonly codec: CodecName;
  /** A real library, in the place of files. */
  readonly changer?: { readonly changer: string; readonly drives: readonly string[] };
  readonly passphrase: string | null;
}

/** A changer from which the library of a vault is to be made anew. */
export interface ChangerRecovery {
  readonly changer: string;
  /** In the order of their elements. */
  readonly drives: readonly string[];
  /** Id of the vault that is meant; null: the only one there. */
  readonly vault: string | null;
  /** Undefined: guessed from the tapes. */
  readonly tapeBytes: number | undefined;
  readonly codec: CodecName | undefined;
}

export interface BackupPlan {
  readonly level: Level;
  readonly parent: SetId | null;
  readonly elements: number;
  readonly bytes: number;
  readonly leftOut: readonly LeftOut[];
  readonly notEntered: NotEntered;
  readonly tapes: readonly string[];
  readonly warnings: readonly WarningView[];
}

export interface BackupOptions {
  readonly level: RequestedLevel;
  readonly streams: number | null;
  /** Go on with the set that an interrupted backup began. */
  readonly resume: SetId | null;
}

export interface RestoreRequest {
  readonly set: SetId;
  /** Empty: everything. */
  readonly paths: readonly PathIn[];
  readonly to: PathIn | null;
  /** The image file that the one volume of the set goes into, instead of a folder. */
  readonly image?: PathIn;
  /** The block device that it goes onto; `image` names it too. */
  readonly device?: string;
  readonly relativeTo: PathIn | null;
  readonly onConflict: ConflictPolicy;
  /** Folders that nothing is put into, and files that nothing takes the place of. */
  readonly keptOut?: readonly string[];
  /** What somebody agreed to lose, as the plan told it; undefined when nobody was asked. */
  readonly agreed?: {
    readonly overwrites: string | null;
    readonly loses: string | null;
    readonly replaces?: string | null | undefined;
    readonly folder?: string | null | undefined;
  };
}

/** A tape that is away, and what of a job waits for it. */
export interface LackingTape {
  readonly tape: string;
  readonly barcode: string;
  readonly chunks: number;
  /** Content on it that is wanted, before compression. */
  readonly bytes: number;
}

/** What is left of a restore when tapes are away. No other restore of the same may begin until it is ended, or carried out as a further part. */
export interface RestoreRest {
  readonly lacking: readonly LackingTape[];
  /** Gives it up: the same restore, run again, is another one. */
  end(): void;
}

/** Looks for tapes that are away, again and again. */
export interface TapeWatch {
  /** Whether one of them is back and is what it should be, or one that may do as well. */
  look(): Promise<boolean>;
  /** Why what lies in the place of one is not it; null when nothing does. */
  noteOf(volume: string): string | null;
}

/** What retention goes by. */
export interface RetentionRequest {
  readonly rules: KeepRules;
  /** What was said of single sets, by id. */
  readonly marks: ReadonlyMap<string, SetMark>;
  /** Sets about which something is unusual and at which nobody has looked. */
  readonly unusual: ReadonlySet<string>;
  /** Why a set cannot go now, whatever the rules say: it is served as a disk, or a job waits for tapes of it. */
  readonly usedBy: (set: string) => 'served' | 'wanted' | null;
  /** Throws when one of these sets must not go any more; asked when nothing can come in between any more. */
  readonly demandFree: (sets: readonly string[]) => void;
}

/** What a person said of one set. */
export interface SetMark {
  /** The note of a legal hold; null without one. */
  readonly hold: string | null;
  /** It is kept until then, milliseconds since 1970; null when nobody said so. */
  readonly until: number | null;
  /** When it really goes, as far as can be told now: see `RetentionTable.staysUntil`. Not there: at `until`. */
  readonly staysUntil?: number;
}

export interface RetentionPlan {
  /** The time zone whose calendar it went by. */
  readonly zone: string;
  /** Newest first. */
  readonly sets: readonly {
    readonly set: BlockSetSummary;
    /** It is complete, and all that it needs is there and sound as far as is known. */
    readonly good: boolean;
    readonly keep: boolean;
    readonly reasons: readonly { readonly kind: KeepReason | ExpireReason; readonly of: string | null }[];
  }[];
  /** Tapes on which nothing is left then that is kept. */
  readonly tapes: readonly string[];
}

export interface RetentionResult {
  readonly expired: readonly BlockSetSummary[];
  readonly kept: number;
  /** Tapes that may be labelled anew now. */
  readonly freedTapes: readonly string[];
  readonly warnings: readonly Warning[];
}

/** What would be lost with a tape. */
export interface TapeLosses {
  readonly tape: TapeView;
  /** Oldest first. */
  readonly sets: readonly BlockSetSummary[];
  /** Those with something there of which others at hand have all, as far as is known without reading them. Oldest first. */
  readonly onCopies: readonly BlockSetSummary[];
  /** The tapes at hand that hold something of what lies on it. */
  readonly copies: OutputOf<'tape.losses'>['copies'];
  /** Paths of elements of the complete ones. */
  readonly elements: readonly string[];
  readonly chunks: number;
  readonly chunksLost: number;
  /** Chunks on it that the catalog does not list. */
  readonly unlisted: number;
  readonly front: OutputOf<'tape.losses'>['front'];
}

export interface CopyRequest {
  readonly tape: string;
  readonly to: string;
}
export type CopyResult = Omit<OutputOf<'tape.copy'>, 'vault'>;

export interface ExportRequest {
  readonly tape: string;
  readonly file: string;
}
export type ExportResult = Omit<OutputOf<'tape.export'>, 'vault'>;

export interface ImportRequest {
  readonly file: string;
  /** Also when not all is there that should be. */
  readonly partial: boolean;
}
export type ImportResult = Omit<OutputOf<'tape.import'>, 'vault' | 'objects'>;

export interface EraseRequest {
  readonly tape: string;
  /** What may be lost or live on copies alone, and when that was listed, milliseconds since 1970: what was finished later was not agreed to. */
  readonly agreed: {
    readonly sets: readonly string[];
    readonly unlisted: number;
    readonly asOf: number;
    /** That its beginning is damaged, and that nothing says which tape it is. */
    readonly front?: 'known' | 'unknown' | undefined;
  };
  /** Throws when one of these sets must not be touched whoever agrees; asked when nothing can come in between any more. */
  readonly demandFree: (sets: readonly string[]) => void;
}

export interface ReclaimRequest {
  /** By volume id or barcode; null for all. */
  readonly tapes: readonly string[] | null;
  /** Percent; null for the usual share, or any when tapes are named. */
  readonly below: number | null;
  /** Whether a set is read as a disk, so that its tapes have to stay as they are. */
  readonly isServed: (set: BlockSetSummary) => boolean;
}
export type ReclaimPlan = Omit<OutputOf<'tape.reclaimPlan'>, 'vault'>;
export type ReclaimResult = Omit<OutputOf<'tape.reclaim'>, 'vault'>;

/** What a restore test takes of a set. */
export interface RestoreTestRequest {
  readonly set: SetId;
  readonly kind: ProtectedObject['kind'];
  /** Elements, and bytes of content, at most. */
  readonly elements: number;
  readonly bytes: number;
  /** Elements that are tested in any case, as they failed the last time. */
  readonly first: readonly PathIn[];
}

export interface RestoreTestResult {
  readonly set: SetId;
  /** Elements that were tested, those that failed included. */
  readonly elements: number;
  /** Content that came back right. */
  readonly bytes: number;
  /** Elements too long to be restored whole, of which places drawn at random were read. */
  readonly inPieces: number;
  /** Elements of the set but for directories, and how many of these are longer than a test takes. */
  readonly population: number;
  readonly tooLong: number;
  /** Elements that were compared with the source too; and those that could not be, as it was changed since. */
  readonly sourceSame: number;
  readonly sourceChanged: number;
  readonly failures: readonly {
    readonly path: string;
    readonly pathBase64?: string;
    readonly code: string;
    readonly message: string;
  }[];
  /** Tapes that were not here, and without which something did not come back. */
  readonly tapesAway: readonly PlacedTape[];
  readonly warnings: readonly WarningView[];
  readonly durationMs: number;
}

export type RestoreResult = OutputOf<'restore'>;
/** How it came out follows from the rest, and is told by who answers. */
export type VerifyResult = Omit<OutputOf<'verify'>, 'outcome'>;
export type RebuildResult = Omit<OutputOf<'vault.rebuild'>, 'vault' | 'recovered' | 'objects'> & {
  readonly vault: VaultInfo;
};

/** What a home knows of a vault that it took in, and what the tapes could not tell. */
export type TakenIn = Pick<RebuildResult, 'sets' | 'incompleteSets' | 'warnings'>;

/** What a vault's catalog in the home answers; needs neither the vault nor a secret. Lists are drawn one by one. */
export interface CatalogReader {
  /** The objects that the catalog has sets of, as their newest sets describe them. */
  objects(): readonly CatalogObject[];
  /** Newest first; `object` is an object's name, null for all. */
  sets(object: string | null): readonly BlockSetSummary[];
  /** The set that an id, a prefix, NAME, NAME@latest or NAME@TIME means. Throws NO_SUCH_SET, SET_AMBIGUOUS. */
  resolveSet(name: string): SetId;
  /** The incomplete sets that are later than the one that NAME, NAME@latest or NAME@TIME means, newest first. */
  passedOver(name: string): readonly BlockSetSummary[];
  /** Of `away`, the tapes without which a set cannot be restored whole; volume ids. */
  tapesAway(set: SetId, away: readonly string[]): readonly string[];
  /** The same of all sets, by id. */
  tapesAwayBySet(away: readonly string[]): ReadonlyMap<string, readonly string[]>;
  /** The volumes that a set was made of; none for a set of files. */
  volumesOf(set: SetId): readonly string[];
  /** The NBD URI of the export that one of them was read from; null for a managed volume. */
  sourceOf(set: SetId, volume: string): string | null;
  /** Blocks of one of them that were unprotected. */
  unprotectedOf(set: SetId, path: ByteString): BlockRuns;
  /** The interrupted sets that a set went on from; null when that is not written down. */
  resumedBy(set: SetId): readonly SetId[] | null;
  /** What a folder holds, with `recursive` everything below it; without a path, what the set was made of. */
  list(set: SetId, path: ByteString | null, options: { readonly recursive: boolean }): Iterable<Entry>;
  versions(object: string, path: ByteString): OutputOf<'versions'>['versions'];
  /** The chunks in which the content of a set's element lies. */
  chunksOf(set: SetId, path: ByteString): Iterable<{ readonly set: string; readonly chunk: number }>;
  find(pattern: string, options: { readonly object: string | null; readonly allVersions: boolean }): Iterable<Hit>;
  diff(from: SetId, to: SetId, path: ByteString | null): Iterable<Change>;
  /** The same of all; `contentUnread` of what is there still, and could not be read for the later set. */
  differences(from: SetId, to: SetId): Iterable<Change & { readonly contentUnread: boolean }>;
  /** The newest sets of an object, newest first. */
  recentSets(object: string, limit: number): { readonly sets: readonly BlockSetSummary[]; readonly total: number };
  newestComplete(object: string): BlockSetSummary | null;
  /** Sets of which something that they wrote is known to be damaged and, as far as is known, whole nowhere else; ids. */
  damagedSets(): ReadonlySet<string>;
  /** A set and all that it cannot be restored without; ids. */
  withThoseBelow(set: SetId): readonly string[];
  /** Of tapes that are away, those that hold all, or some, of what sets want of one of them, and that lies nowhere at hand. */
  holdersAway(
    tape: string,
    away: readonly string[],
    sets: readonly string[],
  ): { readonly all: readonly string[]; readonly some: readonly string[] };
  /** Elements that were added, changed or removed in a set; null when the catalog does not have them. */
  touched(set: SetId): number | null;
  /** What was stored since a time, first sets of objects left out. */
  growth(since: number): CatalogGrowth;
  /** The chunks on a tape in the order in which they lie. */
  chunksOn(tape: string): Iterable<ChunkPlace>;
  /** What of each tape is needed: how many chunks, and bytes of payload. */
  liveOnTapes(): ReadonlyMap<string, { readonly chunks: number; readonly bytes: number }>;
  close(): void;
}

/** A chunk whose content on a tape is damaged. Without a block it is wherever it lies on that tape. */
export interface KnownDamage {
  readonly set: string;
  readonly sequence: number;
  readonly tape: string;
  readonly block?: number | undefined;
}

export interface CatalogGrowth {
  readonly sets: number;
  /** When the oldest complete set was made; null when there is none. */
  readonly since: number | null;
  readonly stored: readonly { readonly at: number; readonly bytes: number }[];
}

/** What a vault can hold, from its library and the disk that it lies on. */
export interface VaultSpace {
  readonly bytesCapacity: number;
  readonly bytesUsed: number;
  /** Room on tapes that can be written, and in slots that are still empty. */
  readonly bytesFree: number;
  readonly bytesFreeOnDisk: number | null;
  readonly slots: number;
  readonly slotsFree: number;
  readonly drives: number;
  /** Its tapes lie in a real changer. */
  readonly changer: boolean;
  /** Number of tapes in each state. */
  readonly tapes: Readonly<Record<string, number>>;
  /** The written tapes that are not here now. */
  readonly away: readonly PlacedTape[];
  /** Those that an inventory, or a job that wanted them, did not find in their places. */
  readonly missing: readonly PlacedTape[];
  /** Drives that want cleaning, by number, and how many cleaning tapes have uses left. */
  readonly cleaning: { readonly drives: readonly number[]; readonly tapes: number };
}

export interface FolderRequest {
  readonly set: SetId;
  readonly path: ByteString;
  readonly offset: number;
  readonly limit: number;
  readonly sort: 'name' | 'size' | 'time';
  readonly descending: boolean;
  readonly foldersFirst: boolean;
}

export interface CompareRequest {
  readonly from: SetId;
  readonly to: SetId;
  readonly path: ByteString | null;
  readonly change: 'added' | 'removed' | 'changed' | null;
  readonly name: string | null;
  readonly most: number;
}

/** Pages of folders at any place, from a thread that keeps those that were looked at last. */
export interface FolderPages {
  page(
    home: string,
    vault: string,
    request: FolderRequest,
  ): Promise<{ readonly entries: Entry[]; readonly total: number }>;
  /** What earlier sets had in a folder and this one has not. Rejects with CANCELLED. */
  gone(
    home: string,
    vault: string,
    request: Pick<FolderRequest, 'set' | 'path' | 'limit'>,
    signal: AbortSignal,
  ): Promise<Pick<OutputOf<'gone'>, 'entries' | 'total'>>;
  /** How much is at and beneath a path. Rejects with CANCELLED. */
  weigh(
    home: string,
    vault: string,
    request: Pick<FolderRequest, 'set' | 'path'>,
    signal: AbortSignal,
  ): Promise<Pick<OutputOf<'du'>, 'elements' | 'bytes'>>;
  /** What differs between two sets of one object, counted to its end. Rejects with CANCELLED, USAGE. */
  compare(
    home: string,
    vault: string,
    request: CompareRequest,
    signal: AbortSignal,
  ): Promise<Pick<OutputOf<'compare'>, 'totals' | 'changes'>>;
  close(): Promise<void>;
}

/** A volume of a block set, ready to be served from the tapes. */
export interface SetVolume {
  /** The name that the volume had. */
  readonly name: string;
  readonly spec: SetVolumeSpec;
  /** Blocks of it that were unprotected: not in the set, and not to be touched where it is restored over something. */
  readonly unprotected: BlockRuns;
}

/** A volume of a block set and the name that it is served under. */
export interface SetExport extends SetVolume {
  readonly exportName: string;
}

/** Volumes that are frozen for a backup. */
export interface FrozenVolumes {
  readonly volumes: readonly VolumeToScan[];
  /** Their contents are safe in this set: what is written from then on is what the next one needs. */
  written(set: SetId, full: boolean): void;
  /** Segments that writers had copied out of turn up to now, for as long as the images are held; null without managed volumes. */
  readonly sideFile: (() => SideFileGauge) | null;
  /** Gives the frozen images up. */
  end(): Promise<void>;
}

/** The managed volumes of a home, with whoever serves them. */
export interface Volumes {
  create(input: InputOf<'volume.create'>): VolumeView;
  adopt(input: InputOf<'volume.adopt'>): VolumeView;
  list(): VolumeView[];
  /** Paths of all images and devices. */
  disks(): string[];
  show(name: string): VolumeView;
  remove(name: string): Promise<VolumeView>;
  /** `sets`: what of block sets is served beside the volumes. */
  serve(
    input: InputOf<'volume.serve'>,
    sets: readonly SetExport[],
  ): Promise<Omit<OutputOf<'volume.serve'>, 'warnings'>>;
  served(server?: string): OutputOf<'volume.served'>;
  /** Gives the names of what is no longer served. */
  stop(server: string): Promise<string[]>;
  protect(input: InputOf<'volume.protect'>): Promise<OutputOf<'volume.protect'>>;
  maps(input: InputOf<'volume.maps'>): OutputOf<'volume.maps'>;
  picture(input: InputOf<'volume.picture'>): Promise<OutputOf<'volume.picture'>>;
  measure(names: readonly string[], signal: AbortSignal): Promise<OutputOf<'volume.measure'>['volumes']>;
  snapshot(input: InputOf<'snapshot.create'>, signal: AbortSignal): Promise<OutputOf<'snapshot.create'>>;
  snapshots(): SnapshotView[];
  release(prefix: string): Promise<SnapshotView>;
  /** Freezes volumes together. `parent`: only what was written since that set has to be preserved, where that is known. */
  freezeForBackup(names: readonly string[], parent: SetId | null): Promise<FrozenVolumes>;
  /** The same without freezing, to see what a backup would do now. */
  lookAt(names: readonly string[], parent: SetId | null): VolumeToScan[];
  /** A set was merged into another one of the same state: what was written since the one was written since the other. */
  merged(from: SetId, into: SetId): void;
  /**
   * Takes a volume out of use, because its disk gets other content: everything on it counts as changed from then on, and nobody can use it
   * until the end. Throws VOLUME_IN_USE while it is served or has snapshots.
   */
  replace(name: string): Promise<{ end(): Promise<void> }>;
  readonly replicas: Replicas;
  /** Cuts clients off, makes everything durable and says that nothing is in flight. */
  close(): Promise<void>;
}

/** What a backup asks of the managed volumes. */
export type VolumesToBackUp = Pick<Volumes, 'freezeForBackup' | 'lookAt'>;

/** The replicas of managed volumes. */
export interface Replicas {
  create(input: InputOf<'replica.create'>, signal: AbortSignal): Promise<OutputOf<'replica.create'>>;
  update(input: InputOf<'replica.update'>, signal: AbortSignal): Promise<OutputOf<'replica.update'>>;
  list(): Promise<OutputOf<'replica.list'>>;
  remove(input: InputOf<'replica.remove'>): Promise<OutputOf<'replica.remove'>>;
  serve(input: InputOf<'replica.serve'>): Promise<OutputOf<'replica.serve'>>;
}

export interface CatalogObject {
  readonly id: string;
  readonly name: string;
  /** Null when no set of it says. */
  readonly selection: Selection | null;
  /** When its first set was made, milliseconds since 1970 UTC. */
  readonly since: number;
}
export type Change = OutputOf<'diff'>['changes'][number];
export type Hit = OutputOf<'find'>['entries'][number];

/** What a verification found, and in what. */
export interface ReadBack extends VerifyResult {
  /** The sets of which it set out to read all that is needed of them: what it does not find damaged, or away, of these is right. */
  readonly read: readonly SetId[];
  /** Of each tape that was away: what of it was wanted, and which label it had then. */
  readonly places: readonly { readonly tape: string; readonly chunks: number; readonly sequence: number | null }[];
  /** It set out to read a part, and read all of it: what others moved or let go meanwhile cannot be told apart from what was read before. */
  readonly anew: boolean;
}

/** What of the sets is verified: all of it, unless it says so. */
export interface VerifiedPart {
  /** Only what an earlier verification could not read, because these tapes were away. */
  readonly missed?: Pick<ReadBack, 'missingTapes' | 'places'> | undefined;
  /** Only what the sets themselves wrote. */
  readonly written?: boolean | undefined;
}

/**
 * What the console asks of the engine. Every use-case rejects with a ColdframeError; those that take a JobControl
 * reject soon after its signal is aborted and leave nothing half-done behind.
 */
export interface UseCases {
  createVault(request: CreateVaultRequest): Promise<{ vault: VaultInfo; recoveryCode: string | null }>;
  /** Reads what lies in the clear: needs no secret. */
  inspectVault(dir: string): Promise<VaultInfo>;
  /** Whether a secret opens a vault, which need not be held for that. Rejects with PASSPHRASE_* when it does not. */
  trySecret(dir: string, access: VaultAccess): Promise<void>;
  /** Whether tapes of the vault are files, which can be read while they are in a drive. */
  hasTapesInFiles(dir: string): Promise<boolean>;
  /** Tapes in the clear on the shelf of a sealed vault, none of which is used. */
  unsealedTapes(dir: string): Promise<readonly Warning[]>;
  /**
   * Makes the library anew from the tapes when it is lost or damaged; leaves one that can be read, and says false. Rejects with PASSPHRASE_*
   * before anything is written.
   */
  recoverLibrary(dir: string, access: VaultAccess): Promise<boolean>;
  /** Whether the folder lacks the library of a vault with this changer, or it is damaged. Rejects with USAGE when it has that of another one. */
  lacksLibraryOf(dir: string, choice: Pick<ChangerRecovery, 'changer' | 'drives'>): Promise<boolean>;
  /** Makes the library anew from tapes in a changer, which are only read; says which are left alone. Rejects with PASSPHRASE_* before anything is written. */
  recoverFromChanger(
    dir: string,
    request: ChangerRecovery,
    access: VaultAccess,
    job: Pick<JobControl, 'signal' | 'report'>,
  ): Promise<readonly Warning[]>;
  changePassphrase(
    dir: string,
    access: VaultAccess,
    newPassphrase: string,
  ): Promise<Pick<OutputOf<'vault.passphrase'>, 'refreshed' | 'skipped'>>;
  /**
   * The code is durable when it is answered, and kept nowhere. Rejects with PASSPHRASE_WRONG for the recovery code from before, and with
   * CANCELLED, nothing changed, when the signal is aborted before the code takes its place.
   */
  changeRecoveryCode(
    dir: string,
    passphrase: string,
    signal: AbortSignal,
  ): Promise<Pick<OutputOf<'vault.recoveryCode'>, 'recoveryCode' | 'refreshed' | 'skipped'>>;
  showVault(dir: string): Promise<Pick<OutputOf<'vault.show'>, 'library' | 'tapes'>>;
  listTapes(dir: string): Promise<readonly TapeView[]>;
  /** What stands on each tape; looks at none of them. */
  tapeNames(dir: string): Promise<readonly Pick<TapeView, 'id' | 'barcode'>[]>;
  /** Labels tapes into free slots, or into new ones when there are none. `barcodes` empty: one, with the next barcode. */
  labelTapes(dir: string, barcodes: readonly string[], pool: PoolName): Promise<readonly TapeView[]>;
  showLibrary(dir: string): Promise<LibraryView>;
  /** What its robot does, and what waits for it. */
  showRobot(dir: string): Promise<RobotView>;
  /** What its robot moved, newest first; of one tape alone, by its volume id or barcode, when that is given. */
  showRobotLog(
    dir: string,
    wanted: { readonly tape?: string; readonly limit?: number },
  ): Promise<OutputOf<'library.log'>>;
  /** Has the robot put a tape into a drive; what is there goes back to its slot. */
  loadTape(dir: string, tape: string, drive: number, job?: Pick<JobControl, 'signal'>): Promise<TapeMoveView>;
  /** Has the robot put what is in a drive back into its slot; null when it is empty. */
  unloadDrive(dir: string, drive: number, job?: Pick<JobControl, 'signal'>): Promise<TapeMoveView | null>;
  /** Has the robot move a tape to another slot, which is its own from then on. */
  moveTape(dir: string, tape: string, slot: number, job?: Pick<JobControl, 'signal'>): Promise<TapeMoveView>;
  /** Into the import/export slot; rejects with SLOTS_FULL. */
  ejectTape(dir: string, tape: string): Promise<LibraryView>;
  /** From the import/export slot; rejects with TAPE_MISMATCH, TAPE_EXISTS. */
  takeInTape(dir: string, tape: string): Promise<LibraryView>;
  /** With the cleaning tape that is named, else one with uses left; rejects with NO_CLEANING_TAPE, TAPE_IN_USE, CLEANING_FAILED. */
  cleanDrive(dir: string, drive: number, tape: string | null): Promise<OutputOf<'library.clean'>>;
  addCleaningTape(dir: string, wanted: { readonly barcode?: string; readonly uses?: number }): Promise<LibraryView>;
  removeCleaningTape(dir: string, barcode: string): Promise<LibraryView>;
  /** 0: never. */
  setCleaning(dir: string, afterBytes: number): Promise<LibraryView>;
  /** `every`: for `calendar` alone; rejects with USAGE. */
  setAllocation(dir: string, policy: AllocationPolicy, every: CalendarPeriod | null): Promise<LibraryView>;
  /** Everything that is out of order. */
  takeInventory(dir: string): Promise<readonly InventoryFindingView[]>;
  protectTape(dir: string, tape: string, on: boolean): Promise<TapeView>;
  shelveTape(dir: string, tape: string, shelf: string | null): Promise<TapeView>;
  retireTape(dir: string, tape: string): Promise<TapeView>;
  tapeLosses(session: VaultSession, tape: string): Promise<TapeLosses>;
  /** Rejects with TAPE_NEEDED when anything lies on the target. */
  copyTape(session: VaultSession, request: CopyRequest, job: JobControl): Promise<CopyResult>;
  /** Rejects with DESTINATION_TAKEN when the file is there, TAPE_DAMAGED when the tape is not whole. */
  exportTape(session: VaultSession, request: ExportRequest, job: JobControl): Promise<ExportResult>;
  /** Rejects with TAPE_MISMATCH for a tape of another vault, TAPE_EXISTS, TAPE_DAMAGED. */
  importTape(
    dir: string,
    access: VaultAccess,
    home: string,
    request: ImportRequest,
    job: JobControl,
  ): Promise<ImportResult>;
  /** Forgets a tape that is away, and what the catalog has of it. Rejects with TAPE_NEEDED, TAPE_EXISTS, TAPE_IN_USE. */
  forgetTape(
    session: VaultSession,
    request: EraseRequest,
  ): Promise<Pick<TapeLosses, 'tape' | 'sets'> & { readonly warnings: readonly Warning[] }>;
  /** The vault that files of tapes are of; changes nothing. Rejects with TAPE_MISMATCH where they are of several, TAPE_DAMAGED, NO_SUCH_TAPE. */
  vaultOfTapes(files: readonly string[]): Promise<Omit<VaultInfo, 'dir'>>;
  /** Copies files of tapes of one vault into a folder for it, which has no other. Rejects with VAULT_EXISTS, TAPE_EXISTS, as `vaultOfTapes`. */
  gatherTapes(dir: string, files: readonly string[], job: JobControl): Promise<void>;
  /** Rejects with TAPE_NEEDED when more would be lost than was agreed to. */
  eraseTape(
    session: VaultSession,
    request: EraseRequest,
    job: JobControl,
  ): Promise<Pick<TapeLosses, 'sets'> & { readonly tape: TapeView; readonly warnings: readonly Warning[] }>;
  planReclaim(session: VaultSession, request: ReclaimRequest): Promise<ReclaimPlan>;
  /** Rejects with CATALOG_BEHIND, OUT_OF_TAPES. */
  reclaimTapes(session: VaultSession, request: ReclaimRequest, job: JobControl): Promise<ReclaimResult>;
  /** Rejects with NO_SUCH_VAULT when it is out of reach. */
  vaultSpace(dir: string): Promise<VaultSpace>;
  openFolderPages(): Promise<FolderPages>;
  /** `folder`: the volumes' own one in the home. */
  openVolumes(folder: string): Promise<Volumes>;
  /** The catalog of a vault in this home; null when there is none yet. */
  openCatalog(home: string, vault: string): Promise<CatalogReader | null>;
  /** The chunks of a vault that were found damaged, and not right since; asks no catalog. */
  knownDamage(home: string, vault: string): Promise<readonly KnownDamage[]>;
  /** Whether a vault says of itself that it holds a set that the catalog of a home does not know, nor knows to have expired. */
  hasUnknownSets(home: string, vault: Pick<VaultInfo, 'id' | 'dir'>): Promise<boolean>;
  /** Starts what work of that kind will need first, to come to life beside the opening of the vault; `end` when it is over. */
  prepare(kind: 'backup' | 'restore' | 'verify' | 'rebuild'): Promise<{ end(): Promise<void> }>;
  openVaultSession(dir: string, access: VaultAccess, home: string, job?: JobControl): Promise<VaultSession>;
  /** The exclusions that match nothing now; null when a moment is not long enough to tell. Throws USAGE for a bad one. */
  unmatchedExclusions(selection: Selection, ownFolders: readonly ByteString[]): Promise<readonly string[] | null>;
  planBackup(
    session: VaultSession,
    object: ProtectedObject,
    options: BackupOptions,
    job: JobControl,
    /** For an object of volumes. */
    volumes?: VolumesToBackUp | null,
  ): Promise<BackupPlan>;
  /** The same for a vault that nobody opened: needs no secret, and looks at no tape. */
  planUnopened(
    home: string,
    vault: Pick<VaultInfo, 'id' | 'dir'>,
    object: ProtectedObject,
    options: BackupOptions,
    job: JobControl,
    volumes?: VolumesToBackUp | null,
  ): Promise<BackupPlan>;
  runBackup(
    session: VaultSession,
    object: ProtectedObject,
    options: BackupOptions,
    job: JobControl,
    volumes?: VolumesToBackUp | null,
  ): Promise<{
    readonly set: BlockSetSummary;
    /** Interrupted sets whose chunks it could use. */
    readonly resumed?: readonly SetId[];
    readonly notEntered?: NotEntered;
  }>;
  /** `merged` is false when the newest complete set, which is then given, is a full or a merged one already. */
  runMerge(
    session: VaultSession,
    object: ProtectedObject,
    job: JobControl,
  ): Promise<{
    readonly set: BlockSetSummary;
    readonly merged: boolean;
    /** The set whose state it has. */
    readonly from: SetId;
  }>;
  /** What would expire now, and why what stays does. */
  planRetention(session: VaultSession, object: ProtectedObject, request: RetentionRequest): Promise<RetentionPlan>;
  /** Lets expire what the plan says now; rejects with RETENTION_CHANGED when that is more than `agreed`. */
  applyRetention(
    session: VaultSession,
    object: ProtectedObject,
    request: RetentionRequest & { readonly agreed: readonly string[] },
    job: JobControl,
  ): Promise<RetentionResult>;
  planRestore(session: VaultSession, request: RestoreRequest, job: JobControl): Promise<RestoreResult>;
  runRestore(session: VaultSession, request: RestoreRequest, job: JobControl): Promise<RestoreResult>;
  /**
   * Restores what can be restored now; where tapes are away, `rest` tells what they hold, and is what the next part goes on with. Each part is
   * a use of the vault of its own. Not for volumes onto devices or into images.
   */
  restorePart(
    session: VaultSession,
    request: RestoreRequest,
    job: JobControl,
    rest: RestoreRest | null,
  ): Promise<{ readonly result: RestoreResult; readonly rest: RestoreRest | null }>;
  joinRestoreParts(first: RestoreResult, second: RestoreResult): Promise<RestoreResult>;
  /** `instead`: tapes that may have what is wanted, too. Nothing is held while nobody looks. */
  watchForTapes(dir: string, volumes: readonly string[], instead: readonly string[]): Promise<TapeWatch>;
  runRestoreTest(session: VaultSession, request: RestoreTestRequest, job: JobControl): Promise<RestoreTestResult>;
  /** What `volume.serve` reads from the tapes itself; the vault is not held for it. */
  openSetVolumes(dir: string, access: VaultAccess, home: string, set: SetId): Promise<readonly SetVolume[]>;
  /** `sets` null: every set of the vault. */
  runVerify(
    session: VaultSession,
    sets: readonly SetId[] | null,
    job: JobControl,
    part?: VerifiedPart,
  ): Promise<ReadBack>;
  /** Gives this home the catalog of a vault that comes from elsewhere; null when it takes a rebuild. */
  takeInVault(dir: string, access: VaultAccess, home: string, job: JobControl): Promise<TakenIn | null>;
  runRebuild(dir: string, access: VaultAccess, home: string, job: JobControl): Promise<RebuildResult>;
}
