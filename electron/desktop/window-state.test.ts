import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { onDisplays, type Place, readWindowState, writeWindowState } from './window-state.ts';

const screen: Place = { x: 0, y: 0, width: 1920, height: 1040 };
const right: Place = { x: 1920, y: -200, width: 2560, height: 1400 };

const file = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-window-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'window.json');
};

test('what was remembered is read again', () => {
  const at = file();
  const state = { place: { x: -5, y: 10, width: 900, height: 700 }, maximized: true };
  writeWindowState(at, state);
  expect(readWindowState(at)).toEqual(state);
});

test.each([
  '',
  '[]',
  '{"place":{"x":0,"y":0,"width":1e9,"height":5},"maximized":false}',
  '{"place":{"x":0,"y":0,"width":-1,"height":5},"maximized":false}',
  '{"maximized":"yes","place":null}',
])('a file that holds %s counts as none', (text) => {
  const at = file();
  expect(readWindowState(at)).toEqual({ place: null, maximized: false });
  writeFileSync(at, text);
  expect(readWindowState(at)).toEqual({ place: null, maximized: false });
});

test('a place that can be seen is kept as it is, on any display', () => {
  for (const place of [
    { x: 10, y: 20, width: 1200, height: 800 },
    { x: 2000, y: -150, width: 1200, height: 800 },
  ]) {
    expect(onDisplays(place, [screen, right])).toEqual(place);
  }
});

test('a place on a display that is gone is forgotten', () => {
  expect(onDisplays({ x: 2500, y: 100, width: 1200, height: 800 }, [screen])).toBeNull();
});

test('a window larger than its display is made to fit', () => {
  expect(onDisplays({ x: 0, y: 0, width: 5000, height: 5000 }, [screen])).toEqual(screen);
});

test('whatever was remembered, the window lies wholly on one display, or where the system puts it', () => {
  const length = fc.integer({ min: 1, max: 9000 });
  const at = fc.integer({ min: -9000, max: 9000 });
  const place = fc.record({ x: at, y: at, width: length, height: length });
  const inside = (inner: Place, outer: Place) =>
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height;
  fc.assert(
    fc.property(place, fc.array(place, { maxLength: 4 }), (wanted, displays) => {
      const found = onDisplays(wanted, displays);
      return found === null || displays.some((display) => inside(found, display));
    }),
  );
});
