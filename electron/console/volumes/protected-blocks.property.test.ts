import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredExtent } from '../../../shared/model/element.ts';
import { setId } from '../../../shared/units.ts';
import type { KnownState } from '../../engine/catalog/index.ts';
import type { Accumulator } from '../../engine/mover/accumulator.ts';
import { type CopyTarget, copyRun, takeOverRun } from '../../engine/mover/copy-content.ts';
import { ExtentBuilder } from '../../engine/mover/extent-builder.ts';
import { PriorContent } from '../../engine/mover/prior-content.ts';
import { createRunControl, RunControl } from '../../engine/mover/run-control.ts';
import { FrozenImage } from '../../engine/snapshot/frozen-image.ts';
import type { FrozenSpec } from '../../engine/snapshot/open-device.ts';
import { Scene } from '../../engine/snapshot/testing/scene.ts';
import { scanVolumes } from '../backup/scan-volumes.ts';
import type { MappedFile } from '../backup/work-sender.ts';
import { freezeForBackup } from './frozen-volumes.ts';
import { protectionOf } from './protection.ts';

const BLOCK = 4096;
const SIZE = 1024 * 1024 + 33 * BLOCK + 512;
const BLOCKS = Math.ceil(SIZE / BLOCK);
const RUNS = Number(process.env.COLDFRAME_MODEL_RUNS ?? 10);
const UNIT = 1024 * 1024;

interface StoredSet {
  readonly id: string;
  readonly extents: readonly StoredExtent[];
  readonly units: readonly Buffer[];
}

/** Where content goes: units of one set, as a front end fills them. */
class Units {
  readonly units: Buffer[] = [];
  #fill = UNIT;

  readonly fits = (bytes: number): boolean => bytes <= this.room;
  readonly makeRoom = async (): Promise<void> => {
    this.units.push(Buffer.alloc(UNIT));
    this.#fill = 0;
  };

  get room(): number {
    return UNIT - this.#fill;
  }

