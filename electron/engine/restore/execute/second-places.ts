import { rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import { type ChunkRow, furtherPlaces } from './chunk-rows.ts';
import { putTogether } from './put-together.ts';
import type { FilledSlot } from './thread-protocol.ts';

/** Chunks that could not be read where they were to be, and are read from another tape at hand: a copy. */
export class SecondPlaces {
  readonly #store: PlanStore;
  /** By number: where a chunk was not tried yet. */
  readonly #left = new Map<number, ChunkPlace[]>();
  /** Chunks of which something was kept. */
  readonly #kept = new Set<number>();
  #waiting = new Map<string, ChunkRow[]>();

  constructor(store: PlanStore) {
    this.#store = store;
  }

  /** Whether there is a place for a chunk that was not tried. */
  has(row: ChunkRow): boolean {
    return (this.#left.get(row.id) ?? furtherPlaces(this.#store, row)).length > 0;
  }

  /** Puts a chunk off, to be read from the next place; false when there is none. */
  take(row: ChunkRow): boolean {
    const left = this.#left.get(row.id) ?? furtherPlaces(this.#store, row);
    const next = left.shift();
    this.#left.set(row.id, left);
    if (next === undefined) return false;
    const waiting = this.#waiting.get(next.tape) ?? [];
    waiting.push({ ...row, place: next });
    this.#waiting.set(next.tape, waiting);
    return true;
  }

  /** Keeps what was read of a damaged chunk, in a file: its next place may be damaged elsewhere. */
  async keep({ id, place }: ChunkRow, { memory, lost }: FilledSlot): Promise<void> {
    if (lost !== null) return;
    const payload = Buffer.from(memory, 0, place.payloadBytes);
    await this.#addKept(id, payload);
    await writeFile(this.#fileOf(id), payload, { mode: 0o600 });
    this.#kept.add(id);
  }

  /** Makes up for what is damaged by what was read of the chunk elsewhere. */
  async complete({ id, place }: ChunkRow, slot: FilledSlot): Promise<FilledSlot> {
    if (!this.#kept.has(id) || (slot.damage === null && slot.lost === null)) return slot;
    const payload = Buffer.from(slot.memory, 0, place.payloadBytes);
    if (slot.lost !== null) payload.fill(0);
    await this.#addKept(id, payload);
    return { ...slot, length: place.payloadBytes, lost: null, unread: false };
  }

  /** Removes what was kept. */
  close(): void {
    for (const id of this.#kept) rmSync(this.#fileOf(id), { force: true });
  }

  async #addKept(id: number, payload: Buffer): Promise<void> {
    if (this.#kept.has(id)) putTogether(payload, await readFile(this.#fileOf(id)));
  }

  #fileOf(id: number): string {
    return `${this.#store.file}-read-${id}`;
  }

  /** The tapes that are wanted again, each with its chunks as they lie; nothing waits then. */
  next(): Map<string, ChunkRow[]> {
    const round = this.#waiting;
    this.#waiting = new Map();
    for (const rows of round.values()) rows.sort((one, other) => one.place.tapeSequence - other.place.tapeSequence);
    return round;
  }
}
