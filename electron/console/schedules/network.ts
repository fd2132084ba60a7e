import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { isNetwork, type Mount } from '../../platform/drives/mounts.ts';
import { parseNbdUri } from '../volumes/nbd-uri.ts';

const PATIENCE_MS = 5000;

/** Interfaces that lead nowhere but into this machine. */
const INNER = /^(lo|docker|br-|virbr|veth|vmnet|vboxnet|lxc|cni|dummy)/;

/** Interfaces by their names, with their addresses, as `os.networkInterfaces` gives them. */
type Interfaces = ReturnType<typeof networkInterfaces>;

/**
 * Whether a server can be reached over a network, by the interfaces that are up as Linux shows them (sysfs-class-net): true with one that leads
 * out of this machine; null where that cannot be known, also with one that leads to virtual machines or containers that may be the server.
 * `server`: an address or a name; null for one that nobody knows. That anything answers there is not looked at.
 */
export const isReachable = async (
  server: string | null,
  folder = '/sys/class/net',
  interfaces: Interfaces = networkInterfaces(),
): Promise<boolean | null> => {
  const names = await readdir(folder).catch(() => null);
  if (names === null) return null;
  const read = async (name: string, file: string) =>
    (await readFile(join(folder, name, file), 'utf8').catch(() => '')).trim();
  const links = await Promise.all(
    names.map(async (name) => ({ name, state: await read(name, 'operstate'), carrier: await read(name, 'carrier') })),
  );
  // Tunnels and modems do not tell their state, only that something is at the other end.
  const up = links.filter(({ state, carrier }) => state === 'up' || (state === 'unknown' && carrier === '1'));
  if (up.some(({ name }) => !INNER.test(name))) return true;
  return up.some(({ name }) => name !== 'lo' && mayLeadTo(server, interfaces[name] ?? [])) ? null : false;
};

/** Whether a server may be behind an interface with these addresses: a name may be anywhere. */
const mayLeadTo = (server: string | null, addresses: NonNullable<Interfaces[string]>): boolean => {
  const kind = server === null ? 0 : isIP(server);
  if (server === null || kind === 0) return true;
  const near = new BlockList();
  for (const { cidr, family } of addresses) {
    const [address, bits] = cidr?.split('/') ?? [];
    if (address && bits) near.addSubnet(address, Number(bits), family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return near.check(server.replace(/%.*$/, ''), kind === 6 ? 'ipv6' : 'ipv4');
};

/**
 * The server of the network file system that a path, absolute and as raw bytes in latin1, lies on: its address or name, or null when the mount
 * does not say. Undefined when it lies on none, or when the server is this very machine. The innermost mount counts, and of several the last.
 */
export const networkServerOf = (path: string, mounts: readonly Mount[]): string | null | undefined => {
  let found: Mount | null = null;
  for (const mount of mounts) {
    const within = mount.path === '/' || path === mount.path || path.startsWith(`${mount.path}/`);
    if (within && (found === null || mount.path.length >= found.path.length)) found = mount;
  }
  if (found === null || !isNetwork(found)) return undefined;
  const server = serverOf(found.source);
  return server !== null && LOOPBACK.test(server) ? undefined : server;
};

/** The server of an export that is backed up, by its URI; undefined when it is this very machine, or the URI cannot be read. */
export const exportServerOf = (uri: string): string | undefined => {
  try {
    const { address } = parseNbdUri(uri);
    return address.kind === 'tcp' && !LOOPBACK.test(address.host) ? address.host : undefined;
  } catch {
    // The backup itself says what is wrong with it.
    return undefined;
  }
};

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/i;

/** Of `server:/path`, `user@[address]:path`, `//server/share` or `https://server:port/path`; null of whatever else. */
const serverOf = (source: string): string | null => {
  const [, share, bracketed, plain] =
    /^(?:(?:\w+:)?\/\/(?:[^/@]*@)?([^/]+)|(?:[^/@]*@)?(?:\[([^\]]+)\]|([^/:,]+)):)/.exec(source) ?? [];
  if (share === undefined) return bracketed ?? plain ?? null;
  return isIP(share) === 6 ? share : share.replace(/^\[([^\]]+)\].*$|:\d+$/, '$1');
};

/** What `busctl get-property` says of Metered (org.freedesktop.NetworkManager, NMMetered), guesses included; null when it does not know. */
export const meteredOf = (said: string): boolean | null => {
  switch (said.trim()) {
    case 'u 1':
    case 'u 3':
      return true;
    case 'u 2':
    case 'u 4':
      return false;
    default:
      return null;
  }
};

const MANAGER = 'org.freedesktop.NetworkManager';

export const askNetworkManager = (): Promise<boolean | null> =>
  new Promise((done) => {
    const property = ['get-property', MANAGER, '/org/freedesktop/NetworkManager', MANAGER, 'Metered'];
    const options = { timeout: PATIENCE_MS, killSignal: 'SIGKILL' } as const;
    execFile('busctl', ['--system', '--auto-start=no', ...property], options, (error, stdout) =>
      done(error === null ? meteredOf(stdout) : null),
    );
  });
