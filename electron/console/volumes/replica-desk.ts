import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import type { ReplicaView } from '../../../shared/contract/replicas.ts';
import type { WarningView } from '../../../shared/contract/values.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { ReplicaBook } from '../../engine/snapshot/replica/replica-book.ts';
import { conditionOf } from '../../engine/snapshot/replica/replica-condition.ts';
import { fileChanged, fileMissing, placeTaken } from '../../engine/snapshot/replica/replica-errors.ts';
import { placesOf, replicaFiles } from '../../engine/snapshot/replica/replica-files.ts';
import type { ReplicaIdentity, ReplicaRow } from '../../engine/snapshot/replica/replica-state.ts';
import { runReplicaTask } from '../../engine/snapshot/replica/run-replica-task.ts';
import { settleReplica, type UpdateParts, updateReplica } from '../../engine/snapshot/replica/update-replica.ts';
import { noSuchVolume } from '../../engine/snapshot/space-errors.ts';
import type { VolumeRow } from '../../engine/snapshot/space-state.ts';
import type { VolumeSpace } from '../../engine/snapshot/volume-space.ts';
import { randomId } from '../../platform/ids.ts';
import type { Replicas } from '../use-cases.ts';
import { atConsistentMoment, type ConsistencyWishes } from './consistent-moment.ts';
import { demandReplicaPlace } from './replica-place.ts';
import { ReplicaServers } from './replica-servers.ts';
import { isOneDisk } from './same-disk.ts';

const FREEZE_MS = 30_000;
/** How long readers of an earlier state may go on, unless it is said. */
const READERS_MS = 60_000;

/** The replicas of a console: what it is asked about them, and what it does with them. */
export class ReplicaDesk implements Replicas {
  readonly #space: VolumeSpace;
  readonly #now: () => Date;
  readonly #book: ReplicaBook;
  readonly #servers = new ReplicaServers();
  /** What is being done with a replica; nobody begins anything else with it meanwhile. */
  readonly #busy = new Map<string, Promise<unknown>>();
  /** Servers that are being started; updates wait for them. */
  readonly #opening = new Map<string, Promise<unknown>>();
  readonly #closing = new AbortController();
  /** Done when what an earlier process left is applied, or cannot be now: then the next update says why. */
  readonly #finished: Promise<unknown>;
  /** Journals that were given up, until the next update has made up for it. */
  readonly #damaged = new Map<string, ColdframeError>();

  /** `folder`: the volumes' own one in the home. What an earlier process left unfinished is taken up at once. */
  constructor(folder: string, space: VolumeSpace, now: () => Date) {
    this.#space = space;
    this.#now = now;
    this.#book = new ReplicaBook(folder);
    const unfinished = this.#book.rows.filter((row) => conditionOf(row, replicaFiles) === 'updating');
    this.#finished = Promise.allSettled(unfinished.map(async ({ id }) => await this.#finish(id)));
  }

  /** Checkpoints since which changes have to be known. */
  get checkpoints(): readonly string[] {
    return this.#book.checkpoints;
  }

