import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { everySecond } from '../platform/testing/every-second.ts';
import { ConsoleScene } from './testing/console-scene.ts';
import { noise } from './testing/vault-scene.ts';

type Damage = (tape: Buffer) => void;
const lengthWord: Damage = (tape) => tape.set([0xf0, 0xff, 0xff, 0xff], 0);
const nodeHeader: Damage = (tape) => {
  const at = tape.indexOf('{"format":"coldframe-tape"') + '{"format":"coldframe-tape"'.length + 3;
  tape[at] = (tape[at] ?? 0) ^ 0x20;
};

const damaged = async (damage: Damage, secrets: { passphrase?: string }): Promise<ConsoleScene> => {
  const scene = new ConsoleScene();
  for (const name of ['a', 'b', 'c']) scene.write(name, name.repeat(50_000));
  await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20 }, { secrets });
  await scene.call('object.add', { name: 'files', vault: scene.vault, files: [{ path: scene.source }] });
  await scene.call('backup', { object: 'files' }, { secrets });
  const file = path.join(scene.vault, 'tapes', 'CF0001L8.tap');
  const image = fs.readFileSync(file);
  damage(image);
  fs.writeFileSync(file, image);
  return scene;
};

describe.each(
  everySecond<readonly [string, typeof lengthWord, { passphrase?: string }]>([
    ['the length of its label', lengthWord, {}],
    ['the length of its label, sealed', lengthWord, { passphrase: 'secret enough' }],
    ['one bit of its node header, sealed', nodeHeader, { passphrase: 'secret enough' }],
    ['one bit of its node header', nodeHeader, {}],
  ]),
)('a tape with damage to %s', (_, damage, secrets) => {
  test('gives everything back, is named as damaged and not as missing, and takes nothing more', async () => {
    const scene = await damaged(damage, secrets);
    const to = { path: path.join(scene.root, 'back') };
    const restored = await scene.call('restore', { set: 'files', to }, { secrets });
    expect(restored).toMatchObject({ damaged: [], warnings: [{ code: 'TAPE_DAMAGED', path: 'CF0001L8' }] });
    const [noted] = (await scene.call('activity.list', { limit: 1 })).entries;
    expect(noted).toMatchObject({ act: 'restore', outcome: 'warned', context: { warnings: 1 } });
    expect(noted?.context.warned).toMatch(/^TAPE_DAMAGED CF0001L8: \S/);
    expect(fs.readFileSync(path.join(to.path, scene.source, 'b'), 'utf8')).toBe('b'.repeat(50_000));
    const verified = await scene.call('verify', {}, { secrets });
    expect(verified).toMatchObject({ damaged: [], missingTapes: [], damagedTapes: [{ barcode: 'CF0001L8' }] });
    const { tapes } = await scene.call('tape.list', { vault: scene.vault });
    expect(tapes.find(({ id }) => id === 'CF0001')).toMatchObject({
      state: 'damaged',
      note: expect.stringContaining('damaged'),
    });
    // That costs no element, and so it is a matter of the vault, whichever verification saw it.
    await scene.call('verify', { object: 'files' }, { secrets });
    const { objects, attention } = await scene.call('overview', {});
    expect(objects[0]).toMatchObject({ state: 'ok', verify: { last: { outcome: 'right', failures: 0 } } });
    const matters = attention.filter(({ object }) => object === null).map(({ code }) => code);
    expect([attention.filter(({ code }) => code === 'CHECK_WRONG').length, matters]).toEqual([
      1,
      ['CHECK_WRONG', 'TAPES_DAMAGED'],
    ]);
    scene.write('d', 'more');
    const before = fs.readFileSync(path.join(scene.vault, 'tapes', 'CF0001L8.tap'));
    const { set } = await scene.call('backup', { object: 'files' }, { secrets });
    expect(set.level).toBe('incremental');
    expect(fs.readFileSync(path.join(scene.vault, 'tapes', 'CF0001L8.tap'))).toEqual(before);
  });

  test('is erased once somebody agreed to that as well, and then used again', async () => {
    const scene = await damaged(damage, secrets);
    const losses = await scene.call('tape.losses', { tape: 'CF0001' }, { secrets });
    expect(losses).toMatchObject({ front: { known: true, damage: expect.stringContaining('CF0001') } });
    const file = path.join(scene.vault, 'tapes', 'CF0001L8.tap');
    const before = fs.readFileSync(file);
    const agreed = { tape: 'CF0001', sets: losses.sets.map(({ id }) => id), unlisted: 0, asOf: losses.asOf };
    await expect(scene.call('tape.erase', agreed, { secrets })).rejects.toMatchObject({
      code: 'TAPE_DAMAGED',
      guidance: expect.stringContaining('tape erase CF0001 --damaged-front'),
    });
    expect(fs.readFileSync(file)).toEqual(before);
    const erased = await scene.call('tape.erase', { ...agreed, damagedFront: 'known' }, { secrets });
    expect(erased).toMatchObject({ tape: { state: 'labelled', chunks: 0, note: '' }, sets: [{ object: 'files' }] });
    const { set } = await scene.call('backup', { object: 'files' }, { secrets });
    expect(set).toMatchObject({ level: 'full', tapes: ['CF0001'], warnings: [] });
    expect(await scene.call('verify', {}, { secrets })).toMatchObject({ damaged: [], damagedTapes: [] });
  });

  test('is enough to make the library and the catalog anew', async () => {
    const scene = await damaged(damage, secrets);
    fs.rmSync(path.join(scene.vault, 'library.json'));
    fs.rmSync(path.join(scene.vault, 'catalog'), { recursive: true });
    const other = new ConsoleScene();
    const rebuilt = await other.call('vault.rebuild', { dir: scene.vault, recoverLibrary: true }, { secrets });
    expect(rebuilt).toMatchObject({
      recovered: true,
      sets: 1,
      incompleteSets: 0,
      warnings: [{ code: 'TAPE_DAMAGED' }],
    });
    const verified = await other.call('verify', {}, { secrets });
    expect(verified).toMatchObject({ damaged: [], missingTapes: [] });
  });
});

