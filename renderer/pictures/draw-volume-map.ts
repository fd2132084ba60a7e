import type { Palette } from './palette.ts';
import type { MapCell, VolumeMapLayout } from './volume-map.ts';

type Canvas = CanvasRenderingContext2D;

/** The faintest that something is drawn: a single segment in a cell of thousands can still be seen. */
const FAINTEST = 0.45;

const strength = (share: number): number => (share === 0 ? 0 : FAINTEST + (1 - FAINTEST) * share);

/** What is written stands above, what a backup considers below it: place tells them apart, not colour alone. */
const ABOVE = 0.6;

/** A cell: its upper part is in the snapshot map, its lower part in the backup map, a stroke is unprotected; paler where not all of it is. */
export const drawMapCell = (
  canvas: Canvas,
  palette: Palette,
  { x, y, size }: { x: number; y: number; size: number },
  { snapshot, backup, unprotected }: MapCell,
): void => {
  canvas.fillStyle = palette.sunken;
  canvas.fillRect(x, y, size, size);
  const above = Math.round(size * ABOVE);
  if (snapshot > 0) {
    canvas.globalAlpha = strength(snapshot);
    canvas.fillStyle = palette.sets[1] ?? palette.ink;
    canvas.fillRect(x, y, size, above);
  }
  if (backup > 0) {
    canvas.globalAlpha = strength(backup);
    canvas.fillStyle = palette.sets[0] ?? palette.ink;
    canvas.fillRect(x, y + above, size, size - above);
  }
  if (unprotected > 0) {
    canvas.globalAlpha = strength(unprotected);
    canvas.strokeStyle = palette.ink3;
    canvas.lineWidth = Math.max(1, size / 8);
    canvas.beginPath();
    canvas.moveTo(x, y + size);
    canvas.lineTo(x + size, y);
    canvas.stroke();
  }
  canvas.globalAlpha = 1;
};

export const drawVolumeMap = (canvas: Canvas, palette: Palette, layout: VolumeMapLayout): void => {
  const { cells, columns, pitch } = layout;
  for (const [index, cell] of cells.entries()) {
    const place = { x: (index % columns) * pitch, y: Math.floor(index / columns) * pitch, size: pitch - 2 };
    drawMapCell(canvas, palette, place, cell);
  }
};
