import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { flip, noise, quiet, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

/** A thousand is a good number for a night. */
const RUNS = Number(process.env.COLDFRAME_TORTURE_RUNS ?? 6);
const FIRST = Number(process.env.COLDFRAME_TORTURE_SEED ?? 1);

let scene: VaultScene;
let foreign: Buffer;
/** What each set holds, and the tapes that hold all of it. */
const held = new Map<string, { files: Map<string, Buffer>; tapes: string[] }>();
const TAPES = ['CF0001', 'CF0002', 'CF0003', 'CF0005', 'CF0006'];

beforeAll(async () => {
  scene = await VaultScene.forSuite({ slots: 8, codec: 'none' });
  for (let round = 0; round < 3; round += 1) {
    for (let at = 0; at < 4; at += 1) scene.write(`file-${at}`, noise(40_000 + at * 400_000, round * 10 + at));
    const set: BlockSetSummary = await scene.backup({ level: 'full', streams: 1 });
    const files = new Map([0, 1, 2, 3].map((at) => [`file-${at}`, fs.readFileSync(scene.at(`file-${at}`))]));
    held.set(set.id, { files, tapes: [...set.tapes] });
    for (const tape of set.tapes) await useCases.protectTape(scene.vault, tape, true);
  }
  const session = await useCases.openVaultSession(scene.vault, {}, scene.home);
  await useCases.copyTape(session, { tape: 'CF0001', to: 'CF0005' }, quiet());
  await useCases.copyTape(session, { tape: 'CF0002', to: 'CF0006' }, quiet());
  await session.close();
  for (const { tapes } of held.values()) {
    if (tapes[0] === 'CF0001') tapes.push('CF0005');
    if (tapes[0] === 'CF0002') tapes.push('CF0006');
  }
  const other = await VaultScene.forSuite({ codec: 'none' });
  fs.writeFileSync(other.at('x'), 'x');
  const [tape = ''] = (await other.backup()).tapes;
  foreign = fs.readFileSync(other.tapeFile(tape));
  other.remove();
  scene.keep();
});

afterAll(() => scene.remove());

/** The same for the same seed. */
const dice = (seed: number): ((below: number) => number) => {
  let state = (seed * 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** One thing that may happen to tapes; gives those that are not what they were. */
const mishap = (roll: (below: number) => number): string[] => {
  const one = TAPES[roll(TAPES.length)] as string;
  const other = TAPES[roll(TAPES.length)] as string;
  const [file, second] = [scene.tapeFile(one), scene.tapeFile(other)];
  const stray = scene.tapeFile(`CG000${roll(9)}`);
  if (!fs.existsSync(file)) return [one];
  const { size } = fs.statSync(file);
  switch (roll(8)) {
    case 0:
      fs.truncateSync(file, roll(size));
      return [one];
    case 1:
      for (let times = roll(20); times >= 0; times -= 1) flip(file, roll(size));
      return [one];
    case 2:
      if (one === other || !fs.existsSync(second)) return [];
      fs.renameSync(file, `${file}.x`);
      fs.renameSync(second, file);
      fs.renameSync(`${file}.x`, second);
      return [one, other];
    case 3:
      fs.renameSync(file, stray);
      return [one];
    case 4:
      fs.copyFileSync(file, stray);
      return [];
    case 5:
      fs.rmSync(file);
      return [one];
    case 6:
      fs.writeFileSync(roll(2) === 0 ? stray : file, roll(2) === 0 ? foreign : noise(roll(50_000), roll(99)));
      return [one];
    default:
      if (one === other) return [];
      fs.copyFileSync(file, second);
      return [other];
  }
};

const contentOf = (folder: string, name: string): Buffer | null => {
  const file = path.join(folder, name);
  return fs.existsSync(file) ? fs.readFileSync(file) : null;
};

test.each(Array.from({ length: RUNS }, (_, at) => FIRST + at))(
  'whatever happened to tapes (seed %i), a rebuild and restores give what is still there, name the rest, and never a wrong byte',
  async (seed) => {
    scene.reset();
    const roll = dice(seed);
    const touched = new Set<string>();
    for (let times = roll(5); times >= 0; times -= 1) for (const tape of mishap(roll)) touched.add(tape);
    fs.rmSync(path.join(scene.vault, 'catalog'), { recursive: true, force: true });
    const home = scene.folder('new-home');
    const rebuilt = await scene.rebuild(home);
    const sets = await scene.sets(home);
    expect(rebuilt.sets).toBe(sets.length);
    expect(new Set(sets.map(({ id }) => id)).size).toBe(sets.length);
    for (const [id, { files, tapes }] of held) {
      const sound = tapes.some((tape) => !touched.has(tape));
      const set = sets.find((each) => each.id === id);
      if (sound) expect(set?.state).toBe('complete');
      if (set === undefined || set.elements === 0) continue;
      const to = scene.folder(`out-${id}`);
      const session = await useCases.openVaultSession(scene.vault, {}, home);
      const request = { set: set.id, paths: [], to: { path: to }, relativeTo: null, onConflict: 'fail' as const };
      let result: Awaited<ReturnType<typeof useCases.runRestore>>;
      try {
        result = await useCases.runRestore(session, request, quiet());
      } finally {
        // Left open after a failure it would hold up every run behind it.
        await session.close();
      }
      const named = new Set(result.damaged.flatMap(({ elements }) => elements));
      for (const [name, content] of files) {
        const found = contentOf(path.join(to, scene.source), name);
        if (found !== null) expect(found.equals(content)).toBe(true);
        expect(found === null).toBe(named.has(scene.at(name)));
        if (sound) expect(found).not.toBeNull();
      }
    }
  },
);
