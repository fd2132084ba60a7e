import { expect, vi } from 'vitest';
import { ColdframeError } from '../../../../shared/errors.ts';
import { ioError } from '../../../platform/errno.ts';
import type { SnapshotRow } from '../space-state.ts';
import { VolumeMemory } from '../volume-memory.ts';
import { ModelVolume, SEGMENT, SEGMENTS, type VolumeWish } from './model-volume.ts';
import { ProcessEnded, Scene, type Sectors, torn, whole } from './scene.ts';

/** One thing that happens. Places, volumes and what else there is are taken modulo what there is. */
export type Step =
  | {
      readonly kind: 'write' | 'trim' | 'zero';
      readonly volume: number;
      readonly at: number;
      readonly length: number;
      readonly byte: number;
      /** Not answered before it is on the disk, as with FUA. */
      readonly durable: boolean;
      /** Snapshots that others release while this waits for room. */
      readonly meanwhile: readonly number[];
    }
  | { readonly kind: 'flush'; readonly volume: number }
  /** `volumes`: a bit for each; none is all of them. */
  | { readonly kind: 'snapshot'; readonly volumes: number }
  | { readonly kind: 'restart' | 'kill' }
  /** The power fails; of what was not flushed those sectors are on the disk whose bits are set. */
  | { readonly kind: 'power'; readonly reached: number }
  | { readonly kind: 'release' | 'drop'; readonly which: number }
  | {
      readonly kind: 'protect';
      readonly volume: number;
      readonly start: number;
      readonly count: number;
      readonly protect: boolean;
    }
  | { readonly kind: 'backup'; readonly volumes: number; readonly since: number; readonly writes: readonly number[] }
  /** The process ends, or a disk fails, at the `after`-th write to any file from here on, or to one of a volume. */
  | {
      readonly kind: 'end' | 'fail';
      readonly volume: number | null;
      readonly after: number;
      readonly errno: 'EIO' | 'ENOSPC';
      readonly lasting: boolean;
      /** Of the write at which it happens the sectors whose bits are set are on the disk all the same: also all, or none. */
      readonly reached: number;
    };

/** Volumes beside the trivially simple ones that they have to be equal to. */
export class VolumeModel {
  readonly scene = new Scene();
  readonly volumes: readonly ModelVolume[];
  /** Snapshots that a power loss took. */
  readonly #gone = new Set<string>();

