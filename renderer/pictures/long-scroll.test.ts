import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LongScroll } from './long-scroll.ts';

const VIEW = 600;

/** A browser's scroll bar: it cannot leave its element, and whoever moves it is told where it has to stand. */
class Bar {
  readonly scroll = new LongScroll();
  at = 0;

  constructor(content: number, view = VIEW) {
    this.at = this.scroll.resize(content, view);
  }

  to(place: number): void {
    const free = Math.max(0, this.scroll.height - this.scroll.view);
    this.at = this.scroll.moved(Math.min(Math.max(0, place), free));
  }

  by(pixels: number): void {
    this.to(this.at + pixels);
  }
}

const long = fc.integer({ min: 16_000_001, max: 40_000_000_000 });
const wheel = fc.array(fc.integer({ min: -8000, max: 8000 }), { maxLength: 60 });

test('what a browser can hold scrolls as ever', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 16_000_000 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
      (content, places) => {
        const bar = new Bar(content);
        expect(bar.scroll.height).toBe(content);
        for (const place of places) {
          bar.to(place * Math.max(0, content - VIEW));
          expect(bar.scroll.offset).toBe(bar.at);
          expect(bar.scroll.placeOf(1234)).toBe(1234);
        }
      },
    ),
  );
});

test('a wheel moves longer content by as much as it says, from wherever the bar was dragged to', () => {
  fc.assert(
    fc.property(
      long,
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), wheel), { maxLength: 8 }),
      (content, story) => {
        const bar = new Bar(content);
        for (const [place, steps] of story) {
          bar.to(place * (bar.scroll.height - VIEW));
          for (const step of steps) {
            const expected = Math.min(Math.max(0, bar.scroll.offset + step), content - VIEW);
            bar.by(step);
            expect(bar.scroll.offset).toBeCloseTo(expected, 3);
          }
        }
      },
    ),
  );
});

test('both ends are where the bar ends, and every pixel can be brought into view', () => {
  fc.assert(
    fc.property(long, wheel, fc.double({ min: 0, max: 1, noNaN: true }), (content, steps, share) => {
      const bar = new Bar(content);
      for (const step of steps) bar.by(step);
      bar.to(bar.scroll.height);
      expect(bar.scroll.offset).toBe(content - VIEW);
      bar.to(0);
      expect([bar.scroll.offset, bar.at]).toEqual([0, 0]);
      const pixel = Math.floor(share * (content - 40));
      bar.at = bar.scroll.show(pixel, pixel + 34);
      expect(bar.scroll.offset).toBeLessThanOrEqual(pixel);
      expect(bar.scroll.offset + VIEW).toBeGreaterThanOrEqual(pixel + 34);
      expect(bar.scroll.placeOf(pixel)).toBeGreaterThanOrEqual(bar.at - 0.01);
      expect(bar.scroll.placeOf(pixel + 34)).toBeLessThanOrEqual(bar.at + VIEW + 0.01);
      expect(bar.at).toBeLessThanOrEqual(bar.scroll.height - VIEW);
    }),
  );
});

test('what is in view already stays where it is, also when the view grows', () => {
  const bar = new Bar(34_000_000_000);
  bar.to(8_000_000);
  const before = bar.scroll.offset;
  expect(bar.scroll.show(before + 10, before + 44)).toBe(bar.at);
  bar.scroll.resize(34_000_000_000, VIEW * 2);
  expect(bar.scroll.offset).toBe(before);
});
