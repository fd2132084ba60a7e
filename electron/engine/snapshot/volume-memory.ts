import { Gate } from './gate.ts';
import { SegmentLocks } from './segment-locks.ts';
import { SegmentMap, wordsFor } from './segment-map.ts';

/** Snapshots that one volume can hold at a time: each has a place, a bit in masks. */
export const SNAPSHOT_PLACES = 8;

/** Locks of a volume, each for the segments of many words. */
export const LOCKS = 256;
/** Words of the control block. */
const AT = {
  gate: 0,
  generation: 1,
  held: 2,
  invalid: 3,
  stopping: 4,
  lastWrite: 5,
  freed: 6,
  inDoubt: 7,
  epochs: 8,
  reasons: 16,
  counters: 24,
  sideFile: 32,
  locks: 64,
};
const WORDS = AT.locks + LOCKS;

/** What is counted of a volume since it was opened. */
export const COUNTERS = ['preserved', 'hits', 'waits', 'invalidated', 'firstTouches'] as const;
export type Counter = (typeof COUNTERS)[number];

/** What is counted of one snapshot: segments that were copied out of turn for it, and those of them that were read from there. */
export const SIDE_FILE = ['copied', 'read'] as const;
export type SideFileCounter = (typeof SIDE_FILE)[number];

/** Why a snapshot was lost: its storage was full; it could not be written, or the old content not be read; its process ended and the storage, or what it knew, with it. */
export const LOST_REASONS = ['full', 'failed', 'restart'] as const;
export type LostReason = (typeof LOST_REASONS)[number];

/** The state of one volume as threads share it: structured-cloneable, the maps lie in pages that are only there once touched. */
export interface SharedVolume {
  readonly segments: number;
  readonly segmentBytes: number;
  readonly control: SharedArrayBuffer;
  /** Written, unprotected, then per place: pending, unwanted. */
  readonly maps: SharedArrayBuffer;
}

export const createSharedVolume = (segments: number, segmentBytes: number): SharedVolume => ({
  segments,
  segmentBytes,
  control: new SharedArrayBuffer(4 * WORDS),
  maps: new SharedArrayBuffer(4 * wordsFor(segments) * (2 + 2 * SNAPSHOT_PLACES)),
});

/** A thread's view of a volume's shared state. */
export class VolumeMemory {
  readonly shared: SharedVolume;
  readonly gate: Gate;
  readonly locks: SegmentLocks;
  /** Snapshot map: segments written since the last snapshot. */
  readonly written: SegmentMap;
  /** The protection map, the other way round: nothing in it means that everything is protected. */
  readonly unprotected: SegmentMap;
  /** Per place: segments whose content has to be preserved before it is overwritten. */
  readonly pending: readonly SegmentMap[];
  /** Per place: segments that were unprotected when the snapshot was made. */
  readonly unwanted: readonly SegmentMap[];
  readonly #control: Int32Array;