  constructor(wishes: readonly VolumeWish[]) {
    this.volumes = wishes.map((wish, at) => new ModelVolume(this.scene, `disk-${at}`, wish));
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      try {
        await this.#step(step);
      } catch (error) {
        this.#afterFault(step, error);
      }
      this.check();
    }
    this.#heal();
    this.check();
  }

  check(): void {
    for (const volume of this.volumes) volume.check(this.#gone);
  }

  async #step(step: Step): Promise<void> {
    const { space } = this.scene;
    switch (step.kind) {
      case 'write':
      case 'trim':
      case 'zero':
        return this.#change(step);
      case 'flush':
        return this.#volume(step.volume).flush();
      case 'snapshot':
        await this.#snapshot(this.#some(step.volumes), 'keep', null);
        return;
      case 'release':
        return this.#release(step.which);
      case 'drop': {
        const held = new Set(space.snapshots.map(({ checkpoint }) => checkpoint));
        const row = nth(
          space.checkpoints.filter(({ id }) => !held.has(id)),
          step.which,
        );
        if (row !== undefined) await space.dropCheckpoint(row.id);
        return;
      }
      case 'protect':
        return await this.#volume(step.volume).protect(step.start, step.count, step.protect);
      case 'backup':
        return await this.#backup(this.#some(step.volumes), step.since, step.writes);
      case 'kill':
        this.scene.kill();
        break;
      case 'power':
        for (const { id } of space.snapshots) this.#gone.add(id);
        this.scene.losePower(sectorsOf(step.reached));
        for (const volume of this.volumes) volume.lostPower();
        break;
      case 'restart':
        await this.scene.restart();
        for (const volume of this.volumes) volume.closed();
        break;
      case 'end':
      case 'fail':
        return this.#plan(step);
    }
    for (const volume of this.volumes) volume.takenUp();
  }

  #volume(which: number): ModelVolume {
    return this.volumes[which % this.volumes.length] as ModelVolume;
  }

  #some(mask: number): readonly ModelVolume[] {
    const some = this.volumes.filter((_, at) => mask & (1 << at));
    return some.length === 0 ? this.volumes : some;
  }

  /** A change, during which room may be made in the snapshot storage by others, once it waits for that. */
  #change({
    kind,
    volume,
    at,
    length,
    byte,
    durable,
    meanwhile,
  }: Extract<Step, { kind: 'write' | 'trim' | 'zero' }>): void {
    const changed = this.#volume(volume);
    const { index, parts } = this.scene.space.volume(changed.id);
    const others = [...meanwhile];
    let began = performance.now();
    const wait = Reflect.get(VolumeMemory.prototype, 'waitForRoom') as VolumeMemory['waitForRoom'];
    const waiting = vi.spyOn(VolumeMemory.prototype, 'waitForRoom').mockImplementation(function (
      this: VolumeMemory,
      seen,
      waitMs,
    ) {
      const other = others.shift();
      if (other !== undefined) release(other);
      wait.call(this, seen, waitMs);
    });
    const release = (which: number): void => this.#release(which);
    const invalidate = Reflect.get(VolumeMemory.prototype, 'invalidate') as VolumeMemory['invalidate'];
    const lost = vi.spyOn(VolumeMemory.prototype, 'invalidate').mockImplementation(function (
      this: VolumeMemory,
      mask,
      reason,
    ) {
      if (reason === 'full') {
        expect(index.used, 'slots in use when a snapshot is given up').toBe(index.slots);
        if (parts.policy.onFull === 'block')
          expect(performance.now() - began, 'time before it is given up').toBeGreaterThanOrEqual(parts.policy.blockMs);
        began = performance.now();
      }
      invalidate.call(this, mask, reason);
    });
    try {
      changed.change(kind, at, length, byte, durable);
    } finally {
      waiting.mockRestore();
      lost.mockRestore();
    }
  }

  async #snapshot(
    volumes: readonly ModelVolume[],
    purpose: SnapshotRow['purpose'],
    since: string | null,
  ): Promise<SnapshotRow | null> {
    const { space } = this.scene;
    if (space.snapshots.length === 8) return null;
    const moments = volumes.map((volume) => volume.now());
    const row = await space.snapshot({
      volumes: volumes.map(({ id }) => id),
      purpose,
      ...(purpose === 'backup' && { since: new Map(volumes.map(({ id }) => [id, this.#partOf(since, id)])) }),
      freezeMs: 1000,
    });
    for (const [at, volume] of volumes.entries()) volume.remember(row.checkpoint, moments[at]);
    return row;
  }

  /** A checkpoint, for a volume that it is one of; null for others. */
  #partOf(checkpoint: string | null, id: string): string | null {
    const row = this.scene.space.checkpoints.find((one) => one.id === checkpoint);
    return row?.volumes.some((one) => one.id === id) ? row.id : null;
  }

  #release(which: number): void {
    const row = nth(
      this.scene.space.snapshots.filter(({ purpose }) => purpose === 'keep'),
      which,
    );
    if (row !== undefined) this.scene.space.release(row.id);
  }

  /** A backup since a checkpoint (or a full one), with writes between the segments that it copies. Lost of one volume, it is no backup of any. */
  async #backup(volumes: readonly ModelVolume[], which: number, writes: readonly number[]): Promise<void> {
    const { space } = this.scene;
    const since = which === 0 ? null : (nth(space.checkpoints, which)?.id ?? null);
    const row = await this.#snapshot(volumes, 'backup', since);
    if (row === null) return;
    const queue = [...writes];
    const replicas = volumes.map((volume) => {
      const own = this.#partOf(since, volume.id);
      const replica = volume.replicaSince(own);
      const image = this.scene.frozen(row.id, volume.id);
      const needed = space.changed(volume.id, own, row.checkpoint);
      const wanted = volume.wantedAt(row.checkpoint);
      for (let at = 0; at < SEGMENTS && !volume.lost(row); at += 1) {
        const write = queue.shift();
        if (write !== undefined) this.#volume(write).change('write', write, 5000, (write % 250) + 1, write % 5 === 0);
        if (!needed.has(at) || !wanted[at] || volume.lost(row)) continue;
        image.read(replica.subarray(at * SEGMENT, (at + 1) * SEGMENT), at * SEGMENT);
        image.copied(at, 1);
      }
      return replica;
    });
    const lost = volumes.some((volume) => volume.lost(row));
    space.release(row.id);
    if (lost) return;
    for (const [at, volume] of volumes.entries()) volume.expectAt(row.checkpoint, replicas[at] as Buffer, 'a backup');
  }

  #plan({ kind, volume, after, errno, lasting, reached }: Extract<Step, { kind: 'end' | 'fail' }>): void {
    let left = after;
    const only = volume === null ? null : this.#volume(volume);
    for (const one of only === null ? this.volumes : [only]) one.mayLose();
    this.scene.faults.write = (write) => {
      if (only === null || only.owns(write.path)) left -= 1;
      if (left > 0 || (only !== null && !only.owns(write.path))) {
        whole(write);
        return;
      }
      torn(write, sectorsOf(reached));
      if (kind === 'end') throw new ProcessEnded();
      if (!lasting) this.#heal();
      throw ioError('write', errno, write.path);
    };
  }

  #heal(): void {
    this.scene.faults.write = whole;
  }

  /** What a step that failed had done of its change may be there; everything else has to be as it was. */
  #afterFault({ kind }: Step, error: unknown): void {
    const ended = error instanceof ProcessEnded;
    if (!ended && !isDiskError(error)) throw error;
    if (ended || kind === 'restart') {
      this.#heal();
      this.scene.kill();
      for (const volume of this.volumes) volume.takenUp();
    }
    // A checkpoint that was made just before its request failed shows what was there then.
    for (const { id, volumes } of this.scene.space.checkpoints)
      for (const volume of this.volumes) if (volumes.some((one) => one.id === volume.id)) volume.remember(id);
    for (const volume of this.volumes) {
      if (kind === 'drop') volume.mayBeMerged();
      volume.adoptContent();
    }
  }
}

const nth = <T>(all: readonly T[], which: number): T | undefined => all[which % Math.max(1, all.length)];

const sectorsOf =
  (bits: number): Sectors =>
  (at) =>
    ((bits >>> (at % 32)) & 1) === 1;

const isDiskError = (error: unknown): boolean =>
  error instanceof ColdframeError && (error.code === 'IO' || error.code === 'DISK_FULL');
