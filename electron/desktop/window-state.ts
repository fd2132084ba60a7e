import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { durableWrite } from '../platform/durable-write.ts';

/** Where a window is on the desktop, in device-independent pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState {
  /** Null until a person has moved or sized it: the system then chooses. */
  readonly place: Place | null;
  readonly maximized: boolean;
}

export const LEAST = { width: 880, height: 600 };
const FIRST: WindowState = { place: null, maximized: false };

const pixels = z.number().int().min(-100_000).max(100_000);
const stored = z.strictObject({
  place: z.strictObject({ x: pixels, y: pixels, width: pixels.positive(), height: pixels.positive() }).nullable(),
  maximized: z.boolean(),
});

/** What was remembered; a file that is missing or was spoilt counts as none. */
export const readWindowState = (file: string): WindowState => {
  try {
    return stored.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return FIRST;
  }
};

export const writeWindowState = (file: string, state: WindowState): void => durableWrite(file, JSON.stringify(state));

/** How much of a window's upper edge has to be on a display, so that it can be taken hold of. */
const HOLD = { width: 120, height: 40 };

/**
 * A place that can be seen: displays come and go. As large as fits the display that shows most of its upper edge, and moved
 * onto it; null when none shows enough of it.
 */
export const onDisplays = (place: Place, displays: readonly Place[]): Place | null => {
  const shown = displays
    .map((display) => ({ display, width: overlap(place.x, place.width, display.x, display.width) }))
    .filter(
      ({ display, width }) =>
        width >= Math.min(HOLD.width, place.width) &&
        place.y >= display.y - HOLD.height &&
        place.y + HOLD.height <= display.y + display.height,
    )
    .toSorted((one, other) => other.width - one.width);
  const display = shown[0]?.display;
  if (!display) return null;
  const width = clamp(place.width, Math.min(LEAST.width, display.width), display.width);
  const height = clamp(place.height, Math.min(LEAST.height, display.height), display.height);
  return {
    width,
    height,
    x: clamp(place.x, display.x, display.x + display.width - width),
    y: clamp(place.y, display.y, display.y + display.height - height),
  };
};

const overlap = (from: number, length: number, otherFrom: number, otherLength: number): number =>
  Math.max(0, Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom));

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
