import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { ManagedDevice } from '../managed-device.ts';
import { SegmentMap } from '../segment-map.ts';
import type { SnapshotRow, VolumeRow } from '../space-state.ts';
import { type Scene, SECTOR } from './scene.ts';

export const SEGMENTS = 40;
export const SEGMENT = 4096;
const SIZE = SEGMENTS * SEGMENT;

/** A volume at a moment, in the simplest form: all its bytes, and what was wanted of them. */
interface Moment {
  readonly content: Buffer;
  readonly wanted: readonly boolean[];
}

/** What is to be known of a volume when it is made. */
export interface VolumeWish {
  readonly preserve: VolumeRow['preserve'];
  readonly storage: VolumeRow['storage']['kind'];
  /** Segments that the snapshot storage has room for. */
  readonly room: number;
  readonly policy: VolumeRow['policy'];
}

/** A volume beside the trivially simple one that it has to be equal to. */
export class ModelVolume {
  readonly id: string;
  device: ManagedDevice;
  readonly #scene: Scene;
  readonly #wish: VolumeWish;
  #content: Buffer = Buffer.alloc(SIZE);
  /** All that it was since it was flushed: whatever was not flushed is as in one of them after a power loss, each byte for itself. */
  #since: Buffer[] = [];
  #wanted: boolean[] = Array.from({ length: SEGMENTS }, () => true);
  readonly #moments = new Map<string, Moment>();
  /** Segments written since each checkpoint, those in doubt among them. */
  readonly #touched = new Map<string, { sure: Set<number>; maybe: Set<number> }>();
  /** Whether anything happened by which a snapshot may be lost. */
  #mayLose: boolean;
  /** Snapshots that may be lost because what was preserved for them lay in memory. */
  readonly #forgotten = new Set<string>();

  constructor(scene: Scene, name: string, wish: VolumeWish) {
    this.#scene = scene;
    this.#wish = wish;
    this.#mayLose = wish.room < 8 * SEGMENTS;
    this.id = scene.add(name, SIZE, {
      segmentBytes: SEGMENT,
      preserve: wish.preserve,
      storage: { kind: wish.storage, bytes: wish.room * SEGMENT },
      policy: wish.policy,
    });
    this.device = scene.device(this.id);
    this.#settled();
  }

  /** Whether a file is its disk, or one of those that are kept of it. */
  owns(path: string): boolean {
    return path === this.#scene.space.row(this.id).path || path.includes(`/${this.id}/`);
  }

  mayLose(): void {
    this.#mayLose = true;
  }

