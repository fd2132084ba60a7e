import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SetView } from '../../shared/contract/backup.ts';
import { ConsoleScene } from '../console/testing/console-scene.ts';
import { buildHostileTree, mutateHostileTree, removeHostileTree } from '../platform/testing/hostile-tree.ts';
import { runPeer } from '../platform/testing/run-peer.ts';
import { describeAsRoot, expectRestored } from './testing/as-root.ts';

const READER = resolve(import.meta.dirname, '../engine/tape/testing/reader');
const MIB = 1 << 20;
const PARTS = ['names', 'symlinks', 'hardlinks', 'special', 'modes', 'owners', 'times', 'xattrs', 'acls'] as const;
const secrets = { passphrase: 'correct horse' };

interface Told {
  readonly sets: readonly { readonly id: string; readonly complete: boolean; readonly elements: number }[];
  readonly restored: number;
  readonly problems: readonly string[];
}

describeAsRoot('a reader that was written in Python from the page about the format alone', [], () => {
  let scene: ConsoleScene;
  let end = async (): Promise<void> => undefined;
  let secret = '';
  let merged: SetView | undefined;
  let other: SetView | undefined;
  const place = { newFolder: (name: string): string => join(scene.root, name) };
  const backup = async (object: string, level: 'auto' | 'full' = 'auto') =>
    (await scene.call('backup', { object, level }, { secrets })).set;
  const tapes = (): string[] => readdirSync(join(scene.vault, 'tapes')).map((name) => join(scene.vault, 'tapes', name));

  const read = async (status: number, act: string, ...more: string[]): Promise<Told> => {
    const args = ['-B', READER, act, '--secret-file', secret, ...more, join(scene.vault, 'tapes')];
    const ending = await runPeer('python3', args);
    expect(ending.status, ending.stderr + ending.stdout).toBe(status);
    return JSON.parse(ending.stdout) as Told;
  };
  const isRestored = (set: { readonly id: string }, tree: string): Promise<void> =>
    expectRestored(place, tree, async (to) =>
      expect((await read(0, 'restore', '--set', set.id, '--to', to)).problems).toEqual([]),
    );

  /** Whether chunks of one set lie between those of another on one tape. */
  const isInterleaved = async (): Promise<boolean> => {
    const { tapes: all } = await scene.call('tape.list', { vault: scene.vault });
    for (const { id, chunks } of all) {
      if (chunks === 0) continue;
      const sets = (await scene.call('tape.show', { tape: id })).chunks.map(({ set }) => set);
      if (sets.some((set, at) => sets.lastIndexOf(set) > at && sets[at + 1] !== set)) return true;
    }
    return false;
  };

  beforeAll(async () => {
    scene = new ConsoleScene((ends) => {
      end = ends;
    });
    secret = scene.write('../secret', `${secrets.passphrase}\r\n`);
    rmSync(scene.source, { recursive: true });
    await buildHostileTree(scene.source, { parts: PARTS, smallFiles: 20 });
    scene.write('text', 'what compresses well\n'.repeat(100_000));
    scene.write('noise', randomBytes(12 * MIB));
    scene.write('../other/noise', randomBytes(22 * MIB));
    // Longer than a part, with a hole between.
    const long = openSync(join(scene.source, 'long'), 'w');
    writeSync(long, 'at the beginning', 5);
    writeSync(long, 'in the second part', 70 * MIB + 3);
    closeSync(long);
    await scene.call('vault.create', { dir: scene.vault, drives: 1, slots: 12, tapeSize: 32 * MIB }, { secrets });
    for (const [name, folder] of Object.entries({ one: scene.source, two: join(scene.root, 'other') }))
      await scene.call('object.add', { name, vault: scene.vault, files: [{ path: folder }] });
    // As slow as that, neither is done before the other begins.
    const slow = { days: [], from: '00:00', to: '00:00', source: 12 * MIB, vault: null };
    for (const object of ['one', 'two']) await scene.call('settings.setOfObject', { object, limits: [slow] });
  });
  afterAll(async () => {
    await removeHostileTree(scene.source);
    await end();
  });

  test('restores sealed and compressed sets that span tapes and lie between each other', async () => {
    let sets: SetView[] = [];
    // Which chunk comes first is a matter of timing.
    for (let times = 0; times < 8 && !(await isInterleaved()); times += 1)
      sets = await Promise.all(['one', 'two'].map((object) => backup(object, 'full')));
    expect(await isInterleaved()).toBe(true);
    expect(Math.max(...sets.map(({ tapes: on }) => on.length))).toBeGreaterThan(1);
    [, other] = sets;
    const told = await read(0, 'list');
    for (const { id, elements } of sets)
      expect(told.sets).toContainEqual(expect.objectContaining({ id, elements, complete: true }));
    await isRestored(sets[0] as SetView, scene.source);
    await isRestored(sets[1] as SetView, join(scene.root, 'other'));
  });

  test('restores what only changed since', async () => {
    await mutateHostileTree(scene.source, 7);
    rmSync(join(scene.source, 'text'));
    await isRestored(await backup('one'), scene.source);
    merged = (await scene.call('merge', { object: 'one' }, { secrets })).set;
  });

  test('restores a merged set from tapes without a tail, and names what is lost with a tape', async () => {
    for (const tape of tapes()) truncateSync(tape, statSync(tape).size - 1);
    // Labels that cannot be read say nothing of whose the tape is.
    const front = openSync(tapes()[0] ?? '', 'r+');
    writeSync(front, 'XXXX', 4);
    closeSync(front);
    await isRestored(merged as SetView, scene.source);
    const away = join(scene.vault, 'tapes', `${other?.tapes[0]}L8.tap`);
    renameSync(away, `${away}.away`);
    const { problems } = await read(13, 'restore', '--set', other?.id ?? '', '--to', place.newFolder('partly'));
    expect(problems.join('\n')).toMatch(/noise: chunk \d+ of set [0-9a-f]+ is on none of the tapes/);
  });
});
