import { Tick } from '../../components/field.tsx';
import { drawMapCell } from '../../pictures/draw-volume-map.ts';
import type { Palette } from '../../pictures/palette.ts';
import { Swatch } from '../../pictures/swatch.tsx';
import { MAP_LAYERS, type MapCell, type MapLayer } from '../../pictures/volume-map.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import styles from './volumes.module.css';

const NOTHING: MapCell = { snapshot: 0, backup: 0, unprotected: 0 };

const painting = (cell: Partial<MapCell>) => (canvas: CanvasRenderingContext2D, palette: Palette) =>
  drawMapCell(canvas, palette, { x: 0, y: 0, size: 14 }, { ...NOTHING, ...cell });

const OF_LAYER: Readonly<Record<MapLayer, ReturnType<typeof painting>>> = {
  snapshot: painting({ snapshot: 1 }),
  backup: painting({ backup: 1 }),
  unprotected: painting({ unprotected: 1 }),
};

const SHARES = [painting({ snapshot: 0.02 }), painting({ snapshot: 0.5 }), painting({ snapshot: 1 })];

interface MapLegendProps {
  readonly drawn: readonly MapLayer[];
  readonly draw: (layer: MapLayer, on: boolean) => void;
  readonly amounts: Readonly<Record<MapLayer, string>>;
}

/** What the marks of the picture mean, how much there is of each, and whether it is drawn. */
export const MapLegend = ({ drawn, draw, amounts }: MapLegendProps) => (
  <fieldset className={styles.legend} aria-label={words.layersLabel}>
    {MAP_LAYERS.map((layer) => (
      <Tick key={layer} checked={drawn.includes(layer)} onChange={(on) => draw(layer, on)}>
        <span className={styles.layer}>
          <Swatch paint={OF_LAYER[layer]} />
          <span title={words.layers[layer].about}>{words.layers[layer].title}</span>
          <span className="num faint">{amounts[layer]}</span>
        </span>
      </Tick>
    ))}
  </fieldset>
);

/** How much a cell stands for, and what paler ones say. */
export const MapScale = ({ cell }: { cell: string }) => (
  <div className={styles.scale}>
    <span>{words.mapCell(cell)}</span>
    <span>
      {SHARES.map((paint, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a sample is its place.
        <Swatch key={index} paint={paint} />
      ))}
      {words.mapPaler}
    </span>
  </div>
);
