import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { LayerView } from '../../../shared/contract/volumes.ts';
import type { SegmentMap } from '../../engine/snapshot/segment-map.ts';
import type { VolumeRow } from '../../engine/snapshot/space-state.ts';
import type { VolumeSpace } from '../../engine/snapshot/volume-space.ts';
import { layerView } from './layer-view.ts';

type Layers = NonNullable<OutputOf<'volume.picture'>['layers']>;

interface Kept {
  readonly key: string;
  readonly layer: LayerView;
}

/**
 * The maps of volumes in use, as layers of pictures that are asked for every second. What lies between two checkpoints does not
 * change, so it is read once; the rest is counted with turns for others in between.
 */
export class MapPictures {
  readonly #space: VolumeSpace;
  readonly #kept = new Map<string, Kept>();

  constructor(space: VolumeSpace) {
    this.#space = space;
  }

  /** `since`: the id of a checkpoint, for a backup map from there until now. */
  async layers(row: VolumeRow, cells: number, since: string | null): Promise<Layers> {
    const { id, intervals } = row;
    const { memory } = this.#space.volume(id);
    const checkpoints = intervals.flatMap(({ endsWith }) => endsWith ?? []);
    // The one that is live is not copied; before the first snapshot it tells what was written, though everything counts as changed.
    const known = intervals.length === 1 || intervals.at(-1)?.all === false;
    const snapshot = layerView(known ? memory.written : this.#space.written(id), cells);
    await nextTurn();
    const unprotected = this.#once(`${id} unprotected`, [row.unprotected, cells], () =>
      layerView(memory.unprotected, cells),
    );
    await nextTurn();
    const wanted = (map: SegmentMap): LayerView => {
      map.removeMap(memory.unprotected);
      return layerView(map, cells);
    };
    const backup =
      since === null
        ? this.#once(`${id} backup`, [row.unprotected, cells, intervals], () =>
            wanted(this.#space.changed(id, checkpoints.at(-2) ?? null, checkpoints.at(-1) ?? null)),
          )
        : wanted(this.#space.changed(id, since));
    return { snapshot, backup, unprotected };
  }

  #once(place: string, about: unknown, make: () => LayerView): LayerView {
    const key = JSON.stringify(about);
    const kept = this.#kept.get(place);
    if (kept?.key === key) return kept.layer;
    const layer = make();
    this.#kept.set(place, { key, layer });
    return layer;
  }
}
