import { type Bar, EXPIRED } from './bars.ts';
import type { BlockMap } from './block-map.ts';
import type { LaneLayout } from './lane.ts';
import { type Palette, SET_COLOURS } from './palette.ts';

type Canvas = CanvasRenderingContext2D;

/** Strokes over a colour that tell block sets apart without it: none, lines down, lines across, both, lines up, dots. */
const HATCHES: readonly ((tile: Canvas, size: number) => void)[] = [
  () => undefined,
  (tile, size) => strokeLine(tile, 0, 0, size, size),
  (tile, size) => strokeLine(tile, 0, size / 2, size, size / 2),
  (tile, size) => {
    strokeLine(tile, 0, 0, size, size);
    strokeLine(tile, 0, size, size, 0);
  },
  (tile, size) => strokeLine(tile, 0, size, size, 0),
  (tile, size) => tile.fillRect(size / 2 - 1, size / 2 - 1, 2, 2),
];

const strokeLine = (tile: Canvas, x1: number, y1: number, x2: number, y2: number) => {
  tile.beginPath();
  tile.moveTo(x1, y1);
  tile.lineTo(x2, y2);
  tile.stroke();
};

const TILE = 6;

/** The fill of a block set: its colour with its hatch. */
export const setFill = (canvas: Canvas, palette: Palette, set: number): string | CanvasPattern => {
  if (set === EXPIRED) return hatched(canvas, palette.sunken, palette.ink3, HATCHES[1]);
  if (set < 0) return palette.ink3;
  const number = set % SET_COLOURS;
  const colour = palette.sets[number] ?? palette.ink3;
  return number === 0 ? colour : hatched(canvas, colour, palette.surface, HATCHES[number]);
};

const hatched = (
  canvas: Canvas,
  colour: string,
  stroke: string,
  hatch: (typeof HATCHES)[number] | undefined,
): string | CanvasPattern => {
  const tile = document.createElement('canvas');
  tile.width = TILE;
  tile.height = TILE;
  const context = tile.getContext('2d');
  if (!context) return colour;
  context.fillStyle = colour;
  context.fillRect(0, 0, TILE, TILE);
  context.globalAlpha = 0.55;
  context.strokeStyle = stroke;
  context.fillStyle = stroke;
  hatch?.(context, TILE);
  return canvas.createPattern(tile, 'repeat') ?? colour;
};

/** Draws bars with a gap between those that are wide enough for one; metadata is lower, so that it shows. */
export const drawBars = (canvas: Canvas, palette: Palette, bars: readonly Bar[], y: number, height: number): void => {
  const fills = new Map<number, string | CanvasPattern>();
  for (const { x, width, set, metadata } of bars) {
    let fill = fills.get(set);
    if (!fill) {
      fill = setFill(canvas, palette, set);
      fills.set(set, fill);
    }
    canvas.fillStyle = fill;
    const gap = width > 4 ? 1 : 0;
    const drop = metadata ? height / 3 : 0;
    canvas.fillRect(x, y + drop, Math.max(1, width - gap), height - drop);
  }
};

/** One lane: the ground, what lay before, the chunks, the head, and under it the whole tape as a thin strip. */
export const drawLane = (
  canvas: Canvas,
  palette: Palette,
  layout: LaneLayout,
  box: { y: number; width: number; height: number; moving: boolean },
): void => {
  const { y, width, height, moving } = box;
  canvas.save();
  canvas.beginPath();
  canvas.roundRect(0, y, width, height, 4);
  canvas.clip();
  canvas.fillStyle = palette.sunken;
  canvas.fillRect(0, y, width, height);
  if (layout.before > 0) {
    canvas.strokeStyle = palette.ink3;
    canvas.globalAlpha = 0.5;
    for (let x = -height; x < layout.before; x += 5) {
      canvas.beginPath();
      canvas.moveTo(Math.max(0, x), y + Math.min(height, height + x));
      canvas.lineTo(Math.min(layout.before - 2, x + height), y + Math.max(0, x + height - (layout.before - 2)));
      canvas.stroke();
    }
    canvas.globalAlpha = 1;
  }
  drawBars(canvas, palette, layout.bars, y, height);
  if (moving) {
    canvas.fillStyle = palette.wash;
    canvas.fillRect(layout.head, y, 26, height);
    canvas.fillStyle = palette.accent;
    canvas.fillRect(layout.head - 1, y, 2.5, height);
  }
  canvas.restore();
  if (layout.share === null) return;
  canvas.fillStyle = palette.sunken;
  canvas.fillRect(0, y + height + 3, width, 3);
  canvas.fillStyle = palette.ink3;
  canvas.fillRect(0, y + height + 3, Math.max(1, width * layout.share), 3);
};

const CELL = 7;
const PITCH = 9;

/** Cells that fit a picture. */
export const cellsIn = (width: number, height: number): { columns: number; rows: number } => ({
  columns: Math.max(1, Math.floor((width + PITCH - CELL) / PITCH)),
  rows: Math.max(1, Math.floor((height + PITCH - CELL) / PITCH)),
});

/** A block map: filled cells are copied, framed ones wait, dim ones are unchanged, struck ones unprotected. */
export const drawBlockMap = (canvas: Canvas, palette: Palette, map: BlockMap): void => {
  for (const [index, kind] of map.cells.entries()) {
    const x = (index % map.columns) * PITCH;
    const y = Math.floor(index / map.columns) * PITCH;
    canvas.fillStyle = palette.sunken;
    canvas.fillRect(x, y, CELL, CELL);
    if (kind === 'copied') {
      canvas.fillStyle = palette.sets[2] ?? palette.ink;
      canvas.fillRect(x, y, CELL, CELL);
    } else if (kind === 'waiting') {
      canvas.strokeStyle = palette.sets[1] ?? palette.ink;
      canvas.lineWidth = 2;
      canvas.strokeRect(x + 1, y + 1, CELL - 2, CELL - 2);
    } else if (kind === 'unprotected') {
      canvas.strokeStyle = palette.ink3;
      canvas.lineWidth = 1;
      canvas.beginPath();
      canvas.moveTo(x, y + CELL);
      canvas.lineTo(x + CELL, y);
      canvas.stroke();
    }
  }
};
