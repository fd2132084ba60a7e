import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { SnapshotView } from '../../../shared/contract/volumes.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { noSuchSnapshot } from '../../engine/snapshot/space-errors.ts';
import type { SnapshotRow, VolumeRow } from '../../engine/snapshot/space-state.ts';
import type { VolumeSpace } from '../../engine/snapshot/volume-space.ts';
import { atConsistentMoment, type ConsistencyWishes } from './consistent-moment.ts';
import type { VolumeServers } from './serving.ts';
import { snapshotView } from './views.ts';

const FREEZE_MS = 10_000;
/** Checkpoints without a snapshot that are kept, over all volumes. */
const CHECKPOINTS_KEPT = 16;
/** Checkpoints of block sets that are kept, of full ones and of others: what the next sets of all objects may build on. */
const SETS_KEPT = 64;

/** Snapshots that people hold, and the checkpoints that are left of them and of backups. */
export class HeldSnapshots {
  readonly #space: VolumeSpace;
  readonly #servers: VolumeServers;
  readonly #pinned: () => readonly string[];

  /** `pinned`: checkpoints that somebody else needs. */
  constructor(space: VolumeSpace, servers: VolumeServers, pinned: () => readonly string[]) {
    this.#space = space;
    this.#servers = servers;
    this.#pinned = pinned;
  }

  /** Brings volumes into a consistent state, takes a snapshot of all of them, and lets everything run on. */
  async create(
    rows: readonly VolumeRow[],
    how: ConsistencyWishes,
    signal: AbortSignal,
  ): Promise<OutputOf<'snapshot.create'>> {
    const volumes = rows.map(({ id }) => this.#space.volume(id));
    const { taken, tookMs } = await atConsistentMoment(volumes, how, signal, async (still) => {
      const ids = rows.map(({ id }) => id);
      const row = await this.#space.snapshot({ volumes: ids, purpose: 'keep', freezeMs: FREEZE_MS, still });
      this.#servers.addSnapshot(row.id, rows);
      return row;
    });
    return { snapshot: snapshotView(this.#space, taken), tookMs };
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
    const held = new Set([...this.#space.snapshots.map(({ checkpoint }) => checkpoint), ...this.#pinned()]);
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
