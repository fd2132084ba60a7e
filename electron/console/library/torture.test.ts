import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { chunkPlaces, openCatalog } from '../../engine/catalog/index.ts';
import { randomId } from '../../platform/ids.ts';
import { catalogFile } from '../catalog-place.ts';
import { flip, noise, quiet, VaultScene } from '../testing/vault-scene.ts';
import type { ProtectedObject, VaultSession } from '../use-cases.ts';
import { engineUseCases as useCases } from '../wiring.ts';

/** A thousand is a good number for a night. */
const RUNS = Number(process.env.COLDFRAME_TORTURE_RUNS ?? 6);
const FIRST = Number(process.env.COLDFRAME_TORTURE_SEED ?? 1);
const SEEDS = Array.from({ length: RUNS }, (_, at) => FIRST + at);

/** An element of a set, and for each chunk that it needs the tapes that the chunk lies on. */
interface Element {
  readonly path: string;
  readonly content: Buffer;
  readonly needs: readonly (readonly string[])[];
}

interface HeldSet {
  /** For each chunk of its metadata, and of that of the sets that it builds on, the tapes that it lies on. */
  readonly metadata: readonly (readonly string[])[];
  readonly elements: readonly Element[];
}

/** What lies under a name; `touched`: not as it was written. */
interface File {
  /** Null for what is no tape of the vault. */
  readonly tape: string | null;
  readonly touched: boolean;
}

let scene: VaultScene;
let foreign: Buffer;
let tapes: readonly string[];
let held: Map<string, HeldSet>;
/** The sets that have chunks on a tape, for each of these. */
let setsOn: readonly ReadonlySet<string>[];

/** A set on a tape each, and two of the tapes copied. */
const onATapeEach = async (): Promise<void> => {
  scene = await VaultScene.forSuite({ slots: 8, codec: 'none' });
  const sets: BlockSetSummary[] = [];
  const contents = new Map<string, Map<string, Buffer>>();
  for (let round = 0; round < 3; round += 1) {
    for (let at = 0; at < 4; at += 1) scene.write(`file-${at}`, noise(40_000 + at * 400_000, round * 10 + at));
    const set = await scene.backup({ level: 'full', streams: 1 });
    sets.push(set);
    contents.set(set.id, contentsOf(scene.source));
    for (const tape of set.tapes) await useCases.protectTape(scene.vault, tape, true);
  }
  await scene.copyTape('CF0001', 'CF0005');
  await scene.copyTape('CF0002', 'CF0006');
  await hold(sets, (set) => contents.get(set) ?? new Map());
};

/** Two sealed chains of sets, their chunks interleaved, over more tapes than there are drives. */
const interleaved = async (): Promise<void> => {
  scene = await VaultScene.forSuite({ slots: 12, codec: 'zstd', passphrase: 'open sesame' });
  withTapesOf(8 << 20);
  const other: ProtectedObject = {
    ...scene.object,
    id: randomId(),
    name: 'others',
    selection: {
      ...scene.object.selection,
      roots: [{ pathBase64: Buffer.from(scene.folder('others')).toString('base64'), crossFileSystems: false }],
    },
  };
  const sets: BlockSetSummary[] = [];
  const contents = new Map<string, Map<string, Buffer>>();
  for (let round = 0; round < 3; round += 1) {
    for (let at = 0; at < 6; at += 1) {
      if (round > 0 && at % 2 === 0) continue;
      scene.write(`file-${at}`, noise(60_000 + at * 400_000, round * 20 + at));
      fs.writeFileSync(
        path.join(scene.root, 'others', `other-${at}`),
        noise(50_000 + at * 410_000, round * 20 + at + 10),
      );
    }
    const both = await Promise.all([scene.object, other].map(async (object) => await backedUp(object)));
    sets.push(...both);
    for (const [at, set] of both.entries())
      contents.set(set.id, contentsOf(at === 0 ? scene.source : path.join(scene.root, 'others')));
  }
  await hold(sets, (set) => contents.get(set) ?? new Map());
  const tapesOf = ({ elements }: HeldSet) => new Set(elements.flatMap(({ needs }) => needs.flat()));
  expect([...held.values()].some((set) => tapesOf(set).size > 1)).toBe(true);
  expect(setsOn.some((on) => on.size > 1)).toBe(true);
};

const backedUp = async (object: ProtectedObject): Promise<BlockSetSummary> => {
  const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
  try {
    return (await useCases.runBackup(session, object, { level: 'auto', streams: 2, resume: null }, quiet())).set;
  } finally {
    await session.close();
  }
};

