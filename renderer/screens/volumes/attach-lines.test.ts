import { describe, expect, test } from 'vitest';
import { addressOf, attachLines, shellWord } from './attach-lines.ts';

const lineOf = (uri: string, way: string, readOnly = false) =>
  attachLines(uri, readOnly).find((one) => one.way === way)?.line;

describe('an address', () => {
  test.each([
    [
      'nbd+unix:///disk1?socket=%2Frun%2Fdisk%201.sock',
      { kind: 'unix', socket: '/run/disk 1.sock', export: 'disk1', encrypted: false },
    ],
    ['nbd://127.0.0.1:10810/a%2Bb', { kind: 'tcp', host: '127.0.0.1', port: '10810', export: 'a+b', encrypted: false }],
    ['nbds://[::1]:10809/disk', { kind: 'tcp', host: '::1', port: '10809', export: 'disk', encrypted: true }],
    [
      'nbds://ada%40home@10.0.0.1:7000/disk?tls-psk-file=/etc/my%20keys.psk',
      { kind: 'tcp', host: '10.0.0.1', port: '7000', encrypted: true, user: 'ada@home', keyFile: '/etc/my keys.psk' },
    ],
  ])('%s is taken apart', (uri, parts) => expect(addressOf(uri)).toMatchObject(parts));
});

describe('the lines that attach an export', () => {
  test('name its socket, its port and its name', () => {
    const unix = 'nbd+unix:///disk1?socket=%2Frun%2Fdisk1.sock';
    expect(lineOf(unix, 'nbdClient')).toBe('nbd-client -unix /run/disk1.sock /dev/nbd0 -name disk1');
    expect(lineOf(unix, 'qemu')).toContain(`file='${unix}',format=raw`);
    expect(lineOf(unix, 'losetup')).toBe('losetup -f --show /mnt/disk1/nbd');
    expect(lineOf('nbd://127.0.0.1:7000/disk1', 'nbdClient')).toBe('nbd-client 127.0.0.1 7000 /dev/nbd0 -name disk1');
  });

  test('attach a frozen image to be read only', () => {
    const frozen = 'nbd://127.0.0.1:7000/disk1%404fd1c09a7b21';
    expect(lineOf(frozen, 'qemu', true)).toMatch(/readonly=on$/);
    expect(lineOf(frozen, 'nbdClient', true)).toMatch(/-name disk1@4fd1c09a7b21 -readonly$/);
    expect(lineOf(frozen, 'nbdfuse', true)).toMatch('nbdfuse -r /mnt/disk1 ');
    expect(lineOf(frozen, 'losetup', true)).toMatch('--show -r /mnt/disk1/nbd');
  });

  test('stay one command whatever the volume is called', () => {
    expect(shellWord("it's $HOME")).toBe("'it'\\''s $HOME'");
    const odd = `nbd+unix:///${encodeURIComponent("it's; $HOME")}?socket=%2Ftmp%2Fs`;
    expect(lineOf(odd, 'nbdfuse')).toContain("/mnt/it'\\''s; $HOME'");
    const upwards = 'nbd+unix:///..?socket=%2Ftmp%2Fs';
    expect(lineOf(upwards, 'nbdfuse')).toContain('mkdir -p /mnt/volume ');
    expect(lineOf(upwards, 'nbdClient')).toMatch(/-name \.\.$/);
  });

  test('name the user and the file of keys where a key is needed', () => {
    const uri = 'nbds://ada@10.0.0.1:7000/disk1?tls-psk-file=/etc/coldframe/keys.psk';
    expect(lineOf(uri, 'address')).toBe(uri);
    expect(lineOf(uri, 'nbdcopy')).toBe(`nbdcopy '${uri}' disk1-copy.img`);
    expect(lineOf(uri, 'nbdfuse')).toContain(`'${uri}'`);
    expect(lineOf(uri, 'qemuImg')).toMatch(/^qemu-img convert .*dir=\/etc\/coldframe,username=ada .*tls-creds=key/);
    expect(lineOf(uri, 'nbdClient')).toBeUndefined();
    const other = lineOf('nbds://ada@10.0.0.1:7000/disk1?tls-psk-file=/etc/vm.keys', 'qemuImg');
    expect(other).toMatch(/^install -D -m 600 \/etc\/vm.keys \$HOME\/nbd-keys\/keys.psk && qemu-img /);
    expect(other).toContain('dir=$HOME/nbd-keys,');
  });
});
