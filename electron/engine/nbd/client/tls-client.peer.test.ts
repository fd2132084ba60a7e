import { type ChildProcess, spawnSync as runSync, spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWithPeers } from '../../../platform/testing/peers.ts';
import { readPskFile } from '../psk.ts';
import { Serving } from '../testing/serving.ts';
import { NbdDevice, type NbdTls } from './nbd-device.ts';

const MIB = 1 << 20;
const SIZE = 9 * MIB;
const KEY = '5a'.repeat(32);
let folder: string;
let peer: ChildProcess | null = null;
const content = randomFillSync(Buffer.alloc(SIZE));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-nbd-tls-'));
  mkdirSync(join(folder, 'keys'));
  writeFileSync(join(folder, 'image'), content);
  keys('keys/keys.psk', 'ada', KEY);
});
afterEach(async () => {
  await end();
  rmSync(folder, { recursive: true, force: true });
});

const keys = (name: string, user: string, key: string): string => {
  const path = join(folder, name);
  writeFileSync(path, `${user}:${key}\n`, { mode: 0o600 });
  return path;
};
const end = async (): Promise<void> => {
  const running = peer;
  peer = null;
  if (running === null || running.exitCode !== null) return;
  const ended = new Promise((resolve) => running.once('exit', resolve));
  running.kill('SIGKILL');
  await ended;
};
const socket = (): string => join(folder, 'peer.sock');
/** Starts a server in the foreground and waits for its socket, or for what it says. */
const start = async (program: string, ...args: string[]): Promise<void> => {
  peer = spawn(program, args, { stdio: 'ignore' });
  await expect.poll(() => existsSync(socket()), { timeout: 20_000 }).toBe(true);
};
const ADA = (pskFile = join(folder, 'keys/keys.psk')): NbdTls => ({ user: 'ada', pskFile });
const open = (tls: NbdTls | undefined, name = 'disk'): NbdDevice =>
  NbdDevice.open({
    address: { kind: 'unix', path: socket() },
    export: name,
    limitMs: 5000,
    ...(tls !== undefined && { tls }),
  });
const expectDisk = (device: NbdDevice): void => {
  const into = Buffer.alloc(SIZE);
  device.read(into, 0);
  expect(into.equals(content)).toBe(true);
  device.close();
};
const code = (wanted: string, said: string) =>
  expect.objectContaining({ code: wanted, message: expect.stringContaining(said) });

/** What a server has to be to a client that was given a key, with the right one, a wrong one, another user and none. */
const expectGuarded = (): void => {
  expectDisk(open(ADA()));
  expectDisk(open({ ...ADA(), user: null }));
  for (const wrong of [ADA(keys('wrong', 'ada', '00'.repeat(32))), { user: 'eve', pskFile: keys('eve', 'eve', KEY) }])
    expect(() => open(wrong)).toThrow(code('NBD_REFUSED', `the key of ${wrong.user}`));
  expect(() => open(undefined)).toThrow(code('NBD_REFUSED', 'demands TLS'));
};

describeWithPeers('TLS with nbdkit', ['nbdkit'], () => {
  const nbdkit = async (options: readonly string[], ...rest: string[]): Promise<void> =>
    await start('nbdkit', '-f', '-r', '-U', socket(), ...options, 'file', join(folder, 'image'), ...rest);

  it('reads with the key of its user alone', async () => {
    await nbdkit(['--tls=require', `--tls-psk=${join(folder, 'keys/keys.psk')}`]);
    expectGuarded();
    const device = open(ADA());
    await end();
    const lost = expect.objectContaining({ code: 'NBD_LOST' });
    expect(() => device.read(Buffer.alloc(10), 0)).toThrow(lost);
    expect(() => device.read(Buffer.alloc(10), 0)).toThrow(lost);
    device.close();
  });

  it('asks a server in the clear for nothing once TLS is wanted', async () => {
    const log = join(folder, 'log');
    await nbdkit(['--tls=off', '--filter=log'], `logfile=${log}`);
    expect(() => open(ADA())).toThrow(code('NBD_REFUSED', 'it does not offer that'));
    expectDisk(open(undefined));
    // The export was opened by the second one alone.
    expect(readFileSync(log, 'utf8').match(/ Connect /g)).toHaveLength(1);
  });

  it('does not connect with keys that others can read, and never says what a file holds', async () => {
    const opening =
      (pskFile: string, user: string | null = 'ada') =>
      () =>
        open({ user, pskFile });
    const two = join(folder, 'two');
    writeFileSync(two, `ada:${KEY}\nbob:${KEY}\n`, { mode: 0o600 });
    expect(opening(two, null)).toThrow(code('PSK_FILE_UNSAFE', 'several users'));
    expect(opening(two, 'eve')).toThrow(code('PSK_FILE_UNSAFE', 'no key of the user'));
    writeFileSync(join(folder, 'open'), `ada:${KEY}\n`, { mode: 0o644 });
    expect(opening(join(folder, 'open'))).toThrow(code('PSK_FILE_UNSAFE', 'others'));
    expect(opening(two, 'eve')).not.toThrow(KEY);
  });
});