test('a label that says a newer version puts its own tape out of use and no other', async () => {
  const scene = await damaged(() => undefined, {});
  await scene.call('tape.protect', { vault: scene.vault, tape: 'CF0001', on: true });
  scene.write('d', 'on the second tape');
  const { set: newest } = await scene.call('backup', { object: 'files' });
  const file = path.join(scene.vault, 'tapes', 'CF0002L8.tap');
  const image = fs.readFileSync(file);
  const at = image.indexOf('"version":1', image.indexOf('{"format":"coldframe-tape"')) + '"version":'.length;
  image[at] = (image[at] ?? 0) ^ 2;
  fs.writeFileSync(file, image);
  const away = (name: string) => ({ path: path.join(scene.root, name) });
  expect(await scene.call('restore', { set: newest.parent ?? '', to: away('one') })).toMatchObject({ warnings: [] });
  const later = await scene.call('restore', { set: newest.id, to: away('two') });
  const outOfUse = expect.stringContaining('format version 3, which this version of Coldframe does not know');
  expect(later).toMatchObject({ damaged: [], warnings: [{ path: 'CF0002L8', message: outOfUse }] });
  expect(await scene.call('backup', { object: 'files' })).toMatchObject({ set: { tapes: ['CF0003'] } });
  expect(fs.readFileSync(file)).toEqual(image);
  fs.rmSync(path.join(scene.vault, 'library.json'));
  fs.rmSync(path.join(scene.vault, 'catalog'), { recursive: true });
  const rebuilt = await new ConsoleScene().call('vault.rebuild', { dir: scene.vault, recoverLibrary: true });
  expect(rebuilt).toMatchObject({ sets: 3, incompleteSets: 0, warnings: [{ code: 'FORMAT_TOO_NEW', path: 'CF0002' }] });
});

test('a tape of which nothing tells which it is takes a consent that says so, and one that says it is another one none', async () => {
  const scene = await damaged((image) => image.fill(0xaa), {});
  const losses = await scene.call('tape.losses', { tape: 'CF0001' });
  expect(losses).toMatchObject({ front: { known: false }, sets: [{ object: 'files' }] });
  const agreed = { tape: 'CF0001', sets: losses.sets.map(({ id }) => id), asOf: losses.asOf };
  const erase = (damagedFront?: 'known' | 'unknown') =>
    scene.call('tape.erase', { ...agreed, ...(damagedFront === undefined ? {} : { damagedFront }) });
  for (const less of [undefined, 'known'] as const)
    await expect(erase(less)).rejects.toMatchObject({ code: 'TAPE_DAMAGED' });
  // Of another vault, with a damaged label, as far as it is legible.
  const other = await damaged(lengthWord, {});
  const file = path.join(scene.vault, 'tapes', 'CF0001L8.tap');
  fs.copyFileSync(path.join(other.vault, 'tapes', 'CF0001L8.tap'), file);
  expect((await scene.call('tape.losses', { tape: 'CF0001' })).front).toBeNull();
  await expect(erase('unknown')).rejects.toMatchObject({ code: 'TAPE_MISMATCH' });
  expect(fs.readFileSync(file)).toEqual(fs.readFileSync(path.join(other.vault, 'tapes', 'CF0001L8.tap')));
  fs.writeFileSync(file, Buffer.alloc(100_000, 0xaa));
  expect(await erase('unknown')).toMatchObject({ tape: { state: 'labelled' } });
});

test.each([
  ['open', {}],
  ['sealed', { passphrase: 'secret enough' }],
])('a tape whose beginning says nothing is not erased where its chunks are of another one: %s', async (_, secrets) => {
  /** A scene with two tapes, of which each has chunks behind the first MiB, and nothing legible before. */
  const made = async () => {
    const scene = await damaged(() => undefined, secrets);
    const image = (volume: string) => path.join(scene.vault, 'tapes', `${volume}L8.tap`);
    for (const [volume, seed] of [
      ['CF0001', 1],
      ['CF0002', 2],
    ] as const) {
      scene.write(volume, noise(1_200_000, seed));
      await scene.call('backup', { object: 'files' }, { secrets });
      await scene.call('tape.protect', { vault: scene.vault, tape: volume, on: true });
      fs.writeFileSync(image(volume), fs.readFileSync(image(volume)).fill(0, 0, (1 << 20) + 4096));
    }
    await scene.call('tape.protect', { vault: scene.vault, tape: 'CF0001', on: false });
    return { scene, image };
  };
  const { scene, image } = await made();
  const other = await made();
  const losses = async () => await scene.call('tape.losses', { tape: 'CF0001' }, { secrets });
  expect((await losses()).front).toMatchObject({ known: true });
  for (const [stranger, said] of [
    [image('CF0002'), 'a chunk on it is of tape CF0002 of the vault'],
    [other.image('CF0001'), 'a chunk on it is of another vault'],
  ] as const) {
    fs.copyFileSync(stranger, image('CF0001'));
    const { front, sets, asOf } = await losses();
    expect(front).toBeNull();
    const agreed = { tape: 'CF0001', sets: sets.map(({ id }) => id), asOf, damagedFront: 'unknown' as const };
    await expect(scene.call('tape.erase', agreed, { secrets })).rejects.toMatchObject({
      code: 'TAPE_MISMATCH',
      message: expect.stringContaining(said),
    });
    expect(fs.readFileSync(image('CF0001'))).toEqual(fs.readFileSync(stranger));
  }
});
