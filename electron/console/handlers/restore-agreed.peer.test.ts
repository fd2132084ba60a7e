import fs from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { canMountLoopFileSystems } from '../../platform/testing/loop-file-system.ts';
import { describeUnlessMissing, missingPeers } from '../../platform/testing/peers.ts';
import { peerOutput, runPeer } from '../../platform/testing/run-peer.ts';
import { ConsoleScene } from '../testing/console-scene.ts';

const SIZE = 1 << 20;

/** A console with a set `machine` of one volume, which holds 7 everywhere. */
const backedUp = async () => {
  const scene = new ConsoleScene();
  await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20 });
  const { volume } = await scene.call('volume.create', { name: 'disk', size: SIZE });
  fs.writeFileSync(volume.path, Buffer.alloc(SIZE, 7));
  await scene.call('object.add', { name: 'machine', vault: scene.vault, volumes: ['disk'] });
  await scene.call('backup', { object: 'machine' });
  return { scene, volume };
};

test('a volume is restored over what was agreed to lose, and over nothing else', async () => {
  const { scene, volume } = await backedUp();
  const over = { set: 'machine', original: true, onConflict: 'overwrite' } as const;
  const shown = await scene.call('restore', { ...over, dryRun: true });
  expect(shown.overwrites).toBe(volume.path);
  const agreed = { overwrites: volume.path, loses: null };

  // Since then the volume of that name has its disk elsewhere.
  const elsewhere = `${scene.root}/elsewhere.img`;
  fs.writeFileSync(elsewhere, Buffer.alloc(SIZE, 9));
  await scene.call('volume.remove', { volume: 'disk' });
  await scene.call('volume.adopt', { name: 'disk', file: elsewhere });
  const refused = scene.call('restore', { ...over, agreed });
  await expect(refused).rejects.toMatchObject({
    code: 'DESTINATION_TAKEN',
    message: expect.stringMatching(/elsewhere\.img would be overwritten.*not what was agreed to/),
  });
  // Nothing was there when it was asked.
  const nothing = { ...over, agreed: { overwrites: null, loses: null } };
  await expect(scene.call('restore', nothing)).rejects.toMatchObject({ code: 'DESTINATION_TAKEN' });
  expect(fs.readFileSync(elsewhere).equals(Buffer.alloc(SIZE, 9))).toBe(true);

  const again = await scene.call('restore', { ...over, dryRun: true });
  const now = { overwrites: again.overwrites ?? null, loses: again.loses ?? null };
  expect(await scene.call('restore', { ...over, agreed: now })).toMatchObject({ restored: 1 });
  expect(fs.readFileSync(elsewhere).equals(Buffer.alloc(SIZE, 7))).toBe(true);
});

const missing = [
  ...missingPeers(['losetup', 'mkfs.ext4'], process.env),
  ...(canMountLoopFileSystems() ? [] : ['loop devices']),
];

describeUnlessMissing('a device', missing, () => {
  test('that holds something else than was agreed to lose stays as it is', async () => {
    const { scene } = await backedUp();
    const file = `${scene.root}/device.img`;
    fs.writeFileSync(file, Buffer.alloc(4 * SIZE));
    const device = (await peerOutput('losetup', ['--find', '--show', file])).trim();
    onTestFinished(async () => {
      await runPeer('losetup', ['--detach', device]);
    });
    const over = { set: 'machine', to: { path: device }, onConflict: 'overwrite' } as const;
    const agreedTo = async () => {
      const { overwrites = null, loses = null } = await scene.call('restore', { ...over, dryRun: true });
      return { overwrites, loses };
    };
    const agreed = await agreedTo();
    expect(agreed).toMatchObject({ overwrites: device, loses: expect.stringContaining(device) });
    await peerOutput('mkfs.ext4', ['-q', '-L', 'precious', device]);
    await peerOutput('blockdev', ['--flushbufs', device]);
    const before = fs.readFileSync(file);
    await expect(scene.call('restore', { ...over, agreed })).rejects.toMatchObject({
      code: 'DESTINATION_TAKEN',
      message: expect.stringMatching(/precious.*not what was agreed to/),
    });
    expect(fs.readFileSync(file).equals(before)).toBe(true);
    expect(await scene.call('restore', { ...over, agreed: await agreedTo() })).toMatchObject({ restored: 1 });
    await peerOutput('blockdev', ['--flushbufs', device]);
    expect(fs.readFileSync(file).subarray(0, SIZE).equals(Buffer.alloc(SIZE, 7))).toBe(true);
  });
});