  change(kind: 'write' | 'trim' | 'zero', at: number, length: number, byte: number, durable: boolean): void {
    const offset = at % SIZE;
    const count = Math.min(length, SIZE - offset);
    this.#touch(offset, count, false);
    if (kind === 'write') this.device.write(Buffer.alloc(count, byte), offset, durable);
    else if (kind === 'trim') this.device.trim(offset, count, durable);
    else this.device.zero(offset, count, { durable, mayPunch: true, onlyFast: false });
    this.#content.fill(kind === 'write' ? byte : 0, offset, offset + count);
    this.#touch(offset, count, true);
    this.#since.push(Buffer.from(this.#content));
    if (durable) for (const one of this.#since) this.#content.copy(one, offset, offset, offset + count);
  }

  flush(): void {
    this.device.flush();
    this.#settled();
  }

  async protect(start: number, count: number, protect: boolean): Promise<void> {
    const wanted = this.#wanted.map((was, at) => (at >= start && at < start + count ? protect : was));
    const map = new SegmentMap(SEGMENTS);
    for (const [at, one] of wanted.entries()) if (!one) map.add(at);
    await this.#scene.space.protect(this.id, map);
    this.#wanted = wanted;
  }

  /** The volume as it is now is what a checkpoint shows. */
  remember(checkpoint: string, moment = this.now()): void {
    if (this.#moments.has(checkpoint)) return;
    this.#moments.set(checkpoint, moment);
    this.#touched.set(checkpoint, { sure: new Set(), maybe: new Set() });
  }

  now(): Moment {
    return { content: Buffer.from(this.#content), wanted: [...this.#wanted] };
  }

  /** The process ended and another one has taken up what it left. */
  takenUp(): void {
    this.device = this.#scene.device(this.id);
    if (this.#wish.storage === 'memory') for (const { id } of this.#scene.space.snapshots) this.#forgotten.add(id);
  }

  /** Its disk is clean: everything is on it. */
  #settled(): void {
    this.#since = [Buffer.from(this.#content)];
  }

  closed(): void {
    this.#settled();
  }

  /** After a power loss what was flushed, or written for good, is there, and of the rest each byte as it was at some time since. */
  lostPower(): void {
    const left = this.#read();
    for (let at = 0; at < SIZE; at += SECTOR) this.#expectWas(left, at);
    this.#content = left;
    this.#settled();
    for (const touched of this.#touched.values()) for (let at = 0; at < SEGMENTS; at += 1) touched.maybe.add(at);
  }

  /** What a step that failed had done of its change may be there. */
  adoptContent(): void {
    this.#content = this.#read();
    this.#since.push(Buffer.from(this.#content));
  }

  /** What was written in one interval may be noted in the next one already, which is more than was written there and nothing less. */
  mayBeMerged(): void {
    const all = [...this.#touched.values()].flatMap(({ maybe }) => [...maybe]);
    for (const { maybe } of this.#touched.values()) for (const segment of all) maybe.add(segment);
  }

  /** Whether a snapshot that it is part of lost what was preserved of it; null when it is no part of it. */
  lost({ holds }: SnapshotRow): boolean | null {
    const hold = holds.find(({ volume }) => volume === this.id);
    if (hold === undefined) return null;
    return (this.#scene.space.volume(this.id).memory.invalid & (1 << hold.place)) !== 0;
  }

  /** A copy that a backup since a checkpoint goes on from (null: a full one); what a set did not hold is not in it. */
  replicaSince(since: string | null): Buffer {
    const before = since === null ? undefined : this.#moments.get(since);
    if (before === undefined) return Buffer.alloc(SIZE);
    const replica = Buffer.from(before.content);
    for (const [at, one] of before.wanted.entries()) if (!one) replica.fill(0xee, at * SEGMENT, (at + 1) * SEGMENT);
    return replica;
  }

  wantedAt(checkpoint: string): readonly boolean[] {
    return this.#moment(checkpoint).wanted;
  }

  expectAt(checkpoint: string, content: Buffer, what: string): void {
    const { content: expected, wanted } = this.#moment(checkpoint);
    for (let at = 0; at < SEGMENTS; at += 1)
      if (wanted[at]) expect(sameIn(content, expected, at), `segment ${at} of ${what}`).toBe(true);
  }

  /** Compares everything that can be asked for with the model. `gone`: snapshots that a power loss took. */
  check(gone: ReadonlySet<string>): void {
    const content = Buffer.alloc(SIZE);
    this.device.read(content, 0);
    expect(content.equals(this.#content), 'the volume itself').toBe(true);
    this.#checkPlaces();
    const { snapshots, checkpoints } = this.#scene.space;
    for (const snapshot of snapshots) this.#checkSnapshot(snapshot, gone);
    for (const { id, volumes } of checkpoints) if (volumes.some((one) => one.id === this.id)) this.#checkChanges(id);
  }

  /** Nobody is kept out, what is held is what the state says, and no slot is taken for nobody. */
  #checkPlaces(): void {
    const { index, memory } = this.#scene.space.volume(this.id);
    expect(memory.gate.closed, 'the gate').toBe(false);
    const holds = this.#scene.space.snapshots.flatMap((row) => row.holds.filter(({ volume }) => volume === this.id));
    const places = holds.reduce((mask, { place }) => mask | (1 << place), 0);
    expect(memory.held & ~places, 'places that are held for nobody').toBe(0);
    expect(places & ~(memory.held | memory.invalid), 'places of which nobody knows').toBe(0);
    const slots = new Set(memory.pending.flatMap((_, place) => index.of(place).map(({ slot }) => slot)));
    if (!this.#mayLose) expect(index.used, 'slots in use').toBe(slots.size);
  }

  #checkSnapshot(row: SnapshotRow, gone: ReadonlySet<string>): void {
    const lost = this.lost(row);
    if (row.purpose === 'backup' || lost === null) return;
    if (gone.has(row.id)) expect(lost, 'a snapshot after a power loss').toBe(true);
    else if (!this.#mayLose && !this.#forgotten.has(row.id))
      expect(lost, 'a snapshot to which nothing happened').toBe(false);
    const image = this.#scene.frozen(row.id, this.id);
    const content = Buffer.alloc(SIZE);
    if (lost) {
      expect(() => image.read(content, 0)).toThrow('given up');
      return;
    }
    image.read(content, 0);
    if (this.#wish.preserve === 'all')
      expect(content.equals(this.#moment(row.checkpoint).content), 'a frozen image').toBe(true);
    else this.expectAt(row.checkpoint, content, 'a frozen image');
  }

  #checkChanges(checkpoint: string): void {
    const changed = this.#scene.space.changed(this.id, checkpoint);
    const moment = this.#moment(checkpoint);
    const { sure, maybe } = this.#touched.get(checkpoint) ?? { sure: new Set(), maybe: new Set() };
    for (let at = 0; at < SEGMENTS; at += 1) {
      if (!sameIn(moment.content, this.#content, at) || sure.has(at) || !moment.wanted[at])
        expect(changed.has(at), `segment ${at} changed`).toBe(true);
      else if (!maybe.has(at)) expect(changed.has(at), `segment ${at} did not change`).toBe(false);
    }
  }

  #touch(offset: number, count: number, sure: boolean): void {
    for (const touched of this.#touched.values()) {
      for (let at = Math.floor(offset / SEGMENT); at * SEGMENT < offset + count; at += 1) {
        touched.maybe.add(at);
        if (sure) touched.sure.add(at);
      }
    }
  }

  #expectWas(left: Buffer, sector: number): void {
    const end = sector + SECTOR;
    if (this.#since.some((one) => one.compare(left, sector, end, sector, end) === 0)) return;
    for (let at = sector; at < end; at += 1)
      if (!this.#since.some((one) => one[at] === left[at]))
        expect.fail(`byte ${at} is ${left[at]} after a power loss, and never was since it was flushed`);
  }

  #moment(checkpoint: string): Moment {
    const moment = this.#moments.get(checkpoint);
    if (moment === undefined) throw new Error(`The model knows no checkpoint ${checkpoint}.`);
    return moment;
  }

  #read(): Buffer {
    return readFileSync(this.#scene.space.row(this.id).path);
  }
}

const sameIn = (one: Buffer, other: Buffer, segment: number): boolean => {
  const [from, to] = [segment * SEGMENT, (segment + 1) * SEGMENT];
  return one.compare(other, from, to, from, to) === 0;
};
