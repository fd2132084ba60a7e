import { noSuchReplica, placeTaken } from './replica-errors.ts';
import { placesOf } from './replica-files.ts';
import { type ReplicaRow, readReplicas, writeReplicas } from './replica-state.ts';

/** The replicas of a home as they are on file; what changes is durable when a method returns. */
export class ReplicaBook {
  readonly #folder: string;
  readonly #write: typeof writeReplicas;
  #rows: readonly ReplicaRow[];

  constructor(folder: string, write = writeReplicas) {
    this.#folder = folder;
    this.#write = write;
    this.#rows = readReplicas(folder);
  }

  get rows(): readonly ReplicaRow[] {
    return this.#rows;
  }

  /** Throws `NO_SUCH_REPLICA`. */
  row(id: string): ReplicaRow {
    const row = this.#rows.find((one) => one.id === id);
    if (row === undefined) throw noSuchReplica(id);
    return row;
  }

  named(name: string): ReplicaRow {
    const row = this.#rows.find((one) => one.name === name);
    if (row === undefined) throw noSuchReplica(name);
    return row;
  }

  /** Throws `REPLICA_PLACE` when another one has the file. */
  add(row: ReplicaRow): void {
    const places = Object.values(placesOf(row.path));
    const other = this.#rows.find(({ path }) => Object.values(placesOf(path)).some((place) => places.includes(place)));
    if (other !== undefined) {
      throw placeTaken(row.path, `has a name that the replica ${other.name} needs`, 'Choose another file.');
    }
    this.#save([...this.#rows, row]);
  }

  change(id: string, change: Partial<Pick<ReplicaRow, 'held' | 'next'>>): ReplicaRow {
    this.#save(this.#rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
    return this.row(id);
  }

  remove(id: string): void {
    this.#save(this.#rows.filter((row) => row.id !== id));
  }

  /** Checkpoints of volumes since which changes have to be known. */
  get checkpoints(): string[] {
    return this.#rows.flatMap(({ held, next }) => [held, next].flatMap((state) => state?.checkpoint ?? []));
  }

  #save(rows: readonly ReplicaRow[]): void {
    this.#write(this.#folder, rows);
    this.#rows = rows;
  }
}