/** Smaller ones than a vault is made with, so that little spans several. */
const withTapesOf = (tapeBytes: number): void => {
  const file = path.join(scene.vault, 'library.json');
  const state = JSON.parse(fs.readFileSync(file, 'utf8')) as { settings: object };
  fs.writeFileSync(file, JSON.stringify({ ...state, settings: { ...state.settings, tapeBytes } }));
};

const contentsOf = (folder: string): Map<string, Buffer> =>
  new Map(fs.readdirSync(folder).map((name) => [path.join(folder, name), fs.readFileSync(path.join(folder, name))]));

/** Takes down what each set holds and on which tapes, as the catalog knows it before anything happens to them. */
const hold = async (
  sets: readonly BlockSetSummary[],
  contents: (set: string) => Map<string, Buffer>,
): Promise<void> => {
  const { id } = await useCases.inspectVault(scene.vault);
  const store = openCatalog(catalogFile(scene.home, id), { readOnly: true });
  const reader = await useCases.openCatalog(scene.home, id);
  if (reader === null) throw new Error('there is no catalog');
  const places = new Map(
    sets.map((set) => [set.id as string, Map.groupBy(chunkPlaces(store, set.id), ({ sequence }) => sequence)]),
  );
  const tapesOf = (set: string, chunk: number): string[] => (places.get(set)?.get(chunk) ?? []).map(({ tape }) => tape);
  held = new Map(
    sets.map((set) => [
      set.id,
      {
        metadata: [set.id as string, ...reader.withThoseBelow(set.id)].flatMap((each) =>
          [...(places.get(each)?.values() ?? [])]
            .filter(([place]) => place?.kind !== 'data')
            .map((chunk) => chunk.map(({ tape }) => tape)),
        ),
        elements: [...contents(set.id)].map(([name, content]) => ({
          path: name,
          content,
          needs: [...reader.chunksOf(set.id, Buffer.from(name).toString('latin1') as never)].map((each) =>
            tapesOf(each.set, each.chunk),
          ),
        })),
      },
    ]),
  );
  const all = [...places.values()].flatMap((chunks) => [...chunks.values()].flat());
  setsOn = [...Map.groupBy(all, ({ tape }) => tape).values()].map((on) => new Set<string>(on.map(({ set }) => set)));
  reader.close();
  store.close();
  for (const { elements, metadata } of held.values()) {
    expect(metadata.length).toBeGreaterThan(0);
    expect(elements.every(({ needs }) => needs.length > 0 && needs.every((on) => on.length > 0))).toBe(true);
  }
  tapes = fs.readdirSync(path.join(scene.vault, 'tapes')).map((name) => name.slice(0, 6));
};

const aForeignTape = async (): Promise<Buffer> => {
  const other = await VaultScene.forSuite({ codec: 'none' });
  fs.writeFileSync(other.at('x'), 'x');
  const [tape = ''] = (await other.backup()).tapes;
  const file = fs.readFileSync(other.tapeFile(tape));
  other.remove();
  return file;
};

