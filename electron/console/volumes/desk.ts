import { join } from 'node:path';
import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import type { SnapshotView, VolumeView } from '../../../shared/contract/volumes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { SEGMENT_BYTES, type SetId } from '../../../shared/units.ts';
import { blockCount } from '../../engine/snapshot/block-runs.ts';
import { SegmentMap } from '../../engine/snapshot/segment-map.ts';
import { beingRestored, noSuchVolume, volumeExists } from '../../engine/snapshot/space-errors.ts';
import type { VolumeRow } from '../../engine/snapshot/space-state.ts';
import { VolumeSpace } from '../../engine/snapshot/volume-space.ts';
import type { VolumeToScan } from '../backup/volume-to-scan.ts';
import type { FrozenVolumes, SetExport } from '../use-cases.ts';
import { adoptDisk, demandGeometry, imagePlace, makeImage } from './disks.ts';
import { freezeForBackup, lookAt } from './frozen-volumes.ts';
import { HeldSnapshots, oneOf } from './held-snapshots.ts';
import { MapPictures } from './map-pictures.ts';
import { measureVolume } from './measure-volume.ts';
import { protectionOf } from './protection.ts';
import { ReplicaDesk } from './replica-desk.ts';
import { isOneDisk } from './same-disk.ts';
import { VolumeServers } from './serving.ts';
import { mapView, volumeView } from './views.ts';

const STORAGE_BYTES = 1024 * 1024 * 1024;
const BLOCK_MS = 5000;
const CLOSE_MS = 10_000;

/** The managed volumes of a console: what it is asked about them, and what it does with them. */
export class VolumeDesk {
  readonly #folder: string;
  readonly #space: VolumeSpace;
  readonly #servers: VolumeServers;
  readonly #pictures: MapPictures;
  readonly #held: HeldSnapshots;
  readonly replicas: ReplicaDesk;

