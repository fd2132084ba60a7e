import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { ColdframeError } from '../../../../shared/errors.ts';
import { ioError } from '../../../platform/errno.ts';
import type { ManagedDevice } from '../managed-device.ts';
import { SegmentMap } from '../segment-map.ts';
import type { SnapshotRow } from '../space-state.ts';
import { ProcessEnded, Scene, type Sectors, torn, whole } from './scene.ts';

export const SEGMENTS = 40;
export const SEGMENT = 4096;

/** One thing that happens to a volume. Places are taken modulo what there is. */
export type Step =
  | { readonly kind: 'write' | 'trim' | 'zero'; readonly at: number; readonly length: number; readonly byte: number }
  | { readonly kind: 'snapshot' | 'restart' | 'kill' }
  /** The power fails; of what was not flushed those sectors are on the disk whose bits are set. */
  | { readonly kind: 'power'; readonly reached: number }
  | { readonly kind: 'release' | 'drop'; readonly which: number }
  | { readonly kind: 'protect'; readonly start: number; readonly count: number; readonly protect: boolean }
  | { readonly kind: 'backup'; readonly since: number; readonly writes: readonly number[] }
  /** The process ends, or a disk fails, at the `after`-th write to any file from here on. */
  | {
      readonly kind: 'end' | 'fail';
      readonly after: number;
      readonly errno: 'EIO' | 'ENOSPC';
      readonly lasting: boolean;
      /** Of the write at which it happens the sectors whose bits are set are on the disk all the same: also all, or none. */
      readonly reached: number;
    };

/** The volume at a moment, in the simplest form: all its bytes, and what was wanted of them. */
interface Moment {
  readonly content: Buffer;
  readonly wanted: readonly boolean[];
}

/** A volume beside the trivially simple one that it has to be equal to. */
export class VolumeModel {
  readonly scene = new Scene();
  readonly #id: string;
  readonly #preserve: 'protected' | 'all';
  #device: ManagedDevice;
  #content: Buffer = Buffer.alloc(SEGMENTS * SEGMENT);
  #wanted: boolean[] = Array.from({ length: SEGMENTS }, () => true);
  readonly #moments = new Map<string, Moment>();
  /** Segments written since each checkpoint, those in doubt among them. */
  /** Whether anything happened by which a snapshot may be lost. */
  #mayLose: boolean;
  /** Snapshots that a power loss took. */
  readonly #gone = new Set<string>();
  readonly #touched = new Map<string, { sure: Set<number>; maybe: Set<number> }>();

