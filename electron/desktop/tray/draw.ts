import { deflateSync } from 'node:zlib';

/** What the icon in the tray says. */
export type TrayIconState =
  | { readonly kind: 'idle' | 'attention' | 'paused' }
  /** `step`: how far, in eighths. */
  | { readonly kind: 'running'; readonly step: number };

/** In colour for any panel, or in one ink: black for light panels (and as a template on macOS), white for dark ones. */
export const TRAY_LOOKS = ['colour', 'black', 'white'] as const;
export type TrayLook = (typeof TRAY_LOOKS)[number];

export const PROGRESS_STEPS = 8;

/** Where the four panes of the mark lie, in pixels at 1x, so that their edges fall between pixels: margin, pane, radius. */
const GRIDS = { 16: { margin: 1, pane: 6, radius: 3 }, 22: { margin: 2, pane: 8, radius: 4 } } as const;
export type TraySize = keyof typeof GRIDS;

type Colour = readonly [red: number, green: number, blue: number, alpha: number];
type Shape = (x: number, y: number) => boolean;
interface Layer {
  readonly shape: Shape;
  /** Null: what lies below is taken away. */
  readonly colour: Colour | null;
}

const BLUE: Colour = [0x2f, 0x7f, 0xc9, 1];
const GREEN: Colour = [0x1f, 0x95, 0x7b, 1];
const RED: Colour = [0xd6, 0x3b, 0x30, 1];
const AMBER: Colour = [0xd0, 0x8a, 0x1e, 1];
const WHITE: Colour = [255, 255, 255, 1];
const BLACK: Colour = [0, 0, 0, 1];

const faint = ([red, green, blue]: Colour, alpha: number): Colour => [red, green, blue, alpha];

const box =
  (left: number, top: number, width: number, height: number): Shape =>
  (x, y) =>
    x >= left && x < left + width && y >= top && y < top + height;

const disc =
  (centre: number, radius: number): Shape =>
  (x, y) =>
    (x - centre) ** 2 + (y - centre) ** 2 <= radius ** 2;

/** The part of a disc that a clock hand has gone over, from the top. */
const sector =
  (centre: number, radius: number, share: number): Shape =>
  (x, y) => {
    const turn = (Math.atan2(x - centre, centre - y) / (2 * Math.PI) + 1) % 1;
    return disc(centre, radius)(x, y) && turn < share;
  };

/** A pane, rounded at the corner that is one of the whole mark. */
const pane = (size: TraySize, right: boolean, below: boolean): Shape => {
  const { margin, pane: side, radius } = GRIDS[size];
  const left = right ? size - margin - side : margin;
  const top = below ? size - margin - side : margin;
  const inner = box(left, top, side, side);
  const [centreX, centreY] = [
    right ? size - margin - radius : margin + radius,
    below ? size - margin - radius : margin + radius,
  ];
  return (x, y) => {
    const inCorner = (right ? x > centreX : x < centreX) && (below ? y > centreY : y < centreY);
    return inner(x, y) && (!inCorner || (x - centreX) ** 2 + (y - centreY) ** 2 <= radius ** 2);
  };
};

/** What stands in the place of the fourth pane. */
const badgeOf = (state: TrayIconState, size: TraySize, look: TrayLook): readonly Layer[] => {
  const { margin, pane: side } = GRIDS[size];
  const from = size - margin - side;
  const radius = side / 2 + 1;
  const centre = size - radius;
  const ink = inkOf(look);
  switch (state.kind) {
    case 'idle':
      return [{ shape: pane(size, true, true), colour: ink ?? BLUE }];
    case 'running':
      return [
        { shape: disc(centre, radius), colour: faint(ink ?? BLUE, 0.35) },
        { shape: sector(centre, radius, state.step / PROGRESS_STEPS), colour: ink ?? BLUE },
      ];
    case 'paused': {
      const bar = Math.floor(side / 3);
      const bars = [box(from, from, bar, side), box(size - margin - bar, from, bar, side)];
      return bars.map((shape) => ({ shape, colour: ink ?? AMBER }));
    }
    case 'attention': {
      const stroke = [box(centre - 1, centre - radius + 1, 2, radius - 1), box(centre - 1, centre + 1, 2, 2)];
      return [
        { shape: disc(centre, radius), colour: ink ?? RED },
        ...stroke.map((shape) => ({ shape, colour: ink === null ? WHITE : null })),
      ];
    }
  }
};

const inkOf = (look: TrayLook): Colour | null => (look === 'colour' ? null : look === 'black' ? BLACK : WHITE);

const layersOf = (state: TrayIconState, size: TraySize, look: TrayLook): readonly Layer[] => {
  const { margin, pane: side } = GRIDS[size];
  const ink = inkOf(look);
  const alpha = state.kind === 'paused' ? 0.5 : 1;
  const panes: Layer[] = [
    { shape: pane(size, false, false), colour: faint(ink ?? BLUE, alpha) },
    { shape: pane(size, true, false), colour: faint(ink ?? GREEN, alpha) },
    { shape: pane(size, false, true), colour: faint(ink ?? GREEN, alpha) },
  ];
  // A badge is a little larger than a pane: a pixel is kept free around it.
  const round = state.kind === 'running' || state.kind === 'attention';
  const around: Layer[] = round ? [{ shape: disc(size - side / 2 - 1, side / 2 + 1 + margin), colour: null }] : [];
  return [...panes, ...around, ...badgeOf(state, size, look)];
};

/** Points a pixel is looked at in, each way. */
const SAMPLES = 4;

/** Draws an icon: four bytes a pixel (red, green, blue, alpha), row by row, `size` times `scale` pixels each way. */
export const drawTrayIcon = (state: TrayIconState, size: TraySize, look: TrayLook, scale: number): Uint8Array => {
  const layers = layersOf(state, size, look);
  const side = size * scale;
  const pixels = new Uint8Array(side * side * 4);
  for (let at = 0; at < side * side; at += 1) {
    const sum = [0, 0, 0, 0];
    for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
      const x = ((at % side) + ((sample % SAMPLES) + 0.5) / SAMPLES) / scale;
      const y = (Math.floor(at / side) + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / scale;
      const top = layers.findLast(({ shape }) => shape(x, y))?.colour;
      if (!top) continue;
      const [red, green, blue, alpha] = top;
      sum[0] = (sum[0] ?? 0) + red * alpha;
      sum[1] = (sum[1] ?? 0) + green * alpha;
      sum[2] = (sum[2] ?? 0) + blue * alpha;
      sum[3] = (sum[3] ?? 0) + alpha;
    }
    const [red = 0, green = 0, blue = 0, alpha = 0] = sum;
    if (alpha === 0) continue;
    pixels.set([red / alpha, green / alpha, blue / alpha, (255 * alpha) / SAMPLES ** 2].map(Math.round), at * 4);
  }
  return pixels;
};

const CRC = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

const crcOf = (bytes: Buffer): number => {
  let value = 0xffffffff;
  for (const byte of bytes) value = (CRC[(value ^ byte) & 255] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
};

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crcOf(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
};

/** Pixels as a PNG file (W3C PNG, 8 bits a channel with alpha). */
export const pngOf = (pixels: Uint8Array, side: number): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const rows = Buffer.alloc(side * (side * 4 + 1));
  for (let row = 0; row < side; row += 1)
    rows.set(pixels.subarray(row * side * 4, (row + 1) * side * 4), row * (side * 4 + 1) + 1);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};
