import { execFile } from 'node:child_process';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { userMounts } from '../../platform/drives/mounts.ts';
import { askNetworkManager, exportServerOf, isReachable, networkServerOf } from './network.ts';

/** What runs depend on beside the clock. */
export interface Surroundings {
  /** Whether the folder of a vault is there, with a library in it. */
  vaultThere(dir: string): Promise<boolean>;
  /** Whether the machine is on mains; null where that cannot be known. */
  mains(): Promise<boolean | null>;
  /** For how long nobody has used the machine, milliseconds; null where that cannot be known. */
  idleMs(): Promise<number | null>;
  /** Whether what it sends and receives is paid for by its amount; null where that cannot be known. */
  metered(): Promise<boolean | null>;
  /** Whether an object, by its id, lies on a network file system, or on exports of other machines, while this one has no network. */
  cutOff(object: string | null): Promise<boolean>;
}

/** A disk that does not answer by then is not there. */
const PATIENCE_MS = 5000;

const SUPPLIES = '/sys/class/power_supply';

/**
 * What Linux says of its power supplies (sysfs-class-power): on mains when one that is no battery is online, or when there is no
 * battery at all. Null where there is no such folder.
 */
export const readMains = async (folder = SUPPLIES): Promise<boolean | null> => {
  const names = await readdir(folder).catch(() => null);
  if (names === null) return null;
  const read = async (name: string, file: string) =>
    (await readFile(join(folder, name, file), 'utf8').catch(() => '')).trim();
  const supplies = await Promise.all(
    names.map(async (name) => ({
      type: await read(name, 'type'),
      scope: await read(name, 'scope'),
      online: await read(name, 'online'),
      status: await read(name, 'status'),
    })),
  );
  // Batteries of mice and headsets say nothing about the machine.
  const own = supplies.filter(({ scope }) => scope !== 'Device');
  const batteries = own.filter(({ type }) => type === 'Battery');
  if (batteries.length === 0) return true;
  if (own.some(({ type, online }) => type !== 'Battery' && online === '1')) return true;
  return !batteries.some(({ status }) => status === 'Discharging') && own.every(({ type }) => type === 'Battery');
};

/** What `loginctl show-session` says of all sessions together (org.freedesktop.login1.Manager); null when it says nothing. */
export const idleSince = (shown: string, now: number): number | null => {
  const said = new Map(shown.split('\n').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]));
  const hint = said.get('IdleHint');
  if (hint === 'no') return 0;
  const since = Number(said.get('IdleSinceHint'));
  // Without any session it says yes since ever: nobody is there.
  return hint === 'yes' && Number.isFinite(since) ? Math.max(0, now - since / 1000) : null;
};

const askLogind = (): Promise<number | null> =>
  new Promise((done) => {
    const fields = ['show-session', '-p', 'IdleHint', '-p', 'IdleSinceHint'];
    execFile('loginctl', fields, { timeout: PATIENCE_MS, killSignal: 'SIGKILL' }, (error, stdout) =>
      done(error === null ? idleSince(stdout, Date.now()) : null),
    );
  });

/** Where what is backed up of an object lies. */
export interface ObjectSource {
  readonly roots: readonly string[];
  readonly exports: readonly string[];
}

const there = async (dir: string): Promise<boolean> => {
  const found = access(join(dir, 'library.json')).then(
    () => true,
    () => false,
  );
  return await Promise.race([found, sleep(PATIENCE_MS, false, { ref: false })]);
};

/**
 * The surroundings of this machine. `idleMs`: of a shell that knows better than the system tells everyone. `sourceOf`: the folders of an object,
 * as raw bytes in latin1, and the URIs of its exports. `reachable`: see `isReachable`.
 */
export const machineSurroundings = (
  idleMs: (() => number | null) | undefined,
  sourceOf: (object: string) => ObjectSource = () => ({ roots: [], exports: [] }),
  platform = process.platform,
  reachable: (server: string | null) => Promise<boolean | null> = isReachable,
): Surroundings => ({
  vaultThere: there,
  mains: async () => (platform === 'linux' ? await readMains() : null),
  idleMs: async () => {
    const known = idleMs?.() ?? null;
    if (known !== null || platform !== 'linux') return known;
    return await askLogind();
  },
  metered: async () => (platform === 'linux' ? await askNetworkManager() : null),
  cutOff: async (object) => {
    if (object === null || platform !== 'linux') return false;
    const mounts = userMounts();
    const { roots, exports } = sourceOf(object);
    const servers = new Set([...roots.map((root) => networkServerOf(root, mounts)), ...exports.map(exportServerOf)]);
    servers.delete(undefined);
    for (const server of servers) if ((await reachable(server ?? null)) === false) return true;
    return false;
  },
});
