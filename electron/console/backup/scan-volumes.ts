import type { ByteString } from '../../../shared/byte-string.ts';
import {
  type ElementAttributes,
  PART_BYTES,
  type StoredExtent,
  WHOLE_DIGEST_BYTES,
} from '../../../shared/model/element.ts';
import { SEGMENT_BYTES } from '../../../shared/units.ts';
import type { KnownState } from '../../engine/catalog/index.ts';
import { type Extent, type Range, subtract, union } from '../../engine/extents/extent-algebra.ts';
import type { ContentRun } from '../../engine/mover/content-run.ts';
import { dataIn } from '../../engine/mover/data-in.ts';
import type { RunControl } from '../../engine/mover/run-control.ts';
import { isAskedInPlace, openVolume } from '../../engine/mover/volume-device.ts';
import type { BlockDevice } from '../../engine/snapshot/block-device.ts';
import { bytesWithin } from '../../engine/snapshot/block-runs.ts';
import { SegmentMap } from '../../engine/snapshot/segment-map.ts';
import type { ScanTargets } from './scan.ts';
import type { ScanCounts } from './scan-protocol.ts';
import type { VolumeToScan } from './volume-to-scan.ts';
import { partsOf } from './work-sender.ts';

/**
 * Maps volumes for the front ends: what changed and is wanted is read where it is not a hole, what did not change is taken over from the set
 * that this one builds on, what is unprotected is left out. Gives the counts of a scan.
 */
export const scanVolumes = (
  volumes: readonly VolumeToScan[],
  state: KnownState | null,
  targets: Pick<ScanTargets, 'sender'> | null,
  control: RunControl,
): ScanCounts => {
  const counts = { elements: 0, logicalBytes: 0, files: 0, bytes: 0, leftOutElements: 0, leftOutBytes: 0 };
  for (const volume of volumes) {
    const device = targets !== null && isAskedInPlace(volume.device) ? null : openVolume(volume.device);
    try {
      const scan = new VolumeScan(volume, device, state);
      const runs = (part: number): readonly ContentRun[] => {
        control.passageSync();
        const found = scan.runsOf(part);
        counts.bytes += found.reduce((sum, { length, known }) => sum + (known ? 0 : length), 0);
        return found;
      };
      if (targets === null) for (let part = 0; part < partsOf(volume); part += 1) runs(part);
      else {
        const attributes = attributesOf(volume);
        targets.sender.add({ attributes, device: 0, extents: [], runs, prior: (part) => scan.prior(part) });
        // What is known of it is read while the batches are made.
        targets.sender.flush();
      }
      counts.elements += 1;
      counts.files += 1;
      counts.logicalBytes += volume.size;
      counts.leftOutBytes += scan.unwantedBytes;
    } finally {
      device?.close();
    }
  }
  return counts;
};

class VolumeScan {
  readonly #volume: VolumeToScan;
  readonly #device: BlockDevice | null;
  readonly #state: KnownState | null;
  readonly #version: number | undefined;
  readonly #changed: SegmentMap;
  readonly #unwanted: SegmentMap;

