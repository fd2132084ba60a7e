import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallOptions } from '../../../shared/contract/calls.ts';
import {
  type TapeVersions,
  TestTape,
  TestVault,
  WrittenSet,
  writeSets,
} from '../../engine/tape/testing/rescue-tapes.ts';
import { RescuesInTurn } from '../../engine/tape/testing/rescues-in-turn.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { runPeer } from '../../platform/testing/run-peer.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { readSetHeader } from './read-set-header.ts';

const READER = resolve(import.meta.dirname, '../../engine/tape/testing/reader');
const RESCUE = resolve(import.meta.dirname, '../../engine/tape/rescue.mjs');
const CONTENT = Buffer.from('of a version to come');

describeWithPeers('tapes that a newer version wrote', ['python3'], () => {
  let scene: ConsoleScene;
  let end = async (): Promise<void> => undefined;
  let rescues: RescuesInTurn;
  beforeAll(() => {
    scene = new ConsoleScene((ends) => {
      end = ends;
    });
    rescues = new RescuesInTurn(RESCUE, join(scene.root, 'rescues'));
  });
  afterAll(async () => {
    rescues.end();
    await end();
  });

  /** A vault of one tape with one set of one file. */
  const vaultOf = (versions: TapeVersions & { readonly set?: number }) => {
    const dir = join(scene.root, JSON.stringify(versions));
    const tape = new TestTape(new TestVault(), 'CF0001', versions);
    const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
    const elements = [
      { path: '/file', content: [{ start: 0, bytes: CONTENT }], time: [1e9, 0], uid, gid, onDevice: 1 } as const,
    ];
    const version = versions.set === undefined ? {} : { version: versions.set };
    const set = new WrittenSet({ name: 'documents', elements, ...version });
    writeSets([tape], [set]);
    tape.unmount();
    mkdirSync(join(dir, 'tapes'), { recursive: true });
    writeFileSync(join(dir, 'tapes/CF0001L8.tap'), tape.bytes);
    return { dir, set: set.hex, to: (reader: string) => join(`${dir} by`, reader) };
  };
  const rebuild = async (vault: string, options?: CallOptions) =>
    await scene.call('vault.rebuild', { dir: vault, recoverLibrary: true }, options);
  const rescue = ({ dir, set, to }: ReturnType<typeof vaultOf>, options: readonly string[] = []) =>
    rescues.run(['restore', set, '--to', to('rescue'), '--tapes', dir, '--json', ...options], {
      env: { PATH: '/nonexistent' },
      cwd: dir,
    });
  const python = async ({ dir, set, to }: ReturnType<typeof vaultOf>) =>
    await runPeer('python3', ['-B', READER, 'restore', '--set', set, '--to', to('python'), join(dir, 'tapes')]);

  test('are read where nothing on them is newer: what follows here is refused for its versions', async () => {
    const vault = vaultOf({});
    expect(await rebuild(vault.dir)).toMatchObject({ sets: 1, incompleteSets: 0, warnings: [] });
    await scene.call('restore', { set: vault.set, to: { path: vault.to('console') } });
    expect([rescue(vault).status, (await python(vault)).status]).toEqual([0, 0]);
    for (const reader of ['console', 'rescue', 'python'])
      expect(readFileSync(join(vault.to(reader), 'file'))).toEqual(CONTENT);
  });

  test.each([
    { versions: { node: 2 }, said: /FORMAT_TOO_NEW/ },
    { versions: { chunk: 2 }, said: /has format version 2; this reader knows version 1/ },
    { versions: { set: 3 }, said: /format version 3/ },
  ])('are refused, and nothing is made of them: $versions', async ({ versions, said }) => {
    const vault = vaultOf(versions);
    await expect(rebuild(vault.dir)).rejects.toMatchObject({ code: 'FORMAT_TOO_NEW' });
    const rescued = rescue(vault);
    expect(rescued.status).not.toBe(0);
    expect(rescued.stdout + rescued.stderr).toMatch(said);
    expect((await python(vault)).status).not.toBe(0);
    for (const reader of ['rescue', 'python']) expect(existsSync(join(vault.to(reader), 'file'))).toBe(false);
  });

  test.each([{ node: 2 }, { chunk: 2 }])(
    'cost the rescue program nothing of what lies on other tapes: %o',
    (versions) => {
      const newer = vaultOf({ ...versions, trailer: 1 });
      for (const options of [[], ['--salvage']]) {
        const vault = vaultOf({ trailer: 1, node: 1 });
        copyFileSync(join(newer.dir, 'tapes/CF0001L8.tap'), join(vault.dir, 'tapes/CF0002L8.tap'));
        const { status, stdout, stderr } = rescue(vault, options);
        expect([status, JSON.parse(stdout)]).toEqual([
          3,
          expect.objectContaining({ restored: 1, ignoredTapes: [join(vault.dir, 'tapes/CF0002L8.tap')] }),
        ]);
        expect(stderr).toMatch(/has format version 2; this reader knows version 1/);
        expect(readFileSync(join(vault.to('rescue'), 'file'))).toEqual(CONTENT);
        rmSync(vault.dir, { recursive: true });
        rmSync(vault.to('rescue'), { recursive: true });
      }
    },
  );

  test('say so of a set header whose fields are others', () => {
    const json = JSON.stringify({ format: 'coldframe-set', version: 3, something: 'else' });
    expect(() => readSetHeader(json, 'a'.repeat(32))).toThrow(expect.objectContaining({ code: 'FORMAT_TOO_NEW' }));
  });

  test('have their chunks read by readers that need no tail, where the tail alone is newer', async () => {
    const vault = vaultOf({ trailer: 2 });
    await expect(rebuild(vault.dir)).rejects.toMatchObject({ code: 'FORMAT_TOO_NEW' });
    expect([rescue(vault).status, (await python(vault)).status]).toEqual([0, 0]);
    for (const reader of ['rescue', 'python']) expect(readFileSync(join(vault.to(reader), 'file'))).toEqual(CONTENT);
  });
});
