import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDisk } from '../../platform/disk-lock.ts';
import { VolumeDesk } from './desk.ts';

const MIB = 1024 * 1024;
const { signal } = new AbortController();
const HELD = { code: 'VOLUME_HELD' };
let folder: string;
let desks: VolumeDesk[];
const at = (name: string): string => join(folder, name);
const home = (name: string): VolumeDesk => {
  const desk = new VolumeDesk(at(name), () => new Date());
  desks.push(desk);
  return desk;
};
const serve = async (desk: VolumeDesk, socket: string) =>
  await desk.serve({ volumes: ['disk'], socket: at(socket) }, []);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-homes-'));
  desks = [];
  writeFileSync(at('disk.img'), '');
  truncateSync(at('disk.img'), 4 * MIB);
});
afterEach(async () => {
  await Promise.all(desks.map(async (desk) => await desk.close()));
  rmSync(folder, { recursive: true, force: true });
});

test.runIf(process.platform === 'linux')('two homes use one disk in turn, and never at once', async () => {
  const [one, other] = [home('one'), home('other')];
  for (const desk of [one, other]) desk.adopt({ name: 'disk', file: at('disk.img') });
  const { server } = await serve(one, 'one.sock');
  await expect(serve(other, 'other.sock')).rejects.toMatchObject(HELD);
  await expect(other.freezeForBackup(['disk'], null)).rejects.toMatchObject(HELD);
  await expect(other.snapshot({ volumes: ['disk'] }, signal)).rejects.toMatchObject(HELD);
  await expect(other.replace('disk')).rejects.toMatchObject(HELD);
  // The one that has it may use it for more than one thing.
  const frozen = await one.freezeForBackup(['disk'], null);
  await one.stop(server);
  await expect(serve(other, 'other.sock')).rejects.toMatchObject(HELD);
  await frozen.end();

  const aside = await other.replace('disk');
  await expect(serve(one, 'one.sock')).rejects.toMatchObject(HELD);
  await aside.end();
  const snapshot = await other.snapshot({ volumes: ['disk'] }, signal);
  await expect(serve(one, 'one.sock')).rejects.toMatchObject(HELD);
  await other.release(snapshot.snapshot.id);
  await serve(one, 'one.sock');
  await one.close();
  await serve(other, 'other.sock');
});

test.runIf(process.platform === 'linux')('the lock is not passed on to programs that are started', () => {
  const lock = lockDisk(at('disk.img'));
  expect(lockDisk(at('disk.img'))).toBeNull();
  const seen = spawnSync('sh', ['-c', 'ls -l /proc/self/fd'], { encoding: 'utf8' }).stdout;
  expect(seen).toContain('/proc/');
  expect(seen).not.toContain('disk.img');
  lock?.release();
  const again = lockDisk(at('disk.img'));
  expect(again).not.toBeNull();
  again?.release();
});
