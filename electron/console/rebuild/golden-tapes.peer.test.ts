import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { found, GoldenVault } from '../../engine/tape/testing/golden-vault.ts';
import { RescuesInTurn } from '../../engine/tape/testing/rescues-in-turn.ts';
import { describeUnlessMissing, missingPeers } from '../../platform/testing/peers.ts';
import { runPeer } from '../../platform/testing/run-peer.ts';
import { ConsoleScene } from '../testing/console-scene.ts';

const READER = resolve(import.meta.dirname, '../../engine/tape/testing/reader');
const RESCUE = resolve(import.meta.dirname, '../../../dist/rescue.mjs');
const missing = [...missingPeers(['python3'], process.env), ...(process.getuid?.() === 0 ? [] : ['root'])];
/**
 * COLDFRAME_GOLDEN_TAPES=all: every set of every vault with every reader, and each vault is written on; that takes a minute of a processor. Else the
 * oldest generation and the volumes of those before the newest, of each the end of its chain, which needs all of it, and the last set.
 */
const ALL = process.env.COLDFRAME_GOLDEN_TAPES === 'all';
const generations = [...new Set(GoldenVault.all().map(({ generation }) => generation))];
const chosenVaults = GoldenVault.all().filter(
  ({ generation, isVolumes }) =>
    ALL || generation === generations[0] || (isVolumes && generation !== generations.at(-1)),
);
const PASSPHRASE = 'a later passphrase';

describeUnlessMissing('vaults that earlier versions made', missing, () => {
  let rescues: RescuesInTurn;
  const end: (() => Promise<void>)[] = [];
  let root = '';
  beforeAll(() => {
    ({ root } = scene((close) => end.push(close)));
    rescues = new RescuesInTurn(RESCUE, join(root, 'rescues'));
  });
  afterAll(async () => {
    rescues.end();
    for (const close of end) await close();
  });

  for (const golden of chosenVaults) {
    describe(golden.name, () => {
      const secrets = golden.isSealed ? { passphrase: PASSPHRASE } : {};
      const ends = [golden.sets.findLast(({ level }) => level !== 'full'), golden.sets.at(-1)];
      const chosen = ALL ? golden.sets : golden.sets.filter((set) => ends.includes(set));
      const secretFile = (): string[] => {
        if (!golden.isSealed) return [];
        writeFileSync(join(root, 'secret'), `${PASSPHRASE}\n`, { mode: 0o600 });
        return [join(root, 'secret')];
      };
      let at: ConsoleScene;
      let close = async (): Promise<void> => undefined;
      beforeAll(() => {
        at = scene((ending) => {
          close = ending;
        });
        golden.place(at.vault, { tapesOnly: true });
      });
      afterAll(() => close());
      /** Holds what a set was restored to against what it has to be; the content of a volume has no attributes. */
      const isWhole = (set: string, folder: string): void => {
        const wanted = golden.wanted(set);
        expect(found(folder).digests).toEqual(wanted.digests);
        if (!golden.isVolumes) expect(found(folder).elements).toEqual(wanted.elements);
      };
      const source = (to: string): string => (golden.isVolumes ? to : join(to, 'tmp/coldframe-golden/source'));

      test.runIf(ALL || golden.isSealed)('are taken over with the copy of their catalog, and written on', async () => {
        const at = scene(onTestFinished);
        golden.place(at.vault);
        const opened = await at.call('vault.open', { dir: at.vault }, { secrets });
        expect(opened).toMatchObject({ rebuilt: false, incompleteSets: 0, recovered: false, warnings: [] });
        const { sets } = await at.call('sets', {});
        expect(
          sets.filter(({ state }) => state === 'complete').map(({ id, object, level }) => ({ id, object, level })),
        ).toEqual(expect.arrayContaining([...golden.sets]));
        expect(await at.call('library.inventory', { vault: at.vault })).toMatchObject({ findings: [] });
        at.write('file', 'written by this version');
        await at.call('object.add', { name: 'new', vault: at.vault, files: [{ path: at.source }] });
        const { set } = await at.call('backup', { object: 'new' }, { secrets });
        expect(set.warnings).toEqual([]);
        expect(await at.call('verify', { vault: at.vault }, { secrets })).toMatchObject({
          outcome: 'right',
          sets: golden.sets.length + 1,
          damaged: [],
          incomplete: [],
          missingTapes: [],
        });
      });

      test('are read by the console from their tapes alone', async () => {
        const { sets: count, ...rebuilt } = await at.call(
          'vault.rebuild',
          { dir: at.vault, recoverLibrary: true },
          { secrets },
        );
        expect(rebuilt).toMatchObject({ incompleteSets: 0, warnings: [] });
        const { sets } = await at.call('sets', {});
        expect(sets).toHaveLength(count);
        const whole = sets.filter(({ state }) => state === 'complete');
        expect(whole.map(({ id, object, level }) => ({ id, object, level }))).toEqual(
          expect.arrayContaining([...golden.sets]),
        );
        expect(whole).toHaveLength(golden.sets.length);
        for (const { id } of chosen) {
          const to = join(at.root, id);
          mkdirSync(to);
          const isVolume = golden.isVolumes;
          const result = await at.call(
            'restore',
            { set: id, to: { path: isVolume ? join(to, 'disk') : to } },
            { secrets },
          );
          expect(result).toMatchObject({ damaged: [], warnings: [] });
          isWhole(id, source(to));
          rmSync(to, { recursive: true });
        }
      });

      test('are read by the rescue program', () => {
        const rescue = (...args: string[]): unknown => {
          const secret = secretFile().flatMap((file) => ['--passphrase-file', file]);
          const all = [...args, '--tapes', at.vault, '--json', ...secret];
          const { status, stdout, stderr } = rescues.run(all, { env: process.env, cwd: root });
          expect(status, stdout + stderr).toBe(0);
          return JSON.parse(stdout);
        };
        if (ALL) expect(rescue('verify')).toMatchObject({ damaged: [] });
        for (const { id } of chosen) {
          const to = join(at.root, id);
          rescue('restore', id, '--to', to);
          isWhole(id, source(to));
        }
      });

      test('are read by a reader in another language', async () => {
        const to = join(at.root, 'restored');
        const sets = chosen.flatMap(({ id }) => ['--set', id]);
        const secret = secretFile().flatMap((file) => ['--secret-file', file]);
        const { status, stdout, stderr } = await runPeer('python3', [
          '-B',
          READER,
          'restore',
          ...secret,
          ...sets,
          '--to',
          to,
          join(at.vault, 'tapes'),
        ]);
        expect(status, stdout + stderr).toBe(0);
        for (const { id } of chosen) isWhole(id, source(chosen.length > 1 ? join(to, id) : to));
      });
    });
  }
});

const scene = (atEnd: (close: () => Promise<void>) => void): ConsoleScene => new ConsoleScene(atEnd);