  constructor(shared: SharedVolume) {
    this.shared = shared;
    const { segments, control, maps } = shared;
    this.#control = new Int32Array(control);
    this.gate = new Gate(this.#control, AT.gate);
    this.locks = new SegmentLocks(this.#control, AT.locks, LOCKS);
    const words = wordsFor(segments);
    const map = (place: number): SegmentMap => new SegmentMap(segments, new Int32Array(maps, 4 * words * place, words));
    this.written = map(0);
    this.unprotected = map(1);
    const places = Array.from({ length: SNAPSHOT_PLACES }, (_, place) => place);
    this.pending = places.map((place) => map(2 + 2 * place));
    this.unwanted = places.map((place) => map(3 + 2 * place));
  }

  /** A mark that could not be written may be on file all the same: the file may then say more than `written`. */
  get marksInDoubt(): boolean {
    return Atomics.load(this.#control, AT.inDoubt) !== 0;
  }

  set marksInDoubt(value: boolean) {
    Atomics.store(this.#control, AT.inDoubt, value ? 1 : 0);
  }

  /** Number of the marks file that the snapshot map is persisted in. */
  get generation(): number {
    return Atomics.load(this.#control, AT.generation);
  }

  set generation(value: number) {
    Atomics.store(this.#control, AT.generation, value);
  }

  /** Mask of the places that hold a valid snapshot. */
  get held(): number {
    return Atomics.load(this.#control, AT.held) & ~Atomics.load(this.#control, AT.invalid);
  }

  /** Mask of the places whose snapshot lost what it preserved. */
  get invalid(): number {
    return Atomics.load(this.#control, AT.invalid);
  }

  hold(place: number): void {
    Atomics.add(this.#control, AT.epochs + place, 1);
    for (const counter of SIDE_FILE) Atomics.store(this.#control, this.#sideFileAt(place, counter), 0);
    Atomics.and(this.#control, AT.invalid, ~(1 << place));
    Atomics.or(this.#control, AT.held, 1 << place);
  }

  invalidate(mask: number, reason: LostReason): void {
    for (let place = 0; place < SNAPSHOT_PLACES; place += 1) {
      if (mask & (1 << place)) Atomics.store(this.#control, AT.reasons + place, LOST_REASONS.indexOf(reason));
    }
    Atomics.or(this.#control, AT.invalid, mask);
  }

  lostReason(place: number): LostReason {
    return LOST_REASONS[Atomics.load(this.#control, AT.reasons + place)] ?? 'failed';
  }

  release(place: number): void {
    Atomics.and(this.#control, AT.held, ~(1 << place));
    Atomics.add(this.#control, AT.epochs + place, 1);
  }

  /** Changes whenever the place is taken or given up, so that who reads its snapshot sees that it is another one. */
  epoch(place: number): number {
    return Atomics.load(this.#control, AT.epochs + place);
  }

  /** True when the volume is being taken out of use: who writes is turned away. */
  get stopping(): boolean {
    return Atomics.load(this.#control, AT.stopping) !== 0;
  }

  stop(): void {
    Atomics.store(this.#control, AT.stopping, 1);
  }

  /** Milliseconds of the clock since boot, modulo 2^31, at the last write. */
  get lastWrite(): number {
    return Atomics.load(this.#control, AT.lastWrite);
  }

  set lastWrite(value: number) {
    Atomics.store(this.#control, AT.lastWrite, value);
  }

  count(counter: Counter, by = 1): void {
    Atomics.add(this.#control, AT.counters + COUNTERS.indexOf(counter), by);
  }

  counted(counter: Counter): number {
    return Atomics.load(this.#control, AT.counters + COUNTERS.indexOf(counter));
  }

  countSideFile(place: number, counter: SideFileCounter): void {
    Atomics.add(this.#control, this.#sideFileAt(place, counter), 1);
  }

  /** Since the snapshot in this place was made, or the volume taken up with it. */
  sideFile(place: number): Readonly<Record<SideFileCounter, number>> {
    const of = (counter: SideFileCounter): number => Atomics.load(this.#control, this.#sideFileAt(place, counter));
    return { copied: of('copied'), read: of('read') };
  }

  #sideFileAt(place: number, counter: SideFileCounter): number {
    return AT.sideFile + place * SIDE_FILE.length + SIDE_FILE.indexOf(counter);
  }

  /** Ticks whenever room in the snapshot storage is given back. */
  get freed(): number {
    return Atomics.load(this.#control, AT.freed);
  }

  roomFreed(): void {
    Atomics.add(this.#control, AT.freed, 1);
    Atomics.notify(this.#control, AT.freed);
  }

  /** Waits until room is given back after the tick `seen`, for a time at most. */
  waitForRoom(seen: number, waitMs: number): void {
    Atomics.wait(this.#control, AT.freed, seen, waitMs);
  }

  /** Mask of the held snapshots that need a segment preserved before it is overwritten. */
  needOf(segment: number): number {
    let need = 0;
    for (let held = this.held; held !== 0; held &= held - 1) {
      const place = 31 - Math.clz32(held & -held);
      if (this.pending[place]?.has(segment)) need |= 1 << place;
    }
    return need;
  }
}