describeWithPeers('TLS with qemu-nbd', ['qemu-nbd'], () => {
  it('reads with the key of its user alone', async () => {
    const creds = `tls-creds-psk,id=tls,endpoint=server,dir=${join(folder, 'keys')}`;
    const what = ['-t', '-r', '-e', '4', '-k', socket(), '-x', 'disk', '-f', 'raw', join(folder, 'image')];
    await start('qemu-nbd', '--object', creds, '--tls-creds', 'tls', ...what);
    expectGuarded();
  });
});

it.runIf(process.platform === 'linux')('TLS with our own server reads and writes, over TCP', async () => {
  const serving = new Serving({});
  try {
    const path = serving.image('disk', SIZE);
    const file = join(folder, 'keys/keys.psk');
    const address = await serving.server.listen(
      { kind: 'tcp', host: '127.0.0.1', port: 0 },
      { keys: readPskFile(file) },
    );
    const device = NbdDevice.open({ address, export: 'disk', tls: ADA() });
    device.write(content, 0, true);
    device.flush();
    expect(readFileSync(path).equals(content)).toBe(true);
    expectDisk(device);
    const other = { address, export: 'disk', tls: ADA(keys('wrong', 'ada', '00'.repeat(32))) };
    expect(() => NbdDevice.open(other)).toThrow(code('NBD_REFUSED', 'the key of ada'));
  } finally {
    await serving.end();
  }
});

/** Servers that do not play fair, as programs of their own: this thread blocks. */
const rogue = async (onStartTls: string): Promise<void> =>
  await start(
    process.execPath,
    '-e',
    `const net = require('node:net'), tls = require('node:tls'), fs = require('node:fs');
     const ack = Buffer.from('0003e889045565a9000000050000000100000000', 'hex');
     net.createServer((socket) => {
       socket.on('error', () => undefined);
       socket.write(Buffer.from('4e42444d4147494349484156454f50540003', 'hex'));
       // Its flags and the first option, 4 and 16 bytes.
       let heard = 0;
       socket.on('data', function listen(data) {
         heard += data.length;
         if (heard < 20) return;
         socket.off('data', listen);
         ${onStartTls}
       });
     }).listen(${JSON.stringify(socket())});`,
  );

it.runIf(process.platform === 'linux')(
  'what comes in the clear behind the word that begins TLS does not count',
  async () => {
    await rogue('socket.write(Buffer.concat([ack, ack]));');
    expect(() => open(ADA())).toThrow(/sent more than it was asked for|does not come about/);
  },
);

describeWithPeers('a server that has no key', ['openssl'], () => {
  it('is refused whatever certificate it shows, also one that this machine trusts', async () => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const args = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost';
    const made = runSync('openssl', [...args.split(' '), '-keyout', key, '-out', certificate]);
    expect(made.status).toBe(0);
    await rogue(
      `socket.write(ack);
       const [key, cert] = ${JSON.stringify([key, certificate])}.map((path) => fs.readFileSync(path));
       new tls.TLSSocket(socket, { isServer: true, secureContext: tls.createSecureContext({ key, cert }) }).on('error', () => undefined);`,
    );
    const device = new URL('nbd-device.ts', import.meta.url).href;
    const source = { address: { kind: 'unix', path: socket() }, export: 'disk', limitMs: 5000, tls: ADA() };
    const told = runSync(
      process.execPath,
      [
        '-e',
        `import('${device}').then(({ NbdDevice }) => NbdDevice.open(${JSON.stringify(source)})).catch((error) => console.log(error.message))`,
      ],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate } },
    );
    expect(told.stdout.toString()).toContain('it shows a certificate instead of using the key');
  });
});
