import type { Slot } from './board.ts';

/** What is done with connections of a listener, whatever they are. */
export interface PlaceActs<Connection> {
  /** Serves a connection in a slot that is its own from here on. */
  readonly serve: (connection: Connection, slot: Slot) => void;
  /** Ends one that is served; its slot is `released` a little later. */
  readonly cut: (slot: Slot) => void;
  /** Ends one that never had a slot. */
  readonly drop: (connection: Connection) => void;
}

interface Arrival<Connection> {
  readonly connection: Connection;
  readonly peer: string;
}

/**
 * Who is served, and who waits for a place. When all are taken, whoever has not chosen an export yet has to go for the next one: of
 * the peer that has most of them the one that came first. So nobody keeps others out by saying nothing, however often; a client
 * that has chosen keeps its place.
 */
export class Places<Connection> {
  readonly #slots: readonly Slot[];
  readonly #acts: PlaceActs<Connection>;
  /** By index of their slot, in the order in which they came. */
  readonly #seated = new Map<number, string>();
  readonly #leaving = new Set<number>();
  readonly #waiting: Arrival<Connection>[] = [];

  constructor(slots: readonly Slot[], acts: PlaceActs<Connection>) {
    this.#slots = slots;
    this.#acts = acts;
  }

  /** A connection came, from a peer that is told from others by this text. */
  arrived(connection: Connection, peer: string): void {
    const arrival = { connection, peer };
    const slot = this.#waiting.length === 0 ? this.#free() : undefined;
    if (slot !== undefined) {
      this.#seat(arrival, slot);
      return;
    }
    const leaving = this.#first(peer);
    if (leaving !== null) {
      this.#leaving.add(leaving.index);
      this.#acts.cut(leaving);
    } else {
      // Everybody else has chosen, or goes already: one that waits has to make room, or there is none.
      const before = this.#waiting.shift();
      this.#acts.drop(before === undefined ? connection : before.connection);
      if (before === undefined) return;
    }
    this.#waiting.push(arrival);
  }

  /** A slot is free again. */
  released(index: number): void {
    // Where slots are released by another thread this may come late, and be of one that is somebody else's by now.
    if (this.#slots[index]?.free) this.#forget(index);
    const slot = this.#free();
    if (slot === undefined) return;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#seat(next, slot);
  }

  /** Nobody is served any more who was not yet. */
  close(): void {
    for (const { connection } of this.#waiting.splice(0)) this.#acts.drop(connection);
  }

  #free(): Slot | undefined {
    return this.#slots.find(({ free }) => free);
  }

  #seat({ connection, peer }: Arrival<Connection>, slot: Slot): void {
    slot.take();
    this.#forget(slot.index);
    this.#seated.set(slot.index, peer);
    this.#acts.serve(connection, slot);
  }

  #forget(index: number): void {
    this.#seated.delete(index);
    this.#leaving.delete(index);
  }

  /** Of those who have not chosen yet, the first of the peer with most of them, counting the one who comes. */
  #first(arriving: string): Slot | null {
    const undecided = [...this.#seated].filter(([index]) => {
      const slot = this.#slots[index];
      return slot !== undefined && !slot.free && !slot.transmitting && !this.#leaving.has(index);
    });
    const counts = new Map<string, number>();
    for (const peer of [arriving, ...this.#waiting.map((one) => one.peer), ...undecided.map(([, peer]) => peer)])
      counts.set(peer, (counts.get(peer) ?? 0) + 1);
    const most = Math.max(0, ...undecided.map(([, peer]) => counts.get(peer) ?? 0));
    const found = undecided.find(([, peer]) => counts.get(peer) === most)?.[0];
    return found === undefined ? null : (this.#slots[found] ?? null);
  }
}
