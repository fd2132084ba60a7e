import { accessSync, constants, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { errnoOf, ioError, isErrno } from '../../platform/errno.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { randomId } from '../../platform/ids.ts';
import { isAlive, isNearby, ownIdentity } from '../../platform/process-identity.ts';
import { readRegular } from '../../platform/regular-file.ts';

/**
 * How often the holder of a lease says that it lives, and for how long another machine has to see no such sign before it
 * believes that it does not.
 */
export const HEARTBEAT_MS = 10_000;
export const STALE_MS = 60_000;
const POLL_MS = 500;

const leaseRecord = z.object({
  id: z.string(),
  host: z.string(),
  machine: z.string(),
  boot: z.string(),
  /** Absent from those of older versions: then it is not known what the pid means. */
  pidNamespace: z.string().default('unknown'),
  pid: z.number().int(),
  started: z.string(),
  heartbeat: z.number(),
});
type LeaseRecord = z.output<typeof leaseRecord>;

export interface LeaseOptions {
  /** Milliseconds since 1970 UTC. */
  readonly now?: () => number;
  readonly heartbeatMs?: number;
  /** The lease that `watchLease` saw no sign of life in: it may be taken if it is still just that. */
  readonly silent?: string | null;
}

/**
 * The right to write to a vault: `lease.json` in its folder names the one process that has it. A process of this machine
 * that is gone loses it at once; one of another machine, or of a container, which cannot be looked at from here, when
 * `watchLease` saw no heartbeat of it for a minute. Clocks of two machines are never compared.
 */
export class Lease {
  readonly #path: string;
  readonly #own: Omit<LeaseRecord, 'heartbeat'>;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #lastBeat: number;
  #lost: ColdframeError | null = null;
  #beating: Promise<void> | null = null;

  private constructor(path: string, own: Omit<LeaseRecord, 'heartbeat'>, options: LeaseOptions) {
    this.#path = path;
    this.#own = own;
    this.#now = options.now ?? Date.now;
    this.#lastBeat = this.#now();
    this.#timer = setInterval(() => void this.beat(), options.heartbeatMs ?? HEARTBEAT_MS);
    this.#timer.unref();
  }

  /** Takes the lease of a vault's folder. Throws VAULT_HELD, naming the holder, or IO. */
  static acquire(dir: string, options: LeaseOptions = {}): Lease {
    const path = join(dir, 'lease.json');
    const now = options.now ?? Date.now;
    const own = { id: randomId(), ...ownIdentity() };
    const mine = `${path}.${own.id}.tmp`;
    try {
      writeFileSync(mine, JSON.stringify({ ...own, heartbeat: now() }), { flag: 'wx', mode: 0o600 });
      const before = readLease(path);
      if (before.text !== null) {
        if (before.record && isHeld(before.record) && before.text !== options.silent) throw held(dir, before.record);
        putAside(dir, path, before.text, own.id);
      }
      failpoint('lease:before-link');
      take(dir, path, mine);
      failpoint('lease:after-link');
    } catch (error) {
      throw error instanceof ColdframeError ? error : ioError('write', errnoOf(error) ?? 'EIO', path, error);
    } finally {
      rmSync(mine, { force: true });
    }
    return new Lease(path, own, options);
  }

  /**
   * Throws VAULT_HELD once the lease was lost, IO while its file cannot be read. Reads it each time, for what is kept in
   * memory says nothing of what others did since. To be asked before each step that others would trip over.
   */
  demand(): void {
    if (this.#lost === null) this.#look();
    if (this.#lost) throw this.#lost;
  }

  /** Renews the heartbeat; finds out when somebody else took the lease meanwhile. Never rejects. */
  beat(): Promise<void> {
    this.#beating ??= this.#renew().finally(() => {
      this.#beating = null;
    });
    return this.#beating;
  }

  /** Gives the lease back. Throws IO when its file can be neither read nor removed; it is given up nevertheless. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    const held = this.#lost === null;
    this.#lost ??= lost(this.#path, null);
    if (held && readLease(this.#path).record?.id === this.#own.id) rmSync(this.#path, { force: true });
  }

  /** Whether the last heartbeat is so old that another machine may take the lease. */
  get #silent(): boolean {
    return this.#now() - this.#lastBeat >= STALE_MS;
  }

  async #renew(): Promise<void> {
    const temporary = `${this.#path}.${this.#own.id}.tmp`;
    try {
      const heartbeat = this.#now();
      const text = JSON.stringify({ ...this.#own, heartbeat });
      // First: a disk that does not answer hangs here, and not the thread that everybody waits for.
      const failed = await writeFile(temporary, text, { mode: 0o600 }).then(() => null, asColdframeError);
      this.#look();
      if (failed !== null) throw failed;
      if (this.#lost) {
        await rm(temporary, { force: true });
        return;
      }
      await rename(temporary, this.#path);
      this.#lastBeat = heartbeat;
    } catch {
      // The disk may be back for the next beat; `demand` looks for itself.
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  /** Finds out whose the lease is. One that cannot be read is lost once it may have been taken; until then it throws. */
  #look(): void {
    let record: LeaseRecord | null = null;
    try {
      ({ record } = readLease(this.#path));
    } catch (error) {
      if (!this.#silent) throw error;
    }
    if (record?.id === this.#own.id) return;
    clearInterval(this.#timer);
    this.#lost = lost(this.#path, record);
  }
}

/** The file, and what it says; a record that does not parse is nobody's. */
const readLease = (path: string): { text: string | null; record: LeaseRecord | null } => {
  let text: string;
  try {
    text = readRegular(path).toString('utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return { text: null, record: null };
    throw ioError('read', errnoOf(error) ?? 'EIO', path, error);
  }
  try {
    return { text, record: leaseRecord.safeParse(JSON.parse(text)).data ?? null };
  } catch {
    return { text, record: null };
  }
};

const isHeld = (record: LeaseRecord): boolean => !isNearby(record) || isAlive(record);

export interface LeaseWatch {
  /** Hears whom is waited for, before the wait begins. */
  readonly waits?: (holder: string) => void;
  readonly staleMs?: number;
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Watches a lease whose holder cannot be looked at from here until it is given back, it changes, or nothing changed in
 * `staleMs` by this machine's own clock: at most a minute, one heartbeat when the holder lives. Gives the lease that fell
 * silent, for `Lease.acquire`, or null when acquiring it says all there is to say.
 */
export const watchLease = async (dir: string, watch: LeaseWatch = {}): Promise<string | null> => {
  const { waits, staleMs = STALE_MS, pollMs = POLL_MS, signal } = watch;
  const path = join(dir, 'lease.json');
  try {
    const { text, record } = readLease(path);
    if (record === null || isNearby(record)) return null;
    accessSync(dir, constants.W_OK);
    waits?.(who(record));
    for (const end = performance.now() + staleMs; performance.now() < end; ) {
      await sleep(pollMs, undefined, { signal });
      if (readLease(path).text !== text) return null;
    }
    return text;
  } catch (error) {
    if (signal?.aborted) throw cancelled(error);
    return null;
  }
};

/** Moves a lease away that was found to be nobody's. If it was replaced meanwhile, it goes back: somebody was faster. */
const putAside = (dir: string, path: string, judged: string, id: string): void => {
  const aside = `${path}.${id}.aside.tmp`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    throw error;
  }
  const moved = readLease(aside);
  if (moved.text !== judged) {
    renameSync(aside, path);
    throw held(dir, moved.record);
  }
  rmSync(aside, { force: true });
};

/** Makes the prepared record the lease, in one step, unless there is one. */
const take = (dir: string, path: string, mine: string): void => {
  try {
    linkSync(mine, path);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) throw held(dir, readLease(path).record);
    // File systems without hard links (FAT, some shares): an exclusive copy is the best there is.
    if (!isErrno(error, 'EPERM', 'EOPNOTSUPP', 'ENOSYS')) throw error;
    writeFileSync(path, readFileSync(mine), { flag: 'wx', mode: 0o600 });
  }
};

const cancelled = (cause: unknown): ColdframeError =>
  new ColdframeError('CANCELLED', {
    message: 'The job was cancelled while it waited for the vault.',
    guidance: 'Start it again when you want it.',
    cause,
  });

const who = (record: LeaseRecord | null): string =>
  record ? `process ${record.pid} on ${record.host}` : 'another console';

const held = (dir: string, record: LeaseRecord | null): ColdframeError =>
  new ColdframeError('VAULT_HELD', {
    message: `The vault ${dir} is in use by ${who(record)}.`,
    guidance:
      record?.host === ownIdentity().host
        ? 'Wait for it, or end that process: on this machine it keeps the vault for as long as it lives.'
        : 'Close the other console, or try again: one on another machine that shows no sign of life for a minute loses the vault.',
    context: { dir, host: record?.host ?? null, pid: record?.pid ?? null },
  });

const lost = (path: string, record: LeaseRecord | null): ColdframeError =>
  new ColdframeError('VAULT_HELD', {
    message: `The lease ${path} was taken over by ${who(record)}, because this console was silent for too long.`,
    guidance: 'Open the vault again. What was flushed before is safe.',
    context: { path, host: record?.host ?? null, pid: record?.pid ?? null },
  });