  constructor(volume: VolumeToScan, device: BlockDevice | null, state: KnownState | null) {
    this.#volume = volume;
    this.#device = device;
    this.#state = state;
    this.#version = state?.root(volume.path)?.version;
    const segments = Math.ceil(volume.size / volume.segmentBytes);
    this.#changed = new SegmentMap(segments, volume.changed);
    this.#unwanted = new SegmentMap(segments, volume.unwanted);
    // Short content has one digest a run: no part of it can be taken over.
    if (this.#version === undefined || volume.size <= WHOLE_DIGEST_BYTES) this.#changed.addAll();
  }

  get unwantedBytes(): number {
    const { segmentBytes, size } = this.#volume;
    let total = 0;
    for (const { start, count } of this.#unwanted.runs())
      total += Math.min(size, (start + count) * segmentBytes) - start * segmentBytes;
    for (const { length } of bytesWithin(this.#volume.unwantedBlocks, 0, size)) total += length;
    return total;
  }

  prior(part: number): readonly StoredExtent[] {
    return this.#state === null || this.#version === undefined ? [] : this.#state.layout(this.#version, part);
  }

  /** The content of a part, ascending: what is to be read, and what is known. */
  runsOf(part: number): ContentRun[] {
    const start = part * PART_BYTES;
    const end = Math.min(this.#volume.size, start + PART_BYTES);
    const unwanted = this.#ranges(this.#unwanted, start, end);
    const left = union([...unwanted, ...bytesWithin(this.#volume.unwantedBlocks, start, end)]);
    const before = this.prior(part).map((extent) => this.#within(extent, end));
    const changed = union([...this.#ranges(this.#changed, start, end), ...before.flatMap(({ cut }) => cut)]);
    const wanted = subtract(changed.map(atOffset), left);
    const read = wanted.flatMap(({ offset, length }) => this.#data(offset, length));
    const known = subtract(
      before.flatMap(({ kept }) => kept),
      union([...changed, ...unwanted]),
    ).map((run) => ({ ...run, known: true }));
    return [...read, ...known].toSorted((one, other) => one.offset - other.offset);
  }

  /**
   * What of an extent of the parent can be taken over: whole pieces before `end`, for the volume may have been longer. `cut`: what a
   * piece covers together with something that is not there any more, and has to be read.
   */
  #within(
    { offset, length, digestSpan, sourceAddress }: StoredExtent,
    end: number,
  ): { readonly kept: readonly Extent[]; readonly cut: readonly Range[] } {
    const span = digestSpan === 0 ? length : digestSpan;
    const last = offset + length;
    const oneDigest = span > SEGMENT_BYTES && this.#volume.size > WHOLE_DIGEST_BYTES;
    const whole = last <= end ? length : Math.max(0, Math.floor((end - offset) / span) * span);
    const fits = oneDigest ? 0 : whole;
    const kept = fits > 0 ? [{ offset, length: fits, address: sourceAddress }] : [];
    const rest = Math.min(last, end) - (offset + fits);
    return { kept, cut: rest > 0 ? [{ offset: offset + fits, length: rest }] : [] };
  }

  #ranges(map: SegmentMap, start: number, end: number): Extent[] {
    const { segmentBytes } = this.#volume;
    const runs = map.runs(Math.floor(start / segmentBytes), Math.ceil(end / segmentBytes));
    return [...runs].map(({ start: first, count }) => {
      const offset = Math.max(start, first * segmentBytes);
      return { offset, length: Math.min(end, (first + count) * segmentBytes) - offset, address: offset };
    });
  }

  /** What of a run is not zeroes; of an export whoever copies it asks. */
  #data(offset: number, length: number): readonly ContentRun[] {
    const run = { offset, length, address: offset };
    return this.#device === null ? [run] : dataIn(this.#device, run);
  }
}

const atOffset = ({ offset, length }: Range): Extent => ({ offset, length, address: offset });

const attributesOf = ({ path, size, takenAt }: VolumeToScan): ElementAttributes => {
  const at = { seconds: Math.floor(takenAt / 1000), nanos: (takenAt % 1000) * 1_000_000 };
  return {
    path,
    type: 'file',
    mode: 0o600,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    user: '',
    group: '',
    size,
    modifiedAt: at,
    changedAt: at,
    device: 0,
    inode: 0,
    links: 1,
    fileFlags: null,
    deviceMajor: 0,
    deviceMinor: 0,
    linkTarget: '' as ByteString,
    extendedAttributes: [],
    marks: { racy: false, changedWhileCopied: false, unreadable: false },
  };
};

/** Whole pieces of content, so that no digest covers both what is read and what is not. */
export const segmentsInPiece = (segmentBytes: number): number => Math.max(1, SEGMENT_BYTES / segmentBytes);
