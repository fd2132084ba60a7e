import { spawnSync } from 'node:child_process';
import { linkSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { missingPeers } from '../../platform/testing/peers.ts';
import { VolumeDesk } from './desk.ts';

const MIB = 1024 * 1024;
let folder: string;
let desk: VolumeDesk;
const at = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-twice-'));
  desk = new VolumeDesk(at('volumes'), () => new Date());
  for (const name of ['disk.img', 'other.img']) {
    writeFileSync(at(name), '');
    truncateSync(at(name), 4 * MIB);
  }
});
afterEach(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

const expectRefused = (file: string, code: string): void =>
  expect(() => desk.adopt({ name: 'again', file })).toThrow(expect.objectContaining({ code }));

test('one disk is no second volume, under whatever name', () => {
  linkSync(at('disk.img'), at('hard.img'));
  symlinkSync('hard.img', at('soft.img'));
  desk.adopt({ name: 'disk', file: at('disk.img') });
  for (const name of ['disk.img', 'hard.img', 'soft.img']) expectRefused(at(name), 'VOLUME_EXISTS');
  // One that is away is no reason to refuse others.
  renameSync(at('disk.img'), at('away.img'));
  desk.adopt({ name: 'other', file: at('other.img') });
  renameSync(at('away.img'), at('disk.img'));
  expect(desk.list().map(({ name }) => name)).toEqual(['disk', 'other']);
});

test('the file of a replica is no volume, under whatever name', async () => {
  desk.adopt({ name: 'disk', file: at('disk.img') });
  const { signal } = new AbortController();
  await desk.replicas.create({ name: 'spare', volume: 'disk', file: at('spare.img') }, signal);
  linkSync(at('spare.img'), at('hard.img'));
  expectRefused(at('hard.img'), 'REPLICA_PLACE');
});

test.runIf(missingPeers(['losetup'], process.env).length === 0 && process.getuid?.() === 0)(
  'a loop device over the image of a volume is no second one',
  () => {
    desk.adopt({ name: 'disk', file: at('disk.img') });
    const device = spawnSync('losetup', ['--find', '--show', at('disk.img')], { encoding: 'utf8' }).stdout.trim();
    try {
      expectRefused(device, 'VOLUME_EXISTS');
    } finally {
      spawnSync('losetup', ['--detach', device]);
    }
  },
);
