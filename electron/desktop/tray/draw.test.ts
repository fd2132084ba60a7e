import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { drawTrayIcon, PROGRESS_STEPS, pngOf, TRAY_LOOKS, type TrayIconState } from './draw.ts';

const STATES: readonly TrayIconState[] = [
  { kind: 'idle' },
  { kind: 'attention' },
  { kind: 'paused' },
  ...Array.from({ length: PROGRESS_STEPS + 1 }, (_, step) => ({ kind: 'running', step }) as const),
];

const alphas = (pixels: Uint8Array): number[] =>
  Array.from({ length: pixels.length / 4 }, (_, at) => pixels[at * 4 + 3] ?? 0);

test('no two icons of one look are the same, at either scale', () => {
  for (const look of TRAY_LOOKS)
    for (const size of [16, 22] as const)
      for (const scale of look === 'colour' ? [1, 2] : [1]) {
        const drawn = STATES.map((state) => Buffer.from(drawTrayIcon(state, size, look, scale)).toString('base64'));
        expect(new Set(drawn).size).toBe(STATES.length);
      }
});

test('straight edges fall between pixels: a line through the panes is full or empty', () => {
  for (const size of [16, 22] as const)
    for (const kind of ['idle', 'paused'] as const)
      for (const row of [6, size - 7]) {
        const line = alphas(drawTrayIcon({ kind }, size, 'colour', 1)).slice(row * size, (row + 1) * size);
        expect(line.filter((alpha) => ![0, 128, 255].includes(alpha))).toEqual([]);
        expect(line.filter((alpha) => alpha > 0).length).toBeGreaterThan(size / 2);
      }
});

test('one ink is one ink, and what is bright on dark is dark on bright', () => {
  for (const state of STATES) {
    const [black, white] = (['black', 'white'] as const).map((look) => drawTrayIcon(state, 22, look, 2));
    if (!black || !white) throw new Error('nothing was drawn');
    expect(alphas(black)).toEqual(alphas(white));
    const inks = (pixels: Uint8Array) =>
      new Set(alphas(pixels).flatMap((alpha, at) => (alpha > 0 ? [...pixels.subarray(at * 4, at * 4 + 3)] : [])));
    expect([...inks(black)]).toEqual([0]);
    expect([...inks(white)]).toEqual([255]);
  }
});

test('a PNG holds the pixels as they were drawn', () => {
  const pixels = drawTrayIcon({ kind: 'attention' }, 16, 'colour', 2);
  const png = pngOf(pixels, 32);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  const at = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  const read = Array.from({ length: 32 }, (_, row) => [...rows.subarray(row * 129 + 1, (row + 1) * 129)]).flat();
  expect(read).toEqual([...pixels]);
});