  constructor(preserve: 'protected' | 'all', storageSegments: number) {
    this.#preserve = preserve;
    this.#mayLose = storageSegments < 8 * SEGMENTS;
    this.#id = this.scene.add('disk', SEGMENTS * SEGMENT, {
      segmentBytes: SEGMENT,
      preserve,
      storage: { kind: 'file', bytes: storageSegments * SEGMENT },
    });
    this.#device = this.scene.device(this.#id);
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

  /** Compares everything that can be asked for with the model. */
  check(): void {
    const content = Buffer.alloc(this.#content.length);
    this.#device.read(content, 0);
    expect(content.equals(this.#content), 'the volume itself').toBe(true);
    this.#checkSlots();
    for (const snapshot of this.scene.space.snapshots) this.#checkSnapshot(snapshot);
    for (const { id } of this.scene.space.checkpoints) this.#checkChanges(id);
  }

  async #step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'write':
      case 'trim':
      case 'zero':
        return this.#change(step.kind, step.at, step.length, step.byte);
      case 'snapshot':
        await this.#snapshot('keep', null);
        return;
      case 'release':
        return this.#release(step.which);
      case 'drop':
        return await this.#drop(step.which);
      case 'protect':
        return await this.#protect(step.start, step.count, step.protect);
      case 'backup':
        return await this.#backup(step.since, step.writes);
      case 'kill':
        this.scene.kill();
        break;
      case 'power':
        for (const { id } of this.scene.space.snapshots) this.#gone.add(id);
        this.scene.losePower(sectorsOf(step.reached));
        this.#content = this.#read();
        for (const touched of this.#touched.values()) for (let at = 0; at < SEGMENTS; at += 1) touched.maybe.add(at);
        break;
      case 'restart':
        await this.scene.restart();
        break;
      case 'end':
      case 'fail':
        return this.#plan(step);
    }
    this.#device = this.scene.device(this.#id);
  }

  #change(kind: 'write' | 'trim' | 'zero', at: number, length: number, byte: number): void {
    const offset = at % (SEGMENTS * SEGMENT);
    const count = Math.min(length, SEGMENTS * SEGMENT - offset);
    this.#touch(offset, count, false);
    if (kind === 'write') this.#device.write(Buffer.alloc(count, byte), offset, false);
    else if (kind === 'trim') this.#device.trim(offset, count, false);
    else this.#device.zero(offset, count, { durable: false, mayPunch: true, onlyFast: false });
    this.#content.fill(kind === 'write' ? byte : 0, offset, offset + count);
    this.#touch(offset, count, true);
  }

  #touch(offset: number, count: number, sure: boolean): void {
    for (const touched of this.#touched.values()) {
      for (let at = Math.floor(offset / SEGMENT); at * SEGMENT < offset + count; at += 1) {
        touched.maybe.add(at);
        if (sure) touched.sure.add(at);
      }
    }
  }

  async #snapshot(purpose: SnapshotRow['purpose'], since: string | null): Promise<SnapshotRow | null> {
    if (this.scene.space.snapshots.length === 8) return null;
    const moment = { content: Buffer.from(this.#content), wanted: [...this.#wanted] };
    const row = await this.scene.space.snapshot({
      volumes: [this.#id],
      purpose,
      ...(purpose === 'backup' && { since: new Map([[this.#id, since]]) }),
      freezeMs: 1000,
    });
    this.#moments.set(row.checkpoint, moment);
    this.#touched.set(row.checkpoint, { sure: new Set(), maybe: new Set() });
    return row;
  }

  #release(which: number): void {
    const rows = this.scene.space.snapshots;
    const row = rows[which % rows.length];
    if (row !== undefined) this.scene.space.release(row.id);
  }

  async #drop(which: number): Promise<void> {
    const held = new Set(this.scene.space.snapshots.map(({ checkpoint }) => checkpoint));
    const rows = this.scene.space.checkpoints.filter(({ id }) => !held.has(id));
    const row = rows[which % rows.length];
    if (row !== undefined) await this.scene.space.dropCheckpoint(row.id);
  }

  async #protect(start: number, count: number, protect: boolean): Promise<void> {
    const wanted = this.#wanted.map((was, at) => (at >= start && at < start + count ? protect : was));
    const map = new SegmentMap(SEGMENTS);
    for (const [at, one] of wanted.entries()) if (!one) map.add(at);
    await this.scene.space.protect(this.#id, map);
    this.#wanted = wanted;
  }

  /** A backup since a checkpoint (or a full one), with writes between the segments that it copies. */
  async #backup(which: number, writes: readonly number[]): Promise<void> {
    const { checkpoints } = this.scene.space;
    const since = which === 0 ? null : (checkpoints[which % Math.max(1, checkpoints.length)]?.id ?? null);
    const row = await this.#snapshot('backup', since);
    if (row === null) return;
    const moment = this.#moment(row.checkpoint);
    const replica = since === null ? Buffer.alloc(SEGMENTS * SEGMENT) : Buffer.from(this.#moment(since).content);
    if (since !== null) this.#forgetUnwanted(replica, this.#moment(since));
    const image = this.scene.frozen(row.id, this.#id);
    const needed = this.scene.space.changed(this.#id, since, row.checkpoint);
    const queue = [...writes];
    for (let at = 0; at < SEGMENTS; at += 1) {
      const write = queue.shift();
      if (write !== undefined) this.#change('write', write, 5000, (write % 250) + 1);
      if (!needed.has(at) || !moment.wanted[at]) continue;
      if (this.#lost(row.id)) break;
      image.read(replica.subarray(at * SEGMENT, (at + 1) * SEGMENT), at * SEGMENT);
      image.copied(at, 1);
    }
    const lost = this.#lost(row.id);
    this.scene.space.release(row.id);
    if (!lost) this.#expectWanted(replica, moment, 'a backup');
  }

  /** What a set did not hold is not in its replica either. */
  #forgetUnwanted(replica: Buffer, { wanted }: Moment): void {
    for (const [at, one] of wanted.entries()) if (!one) replica.fill(0xee, at * SEGMENT, (at + 1) * SEGMENT);
  }

  #plan({ kind, after, errno, lasting, reached }: Extract<Step, { kind: 'end' | 'fail' }>): void {
    let left = after;
    this.#mayLose = true;
    this.scene.faults.write = (write) => {
      left -= 1;
      if (left > 0) {
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
      this.#device = this.scene.device(this.#id);
    }
    for (const { id } of this.scene.space.checkpoints) this.#adopt(id);
    if (kind === 'drop') this.#mayBeMerged();
    this.#content = this.#read();
  }

  /** A checkpoint that was made just before its request failed shows what was there then. */
  #adopt(checkpoint: string): void {
    if (this.#moments.has(checkpoint)) return;
    this.#moments.set(checkpoint, { content: Buffer.from(this.#content), wanted: [...this.#wanted] });
    this.#touched.set(checkpoint, { sure: new Set(), maybe: new Set() });
  }

  /** What was written in one interval may be noted in the next one already, which is more than was written there and nothing less. */
  #mayBeMerged(): void {
    const all = [...this.#touched.values()].flatMap(({ maybe }) => [...maybe]);
    for (const { maybe } of this.#touched.values()) for (const segment of all) maybe.add(segment);
  }

  /** No slot is taken for nobody. */
  #checkSlots(): void {
    const { index, memory } = this.scene.space.volume(this.#id);
    const slots = new Set(memory.pending.flatMap((_, place) => index.of(place).map(({ slot }) => slot)));
    if (!this.#mayLose) expect(index.used, 'slots in use').toBe(slots.size);
  }

  #checkSnapshot({ id, checkpoint, purpose }: SnapshotRow): void {
    if (purpose === 'backup') return;
    const lost = this.#lost(id);
    if (this.#gone.has(id)) expect(lost, 'a snapshot after a power loss').toBe(true);
    else if (!this.#mayLose) expect(lost, 'a snapshot to which nothing happened').toBe(false);
    if (lost) {
      expect(() => this.scene.frozen(id, this.#id).read(Buffer.alloc(1), 0)).toThrow('given up');
      return;
    }
    const image = this.scene.frozen(id, this.#id);
    const content = Buffer.alloc(SEGMENTS * SEGMENT);
    image.read(content, 0);
    const moment = this.#moment(checkpoint);
    if (this.#preserve === 'all') expect(content.equals(moment.content), 'a frozen image').toBe(true);
    else this.#expectWanted(content, moment, 'a frozen image');
  }

  #checkChanges(checkpoint: string): void {
    const changed = this.scene.space.changed(this.#id, checkpoint);
    const moment = this.#moment(checkpoint);
    const { sure, maybe } = this.#touched.get(checkpoint) ?? { sure: new Set(), maybe: new Set() };
    for (let at = 0; at < SEGMENTS; at += 1) {
      const same =
        moment.content.compare(this.#content, at * SEGMENT, (at + 1) * SEGMENT, at * SEGMENT, (at + 1) * SEGMENT) === 0;
      if (!same || sure.has(at) || !moment.wanted[at]) expect(changed.has(at), `segment ${at} changed`).toBe(true);
      else if (!maybe.has(at)) expect(changed.has(at), `segment ${at} did not change`).toBe(false);
    }
  }

  #expectWanted(content: Buffer, { content: expected, wanted }: Moment, what: string): void {
    for (let at = 0; at < SEGMENTS; at += 1) {
      if (!wanted[at]) continue;
      const same = content.compare(expected, at * SEGMENT, (at + 1) * SEGMENT, at * SEGMENT, (at + 1) * SEGMENT) === 0;
      expect(same, `segment ${at} of ${what}`).toBe(true);
    }
  }

  #moment(checkpoint: string): Moment {
    const moment = this.#moments.get(checkpoint);
    if (moment === undefined) throw new Error(`The model knows no checkpoint ${checkpoint}.`);
    return moment;
  }

  #lost(snapshot: string): boolean {
    const place = this.scene.space.snapshots.find(({ id }) => id === snapshot)?.holds[0]?.place ?? 0;
    return (this.scene.space.volume(this.#id).memory.invalid & (1 << place)) !== 0;
  }

  #read(): Buffer {
    return readFileSync(this.scene.space.row(this.#id).path);
  }
}

const sectorsOf =
  (bits: number): Sectors =>
  (nth) =>
    ((bits >>> (nth % 32)) & 1) === 1;

const isDiskError = (error: unknown): boolean =>
  error instanceof ColdframeError && (error.code === 'IO' || error.code === 'DISK_FULL');
