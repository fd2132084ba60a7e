/** The maps that a picture of a volume shows, one over the other. */
export const MAP_LAYERS = ['snapshot', 'backup', 'unprotected'] as const;
export type MapLayer = (typeof MAP_LAYERS)[number];

/** How much of what a cell stands for is in each map, from 0 to 1. */
export type MapCell = Readonly<Record<MapLayer, number>>;

export interface VolumeMapData {
  readonly segments: number;
  /** Segments in each map per part of the volume; part i begins with segment floor(i × segments / parts). */
  readonly parts: Readonly<Record<MapLayer, readonly number[]>>;
}

export interface VolumeMapLayout {
  readonly cells: readonly MapCell[];
  readonly columns: number;
  /** Pixels from one cell to the next. */
  readonly pitch: number;
  /** Segments that a cell stands for, about. */
  readonly cellSegments: number;
}

const SMALLEST = 10;
const LARGEST = 28;

const columnsIn = (width: number, pitch: number): number => Math.max(1, Math.floor((width + 2) / pitch));
const rowsIn = (height: number, pitch: number): number => Math.max(1, Math.floor((height + 2) / pitch));

/** A picture of few segments is lower, and its cells are larger. */
export const volumeMapHeight = (segments: number, most: number): number =>
  Math.min(most, Math.max(1, Math.ceil(segments / 24)) * LARGEST);

/** The largest cells of which there is room for so many; the smallest ones when there is room for none that large. */
const pitchFor = (count: number, width: number, height: number): number => {
  for (let pitch = LARGEST; pitch > SMALLEST; pitch -= 1) {
    if (columnsIn(width, pitch) * rowsIn(height, pitch) >= count) return pitch;
  }
  return SMALLEST;
};

/**
 * The whole volume as cells, in reading order. Where there are fewer cells than parts a cell takes several of them, and
 * every part is in exactly one; a cell with anything in a map has a share above 0.
 */
export const layVolumeMap = ({ segments, parts }: VolumeMapData, width: number, height: number): VolumeMapLayout => {
  const count = parts.snapshot.length;
  const pitch = pitchFor(count, width, height);
  const columns = columnsIn(width, pitch);
  const room = Math.min(count, columns * rowsIn(height, pitch));
  const cells = Array.from({ length: room }, (_, cell): MapCell => {
    const first = Math.floor((cell * count) / room);
    const end = Math.floor(((cell + 1) * count) / room);
    const within = Math.floor((end * segments) / count) - Math.floor((first * segments) / count);
    const share = (layer: MapLayer): number => {
      let held = 0;
      for (let part = first; part < end; part += 1) held += parts[layer][part] ?? 0;
      return within === 0 ? 0 : held / within;
    };
    return { snapshot: share('snapshot'), backup: share('backup'), unprotected: share('unprotected') };
  });
  return { cells, columns, pitch, cellSegments: room === 0 ? 0 : segments / room };
};