/** The same for the same seed. */
const dice = (seed: number): ((below: number) => number) => {
  let state = (seed * 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** One thing that may happen to tapes. */
const mishap = (roll: (below: number) => number, shelf: Map<string, File>): void => {
  const one = tapes[roll(tapes.length)] as string;
  const other = tapes[roll(tapes.length)] as string;
  const stray = `CG000${roll(9)}`;
  const [file, second] = [scene.tapeFile(one), scene.tapeFile(other)];
  const lies = shelf.get(one);
  if (lies === undefined) return;
  const { size } = fs.statSync(file);
  switch (roll(8)) {
    case 0:
      fs.truncateSync(file, roll(size));
      shelf.set(one, { ...lies, touched: true });
      return;
    case 1:
      for (let times = roll(20); times >= 0 && size > 0; times -= 1) flip(file, roll(size));
      shelf.set(one, { ...lies, touched: true });
      return;
    case 2: {
      const there = shelf.get(other);
      if (there === undefined || one === other) return;
      fs.renameSync(file, `${file}.x`);
      fs.renameSync(second, file);
      fs.renameSync(`${file}.x`, second);
      shelf.set(one, there).set(other, lies);
      return;
    }
    case 3:
      fs.renameSync(file, scene.tapeFile(stray));
      shelf.delete(one);
      shelf.set(stray, lies);
      return;
    case 4:
      fs.copyFileSync(file, scene.tapeFile(stray));
      shelf.set(stray, lies);
      return;
    case 5:
      fs.rmSync(file);
      shelf.delete(one);
      return;
    case 6: {
      const name = roll(2) === 0 ? stray : one;
      fs.writeFileSync(scene.tapeFile(name), roll(2) === 0 ? foreign : noise(roll(50_000), roll(99)));
      shelf.set(name, { tape: null, touched: true });
      return;
    }
    default:
      if (one === other) return;
      fs.copyFileSync(file, second);
      shelf.set(other, lies);
  }
};

/** Whether a tape is still there as it was: under its own name or, where nothing there may be it, in files that are all alike. */
const isSound = (tape: string, shelf: ReadonlyMap<string, File>): boolean => {
  const own = shelf.get(tape);
  if (own?.tape === tape) return !own.touched;
  const claims = [...shelf.values()].filter((file) => file.tape === tape);
  return claims.length > 0 && claims.every(({ touched }) => !touched);
};

const contentOf = (file: string): Buffer | null => (fs.existsSync(file) ? fs.readFileSync(file) : null);

/** Restores a set: what of it `isThere` comes back, what does not is named, and no byte is wrong. */
const restoresWhatIsThere = async (
  session: VaultSession,
  { id }: BlockSetSummary,
  { metadata, elements }: HeldSet,
  isThere: (chunks: HeldSet['metadata']) => boolean,
): Promise<void> => {
  const to = scene.folder(`out-${id}`);
  const request = { set: id, paths: [], to: { path: to }, relativeTo: null, onConflict: 'fail' as const };
  let result: Awaited<ReturnType<typeof useCases.runRestore>>;
  try {
    result = await useCases.runRestore(session, request, quiet());
  } catch (thrown) {
    // Of one that builds on what is lost it is said that nothing is known of what it holds.
    if (isThere(metadata)) throw thrown;
    expect(thrown).toMatchObject({ code: 'SET_STATE' });
    return;
  }
  const named = new Set(result.damaged.flatMap((each) => each.elements));
  for (const element of elements) {
    const found = contentOf(path.join(to, element.path));
    if (found !== null) expect(found.equals(element.content)).toBe(true);
    expect(found === null).toBe(named.has(element.path));
    if (isThere(metadata) && isThere(element.needs)) expect(found).not.toBeNull();
  }
};

describe.each([
  ['with a set on each and copies', onATapeEach],
  ['with sealed sets that span several and are interleaved', interleaved],
] as const)('tapes %s', (_, prepare) => {
  beforeAll(async () => {
    await prepare();
    foreign = await aForeignTape();
    scene.keep();
  });
  afterAll(() => scene.remove());

  test.each(SEEDS.filter((seed) => (seed % 2 === 1) === (prepare === onATapeEach)))(
    'whatever happened to them (seed %i), a rebuild and restores give what is still there, name the rest, and never a wrong byte',
    async (seed) => {
      scene.reset();
      const roll = dice(seed);
      const shelf = new Map<string, File>(tapes.map((tape) => [tape, { tape, touched: false }]));
      for (let times = roll(5); times >= 0; times -= 1) mishap(roll, shelf);
      const sound = new Set(tapes.filter((tape) => isSound(tape, shelf)));
      const isThere = (chunks: readonly (readonly string[])[]): boolean =>
        chunks.every((on) => on.some((tape) => sound.has(tape)));
      fs.rmSync(path.join(scene.vault, 'catalog'), { recursive: true, force: true });
      const home = scene.folder('new-home');
      const rebuilt = await scene.rebuild(home);
      const sets = await scene.sets(home);
      expect(rebuilt.sets).toBe(sets.length);
      expect(new Set(sets.map(({ id }) => id)).size).toBe(sets.length);
      const session = await useCases.openVaultSession(scene.vault, scene.access, home);
      try {
        for (const [id, set] of held) {
          const known = sets.find((each) => each.id === id);
          if (isThere(set.metadata)) expect(known?.elements).toBeGreaterThan(0);
          if (isThere(set.metadata) && set.elements.every(({ needs }) => isThere(needs)))
            expect(known?.state).toBe('complete');
          if (known !== undefined && known.elements > 0) await restoresWhatIsThere(session, known, set, isThere);
        }
      } finally {
        // Left open after a failure it would hold up every run behind it.
        await session.close();
      }
    },
  );
});
