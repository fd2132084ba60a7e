import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { canMountLoopFileSystems, makeFileSystem } from '../../platform/testing/loop-file-system.ts';
import { describeWithPeers } from '../../platform/testing/peers.ts';
import { noise, VaultScene } from '../testing/vault-scene.ts';

const PLACES = ['one', 'other'] as const;
const run = (...[program = '', ...words]: readonly string[]): string =>
  execFileSync(program, words, { stdio: 'pipe' }).toString().trim();

/** Two images on two loop devices, each mounted at its own place whatever device it is on. */
class TwoDisks {
  readonly #scene: VaultScene;
  readonly #images: readonly string[];
  #devices: readonly string[] = [];

  constructor(scene: VaultScene) {
    this.#scene = scene;
    this.#images = PLACES.map((name) => path.join(scene.root, `${name}.image`));
    for (const image of this.#images) makeFileSystem('ext4', image, 16 << 20);
    for (const name of PLACES) fs.mkdirSync(scene.at(name));
    this.#devices = this.#images.map((image) => run('losetup', '--find', '--show', image));
    this.#mount(this.#devices);
  }

  swap(): void {
    const [one = '', other = ''] = this.#devices;
    this.detach();
    run('losetup', other, this.#images[0] as string);
    run('losetup', one, this.#images[1] as string);
    this.#devices = [other, one];
    this.#mount(this.#devices);
  }

  detach(): void {
    for (const name of PLACES) run('umount', this.#scene.at(name));
    for (const device of this.#devices) run('losetup', '--detach', device);
  }

  #mount(devices: readonly string[]): void {
    for (const [at, device] of devices.entries()) run('mount', device, this.#scene.at(PLACES[at] as string));
  }
}

describeWithPeers('file systems whose devices changed places', ['mkfs.ext4', 'losetup', 'mount'], () => {
  test.skipIf(!canMountLoopFileSystems())('lend no file the content or the name of another one', async () => {
    const scene = await VaultScene.make();
    const [root] = scene.object.selection.roots;
    Object.assign(root ?? {}, { crossFileSystems: true });
    const disks = new TwoDisks(scene);
    onTestFinished(() => disks.detach());
    for (const [seed, name] of PLACES.entries()) {
      scene.write(`${name}/first`, noise(20_000, seed));
      scene.write(`${name}/empty`, '');
      for (const each of ['first', 'empty']) {
        fs.linkSync(scene.at(`${name}/${each}`), scene.at(`${name}/${each}-too`));
        fs.utimesSync(scene.at(`${name}/${each}`), 1_700_000_000, 1_700_000_000);
      }
    }
    const inodes = PLACES.map((name) => fs.statSync(scene.at(`${name}/first`)).ino);
    expect(inodes[0]).toBe(inodes[1]);
    await scene.backup();
    disks.swap();
    fs.chmodSync(scene.at('other/first'), 0o600);
    fs.chmodSync(scene.at('other/empty'), 0o600);
    const set = await scene.backup();
    expect(set.level).toBe('incremental');
    expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
    expect(listTree(scene.rescue(set))).toEqual(listTree(scene.source));
  });
});