  get tail(): Buffer {
    return (this.units.at(-1) as Buffer).subarray(this.#fill);
  }

  readonly place = () => ({ chunk: 0, unit: this.units.length - 1, unitOffset: this.#fill });
  readonly keep = (bytes: number): void => {
    this.#fill += bytes;
  };
}

/** A volume with a copy of what it holds and of which blocks are wanted, and the sets that were made of it. */
class Model {
  readonly scene = new Scene();
  readonly #id: string;
  readonly #segmentBytes: number;
  readonly #content = Buffer.alloc(SIZE);
  #unwanted = new Set<number>();
  readonly #sets: StoredSet[] = [];

  constructor(segmentBytes: number, preserve: 'protected' | 'all') {
    this.#segmentBytes = segmentBytes;
    this.#id = this.scene.add('disk', SIZE, {
      segmentBytes,
      preserve,
      storage: { kind: 'file', bytes: 4 * SIZE },
    });
  }

  write(at: number, length: number, byte: number): void {
    const [offset, end] = [at % SIZE, Math.min(SIZE, (at % SIZE) + length)];
    const device = this.scene.device(this.#id);
    device.write(Buffer.alloc(end - offset, byte), offset, false);
    this.#content.fill(byte, offset, end);
  }

  async protect(runs: readonly (readonly [number, number])[]): Promise<void> {
    const { segments, blocks } = protectionOf({ name: 'disk', size: SIZE, segmentBytes: this.#segmentBytes }, runs);
    await this.scene.space.protect(this.#id, segments, blocks);
    this.#unwanted = new Set(runs.flatMap(([start, count]) => Array.from({ length: count }, (_, at) => start + at)));
  }

  async restart(): Promise<void> {
    await this.scene.restart();
  }

  /** A backup that builds on one of the sets, or on none, with writes in the middle of it; its set is restored and compared. */
  async backup(which: number, writes: readonly [number, number, number][]): Promise<void> {
    const { space } = this.scene;
    const parent = which === 0 ? undefined : this.#sets[(which - 1) % Math.max(1, this.#sets.length)];
    const frozen = await freezeForBackup(space, [space.row(this.#id)], parent === undefined ? null : setId(parent.id));
    const moment = { content: Buffer.from(this.#content), unwanted: this.#unwanted };
    const id = `${this.#sets.length + 1}`.padStart(32, '0');
    const set = await this.#copy(id, frozen.volumes, parent, writes);
    frozen.written(setId(id), parent === undefined);
    await frozen.end();
    this.#sets.push(set);
    this.#expect(set, moment);
  }

  async #copy(
    id: string,
    volumes: Awaited<ReturnType<typeof freezeForBackup>>['volumes'],
    parent: StoredSet | undefined,
    writes: readonly [number, number, number][],
  ): Promise<StoredSet> {
    const state = parent && { root: () => ({ version: 1 }), layout: () => parent.extents };
    const found: { runs: ReturnType<NonNullable<MappedFile['runs']>>; prior: readonly StoredExtent[] }[] = [];
    const sender = {
      add: ({ runs, prior }: MappedFile) => found.push({ runs: runs?.(0) ?? [], prior: prior(0) }),
      flush: () => undefined,
    };
    const control = new RunControl(createRunControl());
    scanVolumes(volumes, (state ?? null) as KnownState | null, { sender } as never, control);
    const [{ runs, prior }] = found as [(typeof found)[number]];
    const { parts } = (volumes as [(typeof volumes)[number]])[0].device as FrozenSpec;
    const image = new FrozenImage(parts, this.scene.device(this.#id));
    const units = new Units();
    const target: CopyTarget = {
      accumulator: units as unknown as Accumulator,
      set: id,
      extents: new ExtentBuilder(),
      prior: new PriorContent(prior),
      counters: { bytesRead: 0, segments: 0 },
      control,
    };
    const source = {
      read: (into: Buffer, length: number, position: number) => {
        image.read(into.subarray(0, length), position);
        return length;
      },
    };
    const queue = [...writes];
    for (const run of runs) {
      const write = queue.shift();
      if (write !== undefined) this.write(...write);
      if (run.known) takeOverRun(SIZE, run, target);
      else expect(await copyRun(source as never, SIZE, run, target)).toBe(true);
    }
    return { id, extents: target.extents.extents(), units: units.units };
  }

  /** What the set restores is what was wanted at its moment: all of it, and nothing else. */
  #expect({ extents }: StoredSet, { content, unwanted }: { content: Buffer; unwanted: ReadonlySet<number> }): void {
    const restored = Buffer.alloc(SIZE);
    const wanted = Buffer.from(content);
    for (const block of unwanted) wanted.fill(0, block * BLOCK, Math.min(SIZE, (block + 1) * BLOCK));
    for (const { offset, length, set, unit, unitOffset } of extents) {
      for (let at = Math.floor(offset / BLOCK); at * BLOCK < offset + length; at += 1)
        expect(unwanted).not.toContain(at);
      const from = this.#sets.find((one) => one.id === set)?.units[unit] as Buffer;
      from.copy(restored, offset, unitOffset, unitOffset + length);
    }
    expect(Buffer.compare(restored, wanted)).toBe(0);
  }
}

const write = fc.tuple(
  fc.nat(SIZE - 1),
  fc.oneof(fc.integer({ min: 1, max: 3 * BLOCK }), fc.integer({ min: 1, max: 60 * BLOCK })),
  fc.integer({ min: 1, max: 255 }),
);
const run = fc
  .tuple(fc.nat(BLOCKS - 1), fc.integer({ min: 1, max: 40 }))
  .map(([start, count]): [number, number] => [start, Math.min(count, BLOCKS - start)]);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('write' as const), write }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('protect' as const), runs: fc.array(run, { maxLength: 8 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('backup' as const),
      which: fc.nat(6),
      writes: fc.array(write, { maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

test.each([
  [4096, 'protected'],
  [16_384, 'all'],
  [65_536, 'protected'],
  [131_072, 'protected'],
] as const)(
  'a backup of a volume with segments of %i bytes that preserves %s holds what is protected, block by block',
  async (segmentBytes, preserve) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 16 }), async (steps) => {
        const model = new Model(segmentBytes, preserve);
        try {
          model.write(0, SIZE, 7);
          for (const one of steps) {
            if (one.kind === 'write') model.write(...one.write);
            else if (one.kind === 'protect') await model.protect(one.runs);
            else if (one.kind === 'restart') await model.restart();
            else await model.backup(one.which, one.writes);
          }
        } finally {
          model.scene.remove();
        }
      }),
      { numRuns: RUNS },
    );
  },
);
