import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells a process from every other one, on this machine and on others that share a folder with it. */
export interface ProcessIdentity {
  readonly host: string;
  /** Of the installation, where the system has one: hosts may share a name. Else empty. */
  readonly machine: string;
  /** Differs from boot to boot, where the system tells; else empty. */
  readonly boot: string;
  /** In which pids mean processes: containers have their own. Empty where the system has none. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** When the process started, in the system's own terms, so that a reused pid is seen; empty where it does not tell. */
  readonly started: string;
}

/** The identity of this process. Sources: machine-id(5), proc(5), pid_namespaces(7). */
export const ownIdentity = (): ProcessIdentity => ({
  host: hostname(),
  machine: fileText('/etc/machine-id'),
  boot: bootId(),
  pidNamespace: linkText('/proc/self/ns/pid'),
  pid: process.pid,
  started: statOf(process.pid).started,
});

/** The id of this boot of the machine, or an empty text where the system has none. */
export const bootId = (): string => fileText('/proc/sys/kernel/random/boot_id');

/** Whether the processes of another identity can be looked at from here: those of this machine with pids of this namespace. */
export const isNearby = ({ host, machine, pidNamespace }: ProcessIdentity): boolean => {
  const own = ownIdentity();
  return host === own.host && machine === own.machine && pidNamespace === own.pidNamespace;
};

/** Whether a nearby process still runs: its pid is in use, since the time and the boot that it had, and not just until its parent asks about its end. */
export const isAlive = (identity: ProcessIdentity): boolean => {
  if (identity.boot !== bootId()) return false;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const { state, started } = statOf(identity.pid);
  if (GONE.has(state)) return false;
  return started === '' || identity.started === '' || started === identity.started;
};

/** States of a process that has ended and that its parent has not asked about yet: zombie, dead. */
const GONE: ReadonlySet<string> = new Set(['Z', 'X', 'x']);

/** Fields 3 and 22 of /proc/PID/stat: the state, and the clock ticks from boot to the start; empty where there is none. */
const statOf = (pid: number): { readonly state: string; readonly started: string } => {
  // A /proc of another namespace would tell of somebody else's process.
  const stat = linkText('/proc/self') === String(process.pid) ? fileText(`/proc/${pid}/stat`) : '';
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', started: fields[19] ?? '' };
};

const fileText = (path: string): string => {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return '';
  }
};

const linkText = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};
