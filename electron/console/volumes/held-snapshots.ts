import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import type { SnapshotView } from '../../../shared/contract/volumes.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { noSuchSnapshot } from '../../engine/snapshot/space-errors.ts';
import type { SnapshotRow, VolumeRow } from '../../engine/snapshot/space-state.ts';
import type { VolumeSpace } from '../../engine/snapshot/volume-space.ts';
import { quietMoment, runHook } from './consistency.ts';
import type { VolumeServers } from './serving.ts';
import { snapshotView } from './views.ts';

const FREEZE_MS = 10_000;
const QUIET_DEADLINE_MS = 30_000;
/** Checkpoints without a snapshot that are kept, over all volumes. */
const CHECKPOINTS_KEPT = 16;
/** Checkpoints of block sets that are kept, of full ones and of others: what the next sets of all objects may build on. */
const SETS_KEPT = 64;

/** Snapshots that people hold, and the checkpoints that are left of them and of backups. */
export class HeldSnapshots {
  readonly #space: VolumeSpace;
  readonly #servers: VolumeServers;

  constructor(space: VolumeSpace, servers: VolumeServers) {
    this.#space = space;
    this.#servers = servers;
  }

  /** Brings volumes into a consistent state, takes a snapshot of all of them, and lets everything run on. */
  async create(
    rows: readonly VolumeRow[],
    { pre, post, quietMs, deadlineMs = QUIET_DEADLINE_MS }: Omit<InputOf<'snapshot.create'>, 'volumes'>,
    signal: AbortSignal,
  ): Promise<OutputOf<'snapshot.create'>> {
    const volumes = rows.map(({ id }) => this.#space.volume(id));
    const still = quietMs === undefined ? undefined : quietMoment(volumes, { quietMs, deadlineMs, signal });
    let failed: unknown = null;
    let row: SnapshotRow | null = null;
    const began = performance.now();
    try {
      if (pre !== undefined) await runHook('pre', pre, signal);
      row = await this.#space.snapshot({
        volumes: rows.map(({ id }) => id),
        purpose: 'keep',
        freezeMs: FREEZE_MS,
        still,
      });
      this.#servers.addSnapshot(row.id, rows);
    } catch (error) {
      failed = error;
    }
    const tookMs = performance.now() - began;
    // The application was told to pause: it has to hear that it may go on, whatever went wrong and whoever has lost patience.
    const resumed =
      post === undefined
        ? null
        : await runHook('post', post, new AbortController().signal).catch((error: unknown) => error);
    if (row === null) throw resumed === null ? failed : stillPaused(failed, resumed);
    if (failed ?? resumed) throw failed ?? resumed;
    return { snapshot: snapshotView(this.#space, row), tookMs: Math.round(tookMs) };
  }

  list(): SnapshotView[] {
    return this.#space.snapshots.map((row) => snapshotView(this.#space, row));
  }

  /** Gives a snapshot up. Changes since its moment can be asked for until newer ones take its place. */
  async release(prefix: string): Promise<SnapshotView> {
    const id = oneOf(
      this.#space.snapshots.map((row) => row.id),
      prefix,
    );
    const row = this.#space.snapshots.find((one) => one.id === id) as SnapshotRow;
    if (row.purpose === 'backup') throw serves(id);
    const view = snapshotView(this.#space, row);
    await this.#servers.removeSnapshot(
      id,
      row.holds.map(({ volume }) => this.#space.row(volume)),
    );
    this.#space.release(id);
    await this.prune();
    return view;
  }

  /** Forgets the oldest checkpoints beyond those that are kept. */
  async prune(): Promise<void> {
    const held = new Set(this.#space.snapshots.map(({ checkpoint }) => checkpoint));
    const free = this.#space.checkpoints.filter(({ id }) => !held.has(id));
    const beyond = (kept: number, of: (set: (typeof free)[number]['set']) => boolean) =>
      free.filter(({ set }) => of(set)).slice(0, -kept);
    const old = [
      ...beyond(SETS_KEPT, (set) => set?.full === true),
      ...beyond(SETS_KEPT, (set) => set?.full === false),
      ...beyond(CHECKPOINTS_KEPT, (set) => set === null),
    ];
    // One that cannot be dropped now, as its volume cannot be read, is tried again the next time.
    for (const { id } of old) await this.#space.dropCheckpoint(id).catch(() => undefined);
  }
}

/** The one id that begins with a prefix. Throws `NO_SUCH_SNAPSHOT`. */
export const oneOf = (ids: readonly string[], prefix: string): string => {
  const [found, second] = ids.filter((id) => id.startsWith(prefix));
  if (found === undefined || second !== undefined) throw noSuchSnapshot(prefix);
  return found;
};

const serves = (snapshot: string): ColdframeError =>
  new ColdframeError('SNAPSHOT_HELD', {
    message: `The snapshot ${snapshot} serves a backup that is under way.`,
    guidance: 'It is released when the backup ends; cancel the backup to have that now.',
    context: { snapshot },
  });

/** The application was paused for a snapshot that did not come, and could not be told to go on. */
const stillPaused = (failed: unknown, resumed: unknown): ColdframeError => {
  const [why, hook] = [asColdframeError(failed), asColdframeError(resumed)];
  return new ColdframeError('HOOK_FAILED', {
    message: `${hook.message} No snapshot was made either: ${why.message}`,
    guidance: 'Look whether the application runs again, and have it go on by hand if it does not.',
    context: hook.context,
    cause: failed,
  });
};
