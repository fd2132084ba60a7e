import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COMMAND } from '../../engine/nbd/protocol.ts';
import { request } from '../../engine/nbd/testing/client-bytes.ts';
import { SocketClient } from '../../engine/nbd/testing/socket-client.ts';
import { ConsoleScene } from '../testing/console-scene.ts';

/** COLDFRAME_TAPE_MODEL_RUNS=1000 is a long run. */
const RUNS = Number(process.env.COLDFRAME_TAPE_MODEL_RUNS ?? 1);
const SIZE = 160 * 4096;
const VOLUMES = ['one', 'two'] as const;

const change = fc.record({
  volume: fc.nat(1),
  kind: fc.constantFrom('write' as const, 'write' as const, 'trim' as const),
  at: fc.nat(SIZE - 1),
  length: fc.oneof(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 200_000 })),
  byte: fc.integer({ min: 1, max: 255 }),
});
type Change = typeof change extends fc.Arbitrary<infer One> ? One : never;

/** What happens, one after the other; what is written meanwhile is. */
const act = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      changes: fc.array(change, { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('backup' as const),
      level: fc.constantFrom('full' as const, 'incremental' as const, 'incremental' as const, 'differential' as const),
      meanwhile: fc.array(change, { maxLength: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('merge' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restore' as const), which: fc.nat(20) }) },
);
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

/** A set, and the moments of both volumes that it may hold: those that there were between its beginning and its end. */
interface Taken {
  readonly id: string;
  first: number;
  last: number;
}

/** Two volumes in use, beside all that they ever were. */
class Model {
  readonly #scene: ConsoleScene;
  readonly #clients: readonly SocketClient[];
  readonly #moments: (readonly Buffer[])[] = [VOLUMES.map(() => Buffer.alloc(SIZE))];
  readonly #sets: Taken[] = [];
  #restores = 0;

  static async make(scene: ConsoleScene): Promise<Model> {
    await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20 });
    for (const volume of VOLUMES) {
      const preserve = volume === 'one' ? 'protected' : 'all';
      await scene.call('volume.create', { name: volume, size: SIZE, segmentBytes: 4096, preserve });
    }
    await scene.call('object.add', { name: 'machine', vault: scene.vault, volumes: [...VOLUMES] });
    const socket = path.join(scene.root, 'nbd.sock');
    await scene.call('volume.serve', { volumes: [...VOLUMES], socket });
    const open = async (volume: string) => await SocketClient.open({ kind: 'unix', path: socket }, volume);
    return new Model(scene, [await open('one'), await open('two')]);
  }

  private constructor(scene: ConsoleScene, clients: readonly SocketClient[]) {
    this.#scene = scene;
    this.#clients = clients;
  }

  async play(acts: readonly Act[]): Promise<void> {
    for (const one of acts) {
      if (one.kind === 'write') await this.#write(one.changes);
      else if (one.kind === 'backup') await this.#backup(one.level, one.meanwhile);
      else if (one.kind === 'merge') await this.#merge();
      else await this.#restore(one.which);
    }
    for (const which of this.#sets.keys()) await this.#restore(which);
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  /** Each is answered before the next one is sent, so that there is one order of all. */
  async #write(changes: readonly Change[]): Promise<void> {
    for (const { volume, kind, at, length, byte } of changes) {
      const count = Math.min(length, SIZE - at);
      const client = this.#clients[volume] as SocketClient;
      client.send(
        kind === 'write'
          ? request(COMMAND.write, { offset: at, data: Buffer.alloc(count, byte) })
          : request(COMMAND.trim, { offset: at, length: count }),
      );
      expect((await client.simpleReply()).error).toBe(0);
      const next = (this.#moments.at(-1) as readonly Buffer[]).map((content) => Buffer.from(content));
      next[volume]?.fill(kind === 'write' ? byte : 0, at, at + count);
      this.#moments.push(next);
    }
  }

  async #backup(level: 'full' | 'incremental' | 'differential', meanwhile: readonly Change[]): Promise<void> {
    const first = this.#moments.length - 1;
    const wanted = this.#sets.length === 0 ? 'full' : level;
    const backup = this.#scene.call('backup', { object: 'machine', level: wanted });
    await this.#write(meanwhile);
    const { set } = await backup;
    this.#sets.push({ id: set.id, first, last: this.#moments.length - 1 });
  }

  async #merge(): Promise<void> {
    const newest = this.#sets.at(-1);
    if (newest === undefined) return;
    const { set, merged } = await this.#scene.call('merge', { object: 'machine' });
    if (merged) this.#sets.push({ ...newest, id: set.id });
  }

  /** What comes back is one moment of both volumes, whenever it is asked for the same one. */
  async #restore(which: number): Promise<void> {
    const set = this.#sets[which % Math.max(1, this.#sets.length)];
    if (set === undefined) return;
    this.#restores += 1;
    const to = path.join(this.#scene.root, `restored-${this.#restores}`);
    mkdirSync(to);
    await this.#scene.call('restore', { set: set.id, to: { path: to } });
    const restored = this.#restoredIn(to);
    const found = this.#moments.findIndex(
      (moment, at) =>
        at >= set.first &&
        at <= set.last &&
        moment.every((content, volume) => content.equals(restored[volume] as Buffer)),
    );
    expect(found, `the moment that set ${set.id} is of`).not.toBe(-1);
    set.first = found;
    set.last = this.#moments.findLastIndex(
      (moment, at) => at <= set.last && moment.every((content, volume) => content.equals(restored[volume] as Buffer)),
    );
  }

  #restoredIn(folder: string): Buffer[] {
    return VOLUMES.map((volume) => readFileSync(path.join(folder, volume)));
  }
}

test('whatever is written, backed up, merged and restored, each set gives back one moment of all its volumes', {
  timeout: 300_000 + RUNS * 30_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: RUNS > 1 ? 10 : 3 }), async (acts) => {
      let end = async (): Promise<void> => undefined;
      const scene = new ConsoleScene((body) => {
        end = body;
      });
      try {
        const model = await Model.make(scene);
        try {
          await model.play([{ kind: 'backup', level: 'full', meanwhile: [] }, ...acts]);
        } finally {
          model.close();
        }
      } finally {
        await end();
      }
    }),
    { numRuns: RUNS, ...(RUNS > 1 ? {} : { seed: 4 }) },
  );
});