  /** `folder`: the volumes' own one in the home. */
  constructor(folder: string, now: () => Date) {
    this.#folder = folder;
    this.#space = VolumeSpace.open({ folder, now });
    this.#servers = new VolumeServers(this.#space, join(folder, 'overlays'));
    this.#pictures = new MapPictures(this.#space);
    this.replicas = new ReplicaDesk(folder, this.#space, now);
    this.#held = new HeldSnapshots(this.#space, this.#servers, () => this.replicas.checkpoints);
  }

  create(input: InputOf<'volume.create'>): VolumeView {
    const segmentBytes = input.segmentBytes ?? SEGMENT_BYTES;
    demandGeometry(input.size, segmentBytes);
    this.#demandNew(input.name);
    const path = input.file ?? imagePlace(this.#folder, input.name);
    makeImage(path, input.size);
    return this.#add({ ...input, file: path });
  }

  adopt(input: InputOf<'volume.adopt'>): VolumeView {
    this.#demandNew(input.name);
    return this.#add(input);
  }

  list(): VolumeView[] {
    return this.#space.volumes.map((row) => this.#view(row));
  }

  disks(): string[] {
    return this.#space.volumes.map(({ path }) => path);
  }

  show(name: string): VolumeView {
    return this.#view(this.#named(name));
  }

  async remove(name: string): Promise<VolumeView> {
    const row = this.#usable(name);
    const view = this.#view(row);
    if (view.exports.length > 0) throw served(name);
    this.replicas.demandNoneOf(row);
    await this.#space.remove(row.id);
    return view;
  }

  async serve(
    { volumes, ...place }: InputOf<'volume.serve'>,
    sets: readonly SetExport[],
  ): Promise<Omit<OutputOf<'volume.serve'>, 'warnings'>> {
    return await this.#servers.serve(this.#all(volumes), sets, place);
  }

  served(server?: string): OutputOf<'volume.served'> {
    const replicas = this.replicas.served(server);
    if (server !== undefined && replicas.length > 0) return { exports: replicas };
    return { exports: [...this.#servers.served(server).exports, ...replicas] };
  }

  async stop(server: string): Promise<string[]> {
    return (await this.replicas.stop(server)) ?? (await this.#servers.stop(server));
  }

  async protect({ volume: name, unprotected }: InputOf<'volume.protect'>): Promise<OutputOf<'volume.protect'>> {
    const { id } = this.#usable(name);
    this.#space.volume(id);
    const { segments, blocks } = protectionOf(this.#space.row(id), unprotected);
    await this.#space.protect(id, segments, blocks);
    return { volume: name, unprotected: mapView(segments), blocks: blockCount(blocks) };
  }

  maps({ volume: name, since }: InputOf<'volume.maps'>): OutputOf<'volume.maps'> {
    const { id } = this.#usable(name);
    const { segments, memory } = this.#space.volume(id);
    const row = this.#space.row(id);
    const known = new Set(this.#space.checkpoints.map((one) => one.id));
    const checkpoints = row.intervals.flatMap(({ endsWith }) =>
      endsWith !== null && known.has(endsWith) ? [endsWith] : [],
    );
    const protection = new SegmentMap(segments);
    protection.addAll();
    protection.removeMap(memory.unprotected);
    const backup =
      since === undefined
        ? this.#space.changed(row.id, checkpoints.at(-2) ?? null, checkpoints.at(-1) ?? null)
        : this.#space.changed(row.id, oneOf(checkpoints, since));
    return {
      volume: name,
      segmentBytes: row.segmentBytes,
      segments,
      snapshot: mapView(this.#space.written(row.id)),
      backup: mapView(backup),
      protection: mapView(protection),
    };
  }

  /** The maps for a picture. Looking must not take a volume up: a write past Coldframe would no longer be noticed after that. */
  async picture({ volume: name, cells, since }: InputOf<'volume.picture'>): Promise<OutputOf<'volume.picture'>> {
    const row = this.#named(name);
    const { size, segmentBytes, intervals } = row;
    const about = { volume: name, segmentBytes, segments: Math.ceil(size / segmentBytes) };
    if (!this.#space.inUse(row.id)) return { ...about, layers: null };
    const checkpoints = intervals.flatMap(({ endsWith }) => endsWith ?? []);
    const from = since === undefined ? null : oneOf(checkpoints, since);
    return { ...about, layers: await this.#pictures.layers(row, Math.min(cells, about.segments), from) };
  }

  /** Each by itself, in the order in which they are named. */
  async measure(names: readonly string[], signal: AbortSignal): Promise<OutputOf<'volume.measure'>['volumes']> {
    const found: OutputOf<'volume.measure'>['volumes'] = [];
    for (const row of this.#all(names)) found.push(await measureVolume(row, this.#space.unprotected(row.id), signal));
    return found;
  }

  async snapshot(
    { volumes, ...how }: InputOf<'snapshot.create'>,
    signal: AbortSignal,
  ): Promise<OutputOf<'snapshot.create'>> {
    return await this.#held.create(this.#all(volumes), how, signal);
  }

  snapshots(): SnapshotView[] {
    return this.#held.list();
  }

  async release(prefix: string): Promise<SnapshotView> {
    return await this.#held.release(prefix);
  }

  async freezeForBackup(names: readonly string[], parent: SetId | null): Promise<FrozenVolumes> {
    const frozen = await freezeForBackup(this.#space, this.#all(names), parent);
    return {
      ...frozen,
      end: async () => {
        await frozen.end();
        await this.#held.prune();
      },
    };
  }

  lookAt(names: readonly string[], parent: SetId | null): VolumeToScan[] {
    return lookAt(this.#space, this.#all(names), parent);
  }

  merged(from: SetId, into: SetId): void {
    const checkpoint = this.#space.checkpoints.find(({ set }) => set?.id === from);
    if (checkpoint !== undefined) this.#space.pin(checkpoint.id, { id: into, full: true });
  }

  async replace(name: string): Promise<{ end(): Promise<void> }> {
    const row = this.#usable(name);
    if (this.#servers.exportsOf(row).length > 0) throw served(name);
    const aside = await this.#space.setAside(row.id, CLOSE_MS);
    return { end: async () => aside.giveBack() };
  }

  async close(): Promise<void> {
    await Promise.all([this.#servers.close(), this.replicas.close()]);
    await this.#space.close(CLOSE_MS);
  }

  #add(input: InputOf<'volume.adopt'>): VolumeView {
    const { path, size } = adoptDisk(input.file);
    const segmentBytes = input.segmentBytes ?? SEGMENT_BYTES;
    demandGeometry(size, segmentBytes);
    const other = this.#space.volumes.find((row) => isOneDisk(row.path, path));
    if (other !== undefined) throw diskTaken(path, other.name);
    this.replicas.demandNoneAt(path);
    const id = this.#space.add({
      name: input.name,
      path,
      size,
      segmentBytes,
      preserve: input.preserve ?? 'protected',
      storage: { kind: input.storage ?? 'file', bytes: input.storageBytes ?? Math.min(size, STORAGE_BYTES) },
      policy: { onFull: input.onFull ?? 'block', blockMs: input.blockMs ?? BLOCK_MS },
    });
    return this.#view(this.#space.row(id));
  }

  #all(names: readonly string[]): VolumeRow[] {
    return [...new Set(names)].map((name) => this.#usable(name));
  }

  #demandNew(name: string): void {
    const other = this.#space.volumes.find((row) => row.name === name);
    if (other !== undefined) throw volumeExists(name);
  }

  #usable(name: string): VolumeRow {
    const row = this.#named(name);
    if (this.#space.isAside(row.id)) throw beingRestored(name);
    return row;
  }

  #named(name: string): VolumeRow {
    const row = this.#space.volumes.find((one) => one.name === name);
    if (row === undefined) throw noSuchVolume(name);
    return row;
  }

  #view(row: VolumeRow): VolumeView {
    return volumeView(this.#space, row, this.#servers.exportsOf(row));
  }
}

const diskTaken = (path: string, volume: string): ColdframeError =>
  new ColdframeError('VOLUME_EXISTS', {
    message: `${path} is the disk of the volume ${volume} already.`,
    guidance: 'Two volumes on one disk would not see each other’s writes: use the one that there is.',
    context: { path, volume },
  });

const served = (volume: string): ColdframeError =>
  new ColdframeError('VOLUME_IN_USE', {
    message: `The volume ${volume} is being served.`,
    guidance: 'End serving it first; `volume show` says where it is served.',
    context: { volume },
  });
