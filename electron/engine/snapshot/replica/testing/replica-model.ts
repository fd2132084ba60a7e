import { expect } from 'vitest';
import { ColdframeError } from '../../../../../shared/errors.ts';
import type { ManagedDevice } from '../../managed-device.ts';
import { openDevice } from '../../open-device.ts';
import { SegmentMap } from '../../segment-map.ts';
import { ProcessEnded, Scene } from '../../testing/scene.ts';
import { ReplicaBook } from '../replica-book.ts';
import { conditionOf, specOf } from '../replica-condition.ts';
import { placesOf } from '../replica-files.ts';
import { ReplicaImage } from '../replica-image.ts';
import { type ReplicaRow, writeReplicas } from '../replica-state.ts';
import { doReplicaTask } from '../replica-tasks.ts';
import { settleReplica, type UpdateParts, type UpdateReport, updateReplica } from '../update-replica.ts';
import { FakeDisk } from './fake-disk.ts';

export const SEGMENTS = 24;
export const SEGMENT = 4096;
const SIZE = SEGMENTS * SEGMENT - 512;
const PATH = '/replica.img';

/** One thing that happens to a volume and its replica. */
export type Step =
  | { readonly kind: 'write' | 'trim'; readonly at: number; readonly length: number; readonly byte: number }
  | { readonly kind: 'protect'; readonly start: number; readonly count: number; readonly protect: boolean }
  /** With writes to the volume while it runs. `endAfter`: the process ends before that change of the disk; 0: it does not. */
  | { readonly kind: 'update'; readonly writes: readonly number[]; readonly endAfter: number; readonly power: number }
  | { readonly kind: 'kill' | 'settle' | 'read' | 'drop' | 'full' | 'room' }
  | { readonly kind: 'power'; readonly luck: number }
  | { readonly kind: 'spoil'; readonly what: 'journal' | 'file'; readonly at: number };

/** What a state of the replica has to be: its bytes, and of which segments they are known. */
interface Moment {
  readonly content: Buffer;
  readonly known: readonly boolean[];
}

interface Reader {
  readonly image: ReplicaImage;
  readonly shows: Moment;
  readonly generation: number;
}

/** A replica beside what it has to be equal to, looked at before every change of its disk. */
export class ReplicaModel {
  readonly scene = new Scene();
  readonly disk = new FakeDisk();
  readonly reports: UpdateReport[] = [];
  readonly #volume: string;
  #book: ReplicaBook;
  #device: ManagedDevice;
  #content: Buffer = Buffer.alloc(SIZE);
  #wanted: readonly boolean[] = Array.from({ length: SEGMENTS }, () => true);
  readonly #moments = new Map<string, Moment>();
  #readers: Reader[] = [];
  #generation = 0;
  #ended = false;
  /** Somebody wrote to the file: it is not known what it shows. */
  #spoiled = false;
  /** What was committed cannot be read any more. */
  #journalSpoiled = false;

