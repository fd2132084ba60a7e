import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type NetworkInterfaceInfo, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseMounts } from '../../platform/drives/mounts.ts';
import { isReachable, meteredOf, networkServerOf } from './network.ts';
import { idleSince, machineSurroundings, readMains } from './surroundings.ts';

test('power supplies are read as Linux shows them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-supplies-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const supply = (name: string, files: Readonly<Record<string, string>>) => {
    mkdirSync(join(folder, name), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), `${text}\n`);
  };
  expect(await readMains(join(folder, 'nothing'))).toBe(null);
  expect(await readMains(folder)).toBe(true);
  supply('hidpp_battery_0', { type: 'Battery', scope: 'Device', status: 'Discharging' });
  expect(await readMains(folder)).toBe(true);
  supply('BAT0', { type: 'Battery', status: 'Discharging' });
  supply('AC', { type: 'Mains', online: '0' });
  expect(await readMains(folder)).toBe(false);
  supply('AC', { type: 'Mains', online: '1' });
  supply('BAT0', { type: 'Battery', status: 'Charging' });
  expect(await readMains(folder)).toBe(true);
});

test('networks are read as Linux shows them, and only those that lead out of the machine', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-net-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const link = (name: string, operstate: string, carrier = '0') => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'operstate'), `${operstate}\n`);
    writeFileSync(join(folder, name, 'carrier'), `${carrier}\n`);
  };
  const reached = (server: string | null, at = folder) =>
    isReachable(server, at, { docker0: [{ cidr: '172.17.0.1/16', family: 'IPv4' } as NetworkInterfaceInfo] });
  expect(await reached('nas', join(folder, 'nothing'))).toBe(null);
  link('lo', 'unknown', '1');
  link('docker0', 'down');
  link('wlan0', 'down');
  for (const server of ['nas', '172.17.0.2', null]) expect(await reached(server)).toBe(false);
  // A container or a virtual machine of this host may be the server.
  link('docker0', 'up', '1');
  for (const server of ['nas', '172.17.0.2', null]) expect(await reached(server)).toBe(null);
  for (const server of ['192.168.1.2', 'fe80::1']) expect(await reached(server)).toBe(false);
  link('wwan0', 'unknown', '1');
  expect(await reached('192.168.1.2')).toBe(true);
  rmSync(join(folder, 'wwan0'), { recursive: true });
  link('wlan0', 'up', '1');
  expect(await reached('192.168.1.2')).toBe(true);
});

test('a source lies on a network by its innermost mount', () => {
  const mounts = parseMounts(
    [
      '1 0 8:1 / / rw - ext4 /dev/sda1 rw',
      '2 1 0:50 / /srv/share rw - nfs4 server:/export rw',
      '3 2 8:2 / /srv/share/local rw - ext4 /dev/sdb1 rw',
      '4 1 0:51 / /mnt/two\\040words rw - fuse.sshfs me@there: rw',
    ].join('\n'),
  );
  const paths = ['/home', '/srv/share', '/srv/share/docs', '/srv/share/local/docs', '/srv/shared', '/mnt/two words/a'];
  const none = undefined;
  expect(paths.map((path) => networkServerOf(path, mounts))).toEqual([none, 'server', 'server', none, none, 'there']);
});

test('a mount names its server in the way of its file system, and this very machine needs no network', () => {
  const servers = [
    ['nfs4', '192.168.122.5:/export', '192.168.122.5'],
    ['nfs4', '[fe80::2%virbr0]:/export', 'fe80::2%virbr0'],
    ['cifs', '//nas.lan/share', 'nas.lan'],
    ['cifs', '//fe80::2/share', 'fe80::2'],
    ['fuse.sshfs', 'me@[fd00::2]:docs', 'fd00::2'],
    ['fuse.davfs', 'https://dav.example:8443/a', 'dav.example'],
    ['fuse.davfs', 'https://[fd00::2]:8443/a', 'fd00::2'],
    ['9p', 'host-share', null],
    ['ceph', '10.0.0.1,10.0.0.2:/', null],
    ['nfs4', 'localhost:/export', undefined],
    ['nfs4', '[::1]:/export', undefined],
    ['cifs', '//127.0.0.1/share', undefined],
    ['fuse.sshfs', 'me@127.3.2.1:', undefined],
  ];
  const found = servers.map(([fileSystem, source]) => {
    const mounts = parseMounts(`1 0 0:50 / /mnt rw - ${fileSystem} ${source} rw`);
    return [fileSystem, source, networkServerOf('/mnt/docs', mounts)];
  });
  expect(found).toEqual(servers);
});

test('exports of other machines want a network, those of this one do not', async () => {
  const cutOff = async (...exports: string[]) => {
    const asked: unknown[] = [];
    const surroundings = machineSurroundings(
      undefined,
      () => ({ roots: [], exports }),
      'linux',
      async (server) => {
        asked.push(server);
        return false;
      },
    );
    return [await surroundings.cutOff('o'), ...asked];
  };
  expect(await cutOff('nbd://nas.lan/disk')).toEqual([true, 'nas.lan']);
  expect(await cutOff('nbd+unix:///disk?socket=/run/nbd', 'nbds://me@10.0.0.2:1234/disk?tls-psk-file=/k')).toEqual([
    true,
    '10.0.0.2',
  ]);
  expect(await cutOff('nbd://localhost/disk', 'nbd://127.0.0.1:1234/a', 'nbd+unix:///d?socket=/s', 'nbd:what')).toEqual(
    [false],
  );
  expect(await cutOff()).toEqual([false]);
});

test('what NetworkManager says of its link is read, and what it does not know is not made up', () => {
  expect(['u 1\n', 'u 2\n', 'u 3\n', 'u 4\n', 'u 0\n', ''].map(meteredOf)).toEqual([
    true,
    false,
    true,
    false,
    null,
    null,
  ]);
});

test('what logind says of idleness is read, and what it does not say is not made up', () => {
  expect(idleSince('IdleHint=no\nIdleSinceHint=0\n', 5000)).toBe(0);
  expect(idleSince('IdleHint=yes\nIdleSinceHint=2000000\n', 5000)).toBe(3000);
  expect(idleSince('', 5000)).toBe(null);
});
