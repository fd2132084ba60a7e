import { type Bar, EXPIRED } from './bars.ts';
import type { BlockMap, CellKind } from './block-map.ts';
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

type Fill = string | CanvasPattern;

/** A hatch is made once for a palette: it goes for every canvas. */
const fills = new WeakMap<Palette, Map<number, Fill>>();

/** The fill of a block set: its colour with its hatch. */
export const setFill = (canvas: Canvas, palette: Palette, set: number): Fill => {
  const known = fills.get(palette) ?? new Map<number, Fill>();
  fills.set(palette, known);
  const found = known.get(set) ?? madeFill(canvas, palette, set);
  known.set(set, found);
  return found;
};

const madeFill = (canvas: Canvas, palette: Palette, set: number): Fill => {
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
  for (const { x, width, set, metadata } of bars) {
    canvas.fillStyle = setFill(canvas, palette, set);
    const gap = width > 4 ? 1 : 0;
    const drop = metadata ? height / 3 : 0;
    canvas.fillRect(x, y + drop, Math.max(1, width - gap), height - drop);
  }
};

/** Where a head is on a tape: a line across it, with a mark above. */
export const drawHead = (canvas: Canvas, palette: Palette, x: number, height: number): void => {
  canvas.fillStyle = palette.surface;
  canvas.fillRect(x - 2, 4, 4, height);
  canvas.fillStyle = palette.ink;
  canvas.fillRect(x - 1, 0, 2, height + 8);
  canvas.beginPath();
  canvas.moveTo(x - 5, 0);
  canvas.lineTo(x + 5, 0);
  canvas.lineTo(x, 6);
  canvas.fill();
};

/** Frames and crosses out what is damaged, wide enough to be seen. */
export const drawDamage = (
  canvas: Canvas,
  palette: Palette,
  { x, width }: Pick<Bar, 'x' | 'width'>,
  y: number,
  height: number,
): void => {
  const across = Math.max(8, width);
  canvas.strokeStyle = palette.bad;
  canvas.lineWidth = 2;
  canvas.strokeRect(x + 1, y + 1, across - 2, height - 2);
  strokeLine(canvas, x + 1, y + 1, x + across - 1, y + height - 1);
  strokeLine(canvas, x + 1, y + height - 1, x + across - 1, y + 1);
};

/** What lay on the tape before. */
export const drawStub = (canvas: Canvas, palette: Palette, width: number, height: number): void => {
  canvas.strokeStyle = palette.ink3;
  canvas.globalAlpha = 0.5;
  for (let x = -height; x < width; x += 5) {
    canvas.beginPath();
    canvas.moveTo(Math.max(0, x), Math.min(height, height + x));
    canvas.lineTo(Math.min(width - 2, x + height), Math.max(0, x + height - (width - 2)));
    canvas.stroke();
  }
  canvas.globalAlpha = 1;
};

/** Where the head of a lane is that moves. */
export const drawLaneHead = (canvas: Canvas, palette: Palette, head: number, height: number): void => {
  canvas.fillStyle = palette.wash;
  canvas.fillRect(head, 0, 26, height);
  canvas.fillStyle = palette.accent;
  canvas.fillRect(head - 1, 0, 2.5, height);
};

/** The whole tape as a thin strip, with the share of it that is used. */
export const drawLaneShare = (
  canvas: Canvas,
  palette: Palette,
  share: number,
  { y, width }: { readonly y: number; readonly width: number },
): void => {
  canvas.fillStyle = palette.sunken;
  canvas.fillRect(0, y, width, 3);
  canvas.fillStyle = palette.ink3;
  canvas.fillRect(0, y, Math.max(1, width * share), 3);
};

const CELL = 7;
const PITCH = 9;

/** Cells that fit a picture. */
export const cellsIn = (width: number, height: number): { columns: number; rows: number } => ({
  columns: Math.max(1, Math.floor((width + PITCH - CELL) / PITCH)),
  rows: Math.max(1, Math.floor((height + PITCH - CELL) / PITCH)),
});

/** A block map: filled cells are copied, framed ones wait, dim ones are unchanged, struck ones unprotected. `before` is there already, and stays where it is the same. */
export const drawBlockMap = (canvas: Canvas, palette: Palette, map: BlockMap, before: BlockMap | null = null): void => {
  for (const [index, kind] of map.cells.entries()) {
    if (before?.cells[index] === kind) continue;
    const x = (index % map.columns) * PITCH;
    const y = Math.floor(index / map.columns) * PITCH;
    if (before !== null) canvas.clearRect(x - 1, y - 1, PITCH, PITCH);
    drawCell(canvas, palette, kind, x, y);
  }
};

/** One cell of a block map: its kind is told by its form, too. */
export const drawCell = (canvas: Canvas, palette: Palette, kind: CellKind, x: number, y: number, size = CELL): void => {
  canvas.fillStyle = palette.sunken;
  canvas.fillRect(x, y, size, size);
  if (kind === 'copied') {
    canvas.fillStyle = palette.sets[2] ?? palette.ink;
    canvas.fillRect(x, y, size, size);
  } else if (kind === 'waiting') {
    canvas.strokeStyle = palette.sets[1] ?? palette.ink;
    canvas.lineWidth = 2;
    canvas.strokeRect(x + 1, y + 1, size - 2, size - 2);
  } else if (kind === 'unprotected') {
    canvas.strokeStyle = palette.ink3;
    canvas.lineWidth = 1;
    canvas.beginPath();
    canvas.moveTo(x, y + size);
    canvas.lineTo(x + size, y);
    canvas.stroke();
  }
};
