import { makeFolder } from '../../platform/make-folder.ts';
import { volumeRow } from './space-queries.ts';
import { readSpace, type SpaceState, type VolumeRow, writeSpace } from './space-state.ts';

/** What is known of the managed volumes of a home, as it stands on disk: each change replaces it as a whole. */
export class SpaceRecord {
  readonly folder: string;
  #state: SpaceState;

  /** Reads what there is; the folder is made where it is missing. Throws `VOLUMES_UNREADABLE`. */
  constructor(folder: string) {
    makeFolder(folder);
    this.folder = folder;
    this.#state = readSpace(folder);
  }

  get state(): SpaceState {
    return this.#state;
  }

  /** Throws `NO_SUCH_VOLUME`. */
  row(id: string): VolumeRow {
    return volumeRow(this.#state, id);
  }

  /** Whether a snapshot of a volume is held. */
  isHeld(id: string): boolean {
    return this.#state.snapshots.some(({ holds }) => holds.some(({ volume }) => volume === id));
  }

  change(id: string, change: Partial<VolumeRow>): void {
    this.save({ volumes: this.#state.volumes.map((row) => (row.id === id ? { ...row, ...change } : row)) });
  }

  save(change: Partial<SpaceState>): void {
    const state = { ...this.#state, ...change };
    writeSpace(this.folder, state);
    this.#state = state;
  }
}
