import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNetwork, type Mount } from '../../platform/drives/mounts.ts';

const PATIENCE_MS = 5000;

/** Interfaces that lead nowhere but into this machine. */
const INNER = /^(lo|docker|br-|virbr|veth|vmnet|vboxnet|lxc|cni|dummy)/;

/**
 * Whether an interface that leads out of this machine is up, as Linux shows them (sysfs-class-net); null where it does not. That anything
 * answers there is not looked at.
 */
export const hasNetwork = async (folder = '/sys/class/net'): Promise<boolean | null> => {
  const names = await readdir(folder).catch(() => null);
  if (names === null) return null;
  const read = async (name: string, file: string) =>
    (await readFile(join(folder, name, file), 'utf8').catch(() => '')).trim();
  const outer = names.filter((name) => !INNER.test(name));
  const states = await Promise.all(
    outer.map(async (name) => ({ state: await read(name, 'operstate'), carrier: await read(name, 'carrier') })),
  );
  // Tunnels and modems do not tell their state, only that something is at the other end.
  return states.some(({ state, carrier }) => state === 'up' || (state === 'unknown' && carrier === '1'));
};

/** Whether a path, absolute and as raw bytes in latin1, lies on a file system that comes over a network. The innermost mount counts, and of several the last. */
export const liesOnNetwork = (path: string, mounts: readonly Mount[]): boolean => {
  let found: Mount | null = null;
  for (const mount of mounts) {
    const within = mount.path === '/' || path === mount.path || path.startsWith(`${mount.path}/`);
    if (within && (found === null || mount.path.length >= found.path.length)) found = mount;
  }
  return found !== null && isNetwork(found);
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