  constructor(preserve: 'protected' | 'all') {
    this.#volume = this.scene.add('disk', SIZE, { segmentBytes: SEGMENT, preserve });
    this.#device = this.scene.device(this.#volume);
    this.#book = this.#openBook();
    this.#book.add({
      id: 'replica',
      name: 'copy',
      volume: this.#volume,
      path: PATH,
      createdAt: new Date(0).toISOString(),
      held: null,
      next: null,
    });
  }

  get row(): ReplicaRow {
    return this.#book.row('replica');
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      await this.step(step);
      this.check();
    }
    this.disk.full = false;
    await this.step({ kind: 'update', writes: [], endAfter: 0, power: 0 });
    this.check();
    this.#expectShows(this.disk.content(PATH), { content: this.#content, known: this.#wanted }, 'at the end the file');
  }

  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'write':
      case 'trim':
        return this.#change(step.kind, step.at, step.length, step.byte);
      case 'protect':
        return await this.#protect(step.start, step.count, step.protect);
      case 'update':
        return await this.#update(step.writes, step.endAfter, step.power);
      case 'settle':
        return await this.#settle();
      case 'read':
        return this.#read();
      case 'drop':
        return await this.#dropCheckpoint();
      case 'kill':
        return this.#restart(null);
      case 'power':
        return this.#restart(step.luck);
      case 'full':
      case 'room':
        this.disk.full = step.kind === 'full';
        return;
      case 'spoil':
        this.#spoil(step.what, step.at);
    }
  }

  /** Whoever looks now, in whatever way, sees one state. */
  check(): void {
    if (this.#ended) return;
    for (const { image, shows } of this.#readers) this.#expectShows(contentOf(image), shows, 'a reader');
    const { held, next } = this.row;
    const file = this.disk.content(PATH);
    if (held === null) expect(file, 'a file that shows no state').toBeNull();
    else if (file !== null && !this.#spoiled) this.#expectShows(file, this.#moment(held.checkpoint), 'the file');
    if (next === null) this.#journalSpoiled = false;
    if (held === null || this.#spoiled || this.#journalSpoiled) return;
    const image = new ReplicaImage(specOf(this.row), this.disk);
    this.#expectShows(contentOf(image), this.#moment((next ?? held).checkpoint), 'a new reader');
  }

  #change(kind: 'write' | 'trim', at: number, length: number, byte: number): void {
    const offset = at % SIZE;
    const count = Math.min(length, SIZE - offset);
    if (kind === 'write') this.#device.write(Buffer.alloc(count, byte), offset, false);
    else this.#device.trim(offset, count, false);
    this.#content.fill(kind === 'write' ? byte : 0, offset, offset + count);
  }

  async #protect(start: number, count: number, protect: boolean): Promise<void> {
    this.#wanted = this.#wanted.map((was, at) => (at >= start && at < start + count ? protect : was));
    const map = new SegmentMap(SEGMENTS);
    for (const [at, one] of this.#wanted.entries()) if (!one) map.add(at);
    await this.scene.space.protect(this.#volume, map);
  }

  async #update(writes: readonly number[], endAfter: number, power: number): Promise<void> {
    const queue = [...writes];
    let left = endAfter;
    this.disk.beforeChange = () => {
      if (this.#ended) throw new ProcessEnded();
      const write = queue.shift();
      if (write !== undefined) this.#change('write', write, 5000, (write % 250) + 1);
      this.check();
      left -= 1;
      if (left !== 0) return;
      this.#ended = true;
      throw new ProcessEnded();
    };
    try {
      const report = await updateReplica(
        { id: 'replica', signal: new AbortController().signal, freezeMs: 1000 },
        this.#parts(),
      );
      this.reports.push(report);
      if (this.row.next === null) this.#spoiled = false;
    } catch (error) {
      if (!this.#ended && !isExpected(error)) throw error;
    }
    this.disk.beforeChange = () => undefined;
    if (this.#ended) this.#restart(power === 0 ? null : power);
  }

  async #settle(): Promise<void> {
    try {
      await settleReplica('replica', this.#parts());
    } catch (error) {
      if (!isExpected(error)) throw error;
    }
  }

  #read(): void {
    if (this.row.held === null || this.#spoiled || this.#journalSpoiled) return;
    const shows = this.#moment((this.row.next ?? this.row.held).checkpoint);
    const image = new ReplicaImage(specOf(this.row), this.disk);
    this.#readers.push({ image, shows, generation: this.#generation });
  }

  async #dropCheckpoint(): Promise<void> {
    const { held } = this.row;
    if (held !== null) await this.scene.space.dropCheckpoint(held.checkpoint).catch(() => undefined);
  }

  #spoil(what: 'journal' | 'file', at: number): void {
    const places = placesOf(PATH);
    if (what === 'file' && this.row.held !== null && this.disk.spoil(places.file, at, true)) {
      this.#spoiled = true;
      this.#closeReaders();
    }
    // Who reads a damaged journal gets an error, or what it has of it that is whole.
    if (what === 'journal' && this.row.next !== null && this.disk.spoil(places.journal, at, false)) {
      this.#journalSpoiled = true;
      this.#closeReaders();
    }
  }

  #restart(luck: number | null): void {
    this.#closeReaders();
    this.#ended = false;
    if (luck === null) this.scene.kill();
    else {
      this.scene.losePower();
      this.disk.losePower((nth) => ((luck >>> (nth % 31)) & 1) === 1);
    }
    this.#device = this.scene.device(this.#volume);
    this.#book = this.#openBook();
    const found = conditionOf(this.row, this.disk);
    if (!this.#spoiled) expect(['empty', 'current', 'updating'], 'after a restart').toContain(found);
  }

  #closeReaders(): void {
    for (const { image } of this.#readers.splice(0)) image.close();
  }

  #openBook(): ReplicaBook {
    return new ReplicaBook(this.scene.folder, (folder, rows) => {
      this.disk.beforeChange('state');
      writeReplicas(folder, rows);
    });
  }

  #parts(): UpdateParts {
    const { space } = this.scene;
    const alive =
      <Args extends unknown[], Result>(act: (...args: Args) => Result) =>
      (...args: Args): Result => {
        if (this.#ended) throw new ProcessEnded();
        return act(...args);
      };
    return {
      book: this.#book,
      files: this.disk,
      space: {
        checkpoints: space.checkpoints,
        row: alive((id) => space.row(id)),
        changed: alive((...args) => space.changed(...args)),
        unwantedAt: alive((...args) => space.unwantedAt(...args)),
        frozen: alive((...args) => space.frozen(...args)),
        release: alive((id) => space.release(id)),
        dropCheckpoint: async (id) => await alive(async () => await space.dropCheckpoint(id))(),
        snapshot: async (request) => {
          const row = await space.snapshot(request);
          this.#noteMoment(row.checkpoint);
          return row;
        },
      },
      run: async (task) => doReplicaTask(task, { files: this.disk, cancelled: () => false, openSource: openDevice }),
      moved: () => {
        this.#generation += 1;
      },
      readersGone: async () => {
        const [gone, stay] = [[] as Reader[], [] as Reader[]];
        for (const one of this.#readers) (one.generation < this.#generation ? gone : stay).push(one);
        for (const { image } of gone) image.close();
        this.#readers = stay;
      },
    };
  }

  #noteMoment(checkpoint: string): void {
    const before = this.row.held === null || this.#spoiled ? null : this.#moment(this.row.held.checkpoint);
    const content = Buffer.from(before?.content ?? this.#content);
    const known = this.#wanted.map((wanted, at) => wanted || before?.known[at] === true);
    for (const [at, wanted] of this.#wanted.entries()) {
      if (wanted) this.#content.copy(content, at * SEGMENT, at * SEGMENT, (at + 1) * SEGMENT);
    }
    this.#moments.set(checkpoint, { content, known });
  }

  #moment(checkpoint: string): Moment {
    const moment = this.#moments.get(checkpoint);
    if (moment === undefined) throw new Error(`The model knows no checkpoint ${checkpoint}.`);
    return moment;
  }

  #expectShows(content: Buffer | null, { content: expected, known }: Moment, what: string): void {
    expect(content?.length, what).toBe(SIZE);
    for (let at = 0; at < SEGMENTS; at += 1) {
      if (!known[at]) continue;
      const [start, end] = [at * SEGMENT, Math.min(SIZE, (at + 1) * SEGMENT)];
      expect(content?.compare(expected, start, end, start, end), `segment ${at} of ${what}`).toBe(0);
    }
  }
}

const contentOf = (image: ReplicaImage): Buffer => {
  const content = Buffer.alloc(SIZE);
  image.read(content, 0);
  return content;
};

const EXPECTED = new Set(['DISK_FULL', 'REPLICA_DAMAGED', 'REPLICA_CHANGED']);
const isExpected = (error: unknown): boolean => error instanceof ColdframeError && EXPECTED.has(error.code);