  async create(
    { name, volume: of, file, ...how }: InputOf<'replica.create'>,
    signal: AbortSignal,
  ): Promise<OutputOf<'replica.create'>> {
    if (this.#book.rows.some((row) => row.name === name)) throw replicaExists(name);
    const volume = this.#space.volumes.find((row) => row.name === of);
    if (volume === undefined) throw noSuchVolume(of);
    const path = demandReplicaPlace(file, volume, this.#space.volumes);
    const id = randomId();
    const createdAt = this.#now().toISOString();
    this.#book.add({ id, name, volume: volume.id, path, createdAt, held: null, next: null });
    try {
      return await this.update({ replica: name, ...how }, signal);
    } catch (error) {
      if (this.#book.row(id).held === null) this.#forget(this.#book.row(id), true);
      throw error;
    }
  }

  async update(
    { replica: name, readersMs = READERS_MS, ...how }: InputOf<'replica.update'>,
    signal: AbortSignal,
  ): Promise<OutputOf<'replica.update'>> {
    const row = this.#book.named(name);
    return await this.#alone(row, async () => await this.#update(row, how, readersMs, signal));
  }

  /** What is being finished is waited for, so that what is told holds. */
  async list(): Promise<OutputOf<'replica.list'>> {
    await this.#finished;
    return { replicas: this.#book.rows.map((row) => this.#view(row)), warnings: this.#warnings(this.#book.rows) };
  }

  async remove({ replica: name, discardFile = false }: InputOf<'replica.remove'>): Promise<OutputOf<'replica.remove'>> {
    const row = this.#book.named(name);
    return await this.#alone(row, async () => {
      const replica = this.#view(row);
      if (replica.exports.length > 0) throw served(name);
      if (conditionOf(row, replicaFiles) === 'updating' && !discardFile) await settleReplica(row.id, this.#parts(0));
      const { file, updating } = placesOf(row.path);
      const found = [file, updating].find((place) => isOwn(replicaFiles.identity(place), row.held?.identity));
      const lost = row.held === null && replicaFiles.exists(updating);
      const checkpoints = [row.held, row.next].flatMap((state) => state?.checkpoint ?? []);
      this.#forget(this.#book.row(row.id), discardFile);
      if (discardFile && found !== undefined) replicaFiles.remove(found);
      for (const one of checkpoints) await this.#space.dropCheckpoint(one).catch(() => undefined);
      return { replica, fileRemoved: discardFile && (found !== undefined || lost) };
    });
  }

  async serve({ replicas, ...place }: InputOf<'replica.serve'>): Promise<OutputOf<'replica.serve'>> {
    await this.#finished;
    const rows = [...new Set(replicas)].map((name) => this.#book.named(name));
    // Not beside an update: what it is to show may change before anybody is told of the server.
    await Promise.allSettled(rows.map(async ({ id }) => await this.#busy.get(id)));
    const opening = this.#open(rows, place);
    for (const { id } of rows) this.#opening.set(id, opening);
    try {
      return await opening;
    } finally {
      for (const { id } of rows) if (this.#opening.get(id) === opening) this.#opening.delete(id);
    }
  }

  async #open(rows: readonly ReplicaRow[], place: Omit<InputOf<'replica.serve'>, 'replicas'>) {
    const now = rows.map(({ id }) => this.#book.row(id));
    for (const row of now) demandReadable(row);
    return await this.#servers.serve(now, place);
  }

  served(server?: string): OutputOf<'volume.served'>['exports'] {
    return this.#servers.served(server);
  }

  /** Gives the names of what is no longer served; null when it was no replica. */
  async stop(server: string): Promise<string[] | null> {
    return await this.#servers.stop(server);
  }

  /** Throws `VOLUME_IN_USE` for a volume that a replica follows. */
  demandNoneOf({ id, name }: VolumeRow): void {
    const follower = this.#book.rows.find(({ volume }) => volume === id);
    if (follower !== undefined) throw followed(name, follower.name);
  }

  /** Throws `REPLICA_PLACE` for a file that is a replica's. */
  demandNoneAt(path: string): void {
    const other = this.#book.rows.find((row) =>
      Object.values(placesOf(row.path)).some((place) => isOneDisk(place, path)),
    );
    if (other === undefined) return;
    throw placeTaken(path, `is a file of the replica ${other.name}`, 'Remove the replica first; its file stays.');
  }

  /** Ends what is being copied and waits for what is being applied. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#servers.close();
    await Promise.allSettled([this.#finished, ...this.#busy.values()]);
  }

  async #update(
    { id, volume }: ReplicaRow,
    how: ConsistencyWishes,
    readersMs: number,
    signal: AbortSignal,
  ): Promise<OutputOf<'replica.update'>> {
    const began = performance.now();
    const ends = AbortSignal.any([signal, this.#closing.signal]);
    const { damaged, ...report } = await updateReplica(
      {
        id,
        signal: ends,
        freezeMs: FREEZE_MS,
        atMoment: async (take) => (await atConsistentMoment([this.#space.volume(volume)], how, ends, take)).taken,
      },
      this.#parts(readersMs),
    );
    if (damaged !== null) this.#damaged.set(id, damaged);
    const row = this.#book.row(id);
    const warnings = this.#warnings([row]);
    this.#damaged.delete(id);
    const durationMs = Math.round(performance.now() - began);
    return { replica: { ...this.#view(row), busy: false }, update: { ...report, durationMs }, warnings };
  }

  async #finish(id: string): Promise<void> {
    const damaged = await settleReplica(id, this.#parts(READERS_MS));
    if (damaged !== null) this.#damaged.set(id, damaged);
  }

  #warnings(rows: readonly ReplicaRow[]): WarningView[] {
    return rows.flatMap(({ id, path }) => {
      const damaged = this.#damaged.get(id);
      return damaged === undefined ? [] : [{ code: damaged.code, path, message: damaged.message }];
    });
  }

  #parts(readersMs: number): UpdateParts {
    return {
      book: this.#book,
      files: replicaFiles,
      space: this.#space,
      run: runReplicaTask,
      moved: (row) => this.#servers.moved(row),
      readersGone: async (row) => await this.#servers.earlierGone(row, readersMs),
    };
  }

  async #alone<Result>({ id, name }: ReplicaRow, act: () => Promise<Result>): Promise<Result> {
    await this.#finished;
    if (this.#busy.has(id)) throw busy(name);
    await this.#opening.get(id)?.catch(() => undefined);
    if (this.#busy.has(id)) throw busy(name);
    const acting = act();
    this.#busy.set(id, acting);
    try {
      return await acting;
    } finally {
      this.#busy.delete(id);
    }
  }

  /** Without its file, if that shows a state; `discard`: also without one that shows none. */
  #forget({ id, path, held }: ReplicaRow, discard: boolean): void {
    this.#book.remove(id);
    const { updating, journal } = placesOf(path);
    replicaFiles.remove(journal);
    if (discard && held === null) replicaFiles.remove(updating);
  }

  #view(row: ReplicaRow): ReplicaView {
    const { id, name, volume, path, createdAt, held, next } = row;
    const now = next ?? held;
    const followed = this.#space.volumes.find((one) => one.id === volume);
    return {
      id,
      name,
      volume: followed?.name ?? volume,
      path,
      size: next?.journal.size ?? held?.identity.size ?? followed?.size ?? 0,
      createdAt,
      state: conditionOf(row, replicaFiles),
      busy: this.#busy.has(id),
      takenAt: now?.takenAt ?? null,
      checkpoint: now?.checkpoint ?? null,
      exports: this.#servers.exportsOf(row),
    };
  }
}

/** Whether this is the file that a replica left, written to by others or not. */
const isOwn = (found: ReplicaIdentity | null, held: ReplicaIdentity | undefined): boolean =>
  found !== null && held !== undefined && found.inode === held.inode && found.size === held.size;

const demandReadable = (row: ReplicaRow): void => {
  const condition = conditionOf(row, replicaFiles);
  if (condition === 'changed') throw fileChanged(row.name, row.path);
  if (condition === 'missing') throw fileMissing(row.name, row.path);
};

const replicaExists = (replica: string): ColdframeError =>
  new ColdframeError('REPLICA_EXISTS', {
    message: `There is a replica ${replica} already.`,
    guidance: 'Choose another name, or remove the other replica first.',
    context: { replica },
  });

const busy = (replica: string): ColdframeError =>
  new ColdframeError('REPLICA_BUSY', {
    message: `The replica ${replica} is being updated.`,
    guidance: 'Wait until that is done; `replica list` shows it.',
    context: { replica },
  });

const served = (replica: string): ColdframeError =>
  new ColdframeError('REPLICA_BUSY', {
    message: `The replica ${replica} is being served.`,
    guidance: 'End serving it first; `replica list` shows where it is served.',
    context: { replica },
  });

const followed = (volume: string, replica: string): ColdframeError =>
  new ColdframeError('VOLUME_IN_USE', {
    message: `The replica ${replica} follows the volume ${volume}.`,
    guidance: 'Remove the replica first; its file stays.',
    context: { volume, replica },
  });
