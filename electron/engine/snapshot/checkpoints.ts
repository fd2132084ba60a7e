import { existsSync } from 'node:fs';
import { addSegmentsOf, type BlockRuns, differing, NO_BLOCKS } from './block-runs.ts';
import { diskIdentity } from './disk-identity.ts';
import { mergesOf, withoutDropped } from './intervals.ts';
import { SegmentMap } from './segment-map.ts';
import { noSuchCheckpoint, snapshotHeld } from './space-errors.ts';
import { hadUnprotected } from './space-queries.ts';
import type { SpaceRecord } from './space-record.ts';
import type { Interval, VolumeRow } from './space-state.ts';
import type { VolumesInUse } from './volumes-in-use.ts';

/** What was written to volumes between any two moments of which they keep a checkpoint. */
export class Checkpoints {
  readonly #record: SpaceRecord;
  readonly #inUse: VolumesInUse;

  constructor(record: SpaceRecord, inUse: VolumesInUse) {
    this.#record = record;
    this.#inUse = inUse;
  }

  /**
   * Whether the changes are known since the checkpoint of the last backup, or since the last one of all; without any there is nothing to know. To look
   * is not to use: one that is idle is not taken up.
   */
  known(id: string): 'known' | 'unknown' | 'untold' {
    const own = this.#record.state.checkpoints.filter(({ volumes }) => volumes.some((one) => one.id === id));
    const last = own.findLast(({ set }) => set !== null) ?? own.at(-1);
    if (last === undefined) return 'known';
    const row = this.#record.row(id);
    const ended = row.intervals.findIndex(({ endsWith }) => endsWith === last.id);
    if (ended < 0 || row.intervals.slice(ended + 1).some(({ all }) => all)) return 'unknown';
    if (!existsSync(row.path)) return 'known';
    const disk = diskIdentity(row.path);
    if (disk === null)
      return this.#record.isHeld(id) || (this.#inUse.has(id) && !this.#inUse.isUntold(id)) ? 'known' : 'untold';
    return this.#inUse.isTrusted(row) ? 'known' : 'unknown';
  }

  /**
   * Segments of a volume that were written after one checkpoint and before another (null: until now), with those that were unprotected
   * at the first one: what was left out then may be wanted now. So with those of which other blocks were unprotected then than at the second.
   * All of them when `since` is null or was dropped.
   */
  changed(id: string, since: string | null, until: string | null = null): SegmentMap {
    const volume = this.#inUse.get(id);
    const { intervals } = this.#record.row(id);
    const known = since !== null && this.#record.state.checkpoints.some((one) => one.id === since);
    const first = known ? intervals.findIndex(({ endsWith }) => endsWith === since) : -1;
    const last = until === null ? intervals.length - 1 : intervals.findIndex(({ endsWith }) => endsWith === until);
    const map = new SegmentMap(volume.segments);
    if (last < 0 || last < first) throw noSuchCheckpoint(until ?? '');
    if (first < 0 || (until === null && this.#inUse.isUntold(id))) map.addAll();
    else
      for (const one of intervals.slice(first + 1, last + 1))
        map.addMap(volume.changesIn(one, one === intervals.at(-1)));
    if (since === null) return map;
    const then = hadUnprotected(this.#record.state, id, since) ? volume.unwantedAt(since) : null;
    if (then !== null) map.addMap(then.segments);
    const now = until === null ? volume.unprotected.blocks : this.blocksAt(id, until);
    addSegmentsOf(map, differing(then?.blocks ?? NO_BLOCKS, now), this.#record.row(id).segmentBytes);
    return map;
  }

  /** What was written since the last snapshot; everything, when that is not known. */
  written(id: string): SegmentMap {
    const volume = this.#inUse.get(id);
    return volume.changesIn(this.#record.row(id).intervals.at(-1) as Interval, true);
  }

  /** Blocks that were unprotected at a checkpoint, of segments that were protected otherwise. */
  blocksAt(id: string, checkpoint: string): BlockRuns {
    return hadUnprotected(this.#record.state, id, checkpoint)
      ? this.#inUse.get(id).unwantedAt(checkpoint).blocks
      : NO_BLOCKS;
  }

  /** Notes that a block set holds the volumes as they were at a checkpoint. */
  pin(id: string, set: { readonly id: string; readonly full: boolean }): void {
    this.#record.save({
      checkpoints: this.#record.state.checkpoints.map((row) => (row.id === id ? { ...row, set } : row)),
    });
  }

  /** Forgets a checkpoint: changes since it can no longer be asked for. Those since others stay as they are. */
  drop(id: string): void {
    const dropped = this.#record.state.checkpoints.find((row) => row.id === id);
    if (dropped === undefined) throw noSuchCheckpoint(id);
    if (this.#record.state.snapshots.some(({ checkpoint }) => checkpoint === id)) throw snapshotHeld(id);
    const checkpoints = this.#record.state.checkpoints.filter((row) => row.id !== id);
    const kept = new Set(checkpoints.map((row) => row.id));
    // One whose disk is away or being restored keeps its intervals as they are: more files, and nothing lost.
    const there = dropped.volumes.filter(
      ({ id: volume }) => !this.#inUse.isAside(volume) && existsSync(this.#record.row(volume).path),
    );
    // Taken up before it is looked at: doing so may find out that everything counts as changed.
    for (const { id: volume } of there) this.#inUse.get(volume);
    const before = there.map(({ id: volume }) => this.#record.row(volume));
    const after = new Map(before.map((row) => [row.id, this.#merged(row, kept)]));
    this.#record.save({
      checkpoints,
      volumes: this.#record.state.volumes.map((row) => ({ ...row, intervals: after.get(row.id) ?? row.intervals })),
    });
    for (const row of before) this.#forgetFiles(row, id);
  }

  /** The intervals of a volume without those that end at no checkpoint any more. */
  #merged({ id, intervals }: VolumeRow, kept: ReadonlySet<string>): Interval[] {
    const unknown = new Set<number>();
    for (const { from, into } of mergesOf(intervals, kept)) {
      if (!this.#inUse.get(id).mergeMarks(from, into)) unknown.add(into);
    }
    const marked = intervals.map((one) => (unknown.has(one.generation) ? { ...one, all: true } : one));
    return withoutDropped(marked, kept);
  }

  /** Removes the files of intervals and of a checkpoint that the state no longer names. */
  #forgetFiles(before: VolumeRow, checkpoint: string): void {
    const volume = this.#inUse.get(before.id);
    const named = new Set(this.#record.row(before.id).intervals.map(({ generation }) => generation));
    for (const { generation } of before.intervals) if (!named.has(generation)) volume.forgetMarks(generation);
    volume.forgetUnwanted(checkpoint);
  }
}
