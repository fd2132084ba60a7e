import { expect, test } from 'vitest';
import { labelOfDisk } from './disks.ts';
import { listDrives } from './drives.ts';
import { parseMounts, userMounts } from './mounts.ts';

const TABLE = [
  '21 26 0:20 / /proc rw,relatime - proc proc rw',
  '26 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard',
  '40 26 0:99 / /mnt/a\\040share ro,relatime - nfs4 nas:/films rw',
  '41 26 0:38 / /run rw - tmpfs tmpfs rw',
  '42 26 7:1 / /snap/core22/1380 ro,nodev - squashfs /dev/loop1 ro',
  '43 26 0:52 / /run/user/1000/doc rw - fuse.portal portal rw',
  '44 26 0:53 / /mnt/image rw - fuse.nbdfuse /dev/fuse rw',
  '45 26 0:54 / /mnt/helper rw - fuse /dev/fuse rw',
  '46 26 8:17 / /mnt/stick rw - fuseblk /dev/sdb1 rw',
].join('\n');

test('places of people are told from those of the system and of helpers, names with blanks included', () => {
  expect(userMounts(TABLE).map(({ path, readOnly }) => [path, readOnly])).toEqual([
    ['/', false],
    ['/mnt/a share', true],
    ['/mnt/stick', false],
  ]);
  expect(parseMounts('nonsense\n')).toEqual([]);
});

test('a disk is called by what it says of itself, but not by the number of its maker', () => {
  expect(labelOfDisk('0x1af4', '/dev/vda')).toBe('Virtual disk vda');
  expect(labelOfDisk('0x8086 INTEL SSDPE2KX010T8', '/dev/nvme0n1')).toBe('INTEL SSDPE2KX010T8');
  expect(labelOfDisk('', 'sdb')).toBe('');
});

test('a share is a drive of its own, and a mount whose disk nobody knows is not lost', async () => {
  const found = await listDrives(async () => ({ source: 'mounts', disks: [] }), userMounts(TABLE));
  const shown = found.drives.map(({ device, bus, system }) => [device, bus, system]);
  expect(shown).toEqual([
    ['/dev/vda', 'UNKNOWN', true],
    ['/dev/sdb1', 'UNKNOWN', false],
    ['nas:/films', 'NETWORK', false],
  ]);
});

test.runIf(process.platform === 'linux')('the drives of this machine have a root with its space', async () => {
  const { drives } = await listDrives();
  const root = drives.flatMap(({ places }) => places).find(({ path }) => path === '/');
  expect(root?.bytes).toBeGreaterThan(0);
  expect(drives[0]?.system).toBe(true);
});

test.runIf(process.platform === 'linux')('without drivelist the same places are found', async () => {
  const paths = async (...find: Parameters<typeof listDrives>) =>
    (await listDrives(...find)).drives.flatMap(({ places }) => places.map(({ path }) => path)).toSorted();
  expect(await paths(async () => ({ source: 'mounts', disks: [] }))).toEqual(await paths());
});
