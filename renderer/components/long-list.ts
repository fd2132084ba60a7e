import { useLayoutEffect, useReducer, useState } from 'react';
import { LongScroll } from '../pictures/long-scroll.ts';

/** Lines beyond both edges of the view that are drawn too. */
const BEYOND = 10;

export interface LongList {
  /** Goes to the element that scrolls. */
  readonly box: (element: HTMLElement | null) => void;
  /** Height of the element that holds the lines, pixels. */
  readonly height: number;
  /** The lines to draw. `top`: pixels from the beginning of the element that holds them. */
  readonly lines: readonly { readonly index: number; readonly top: number }[];
  /** Brings a line into view. */
  readonly show: (index: number) => void;
}

/**
 * A list of any number of lines of one height, of which only those in view are drawn. `head`: pixels of a heading
 * above the lines that scrolls with them.
 */
export const useLongList = (count: number, lineHeight: number, head = 0): LongList => {
  const [scroll] = useState(() => new LongScroll());
  const [box, setBox] = useState<HTMLElement | null>(null);
  const [, draw] = useReducer((drawn: number) => drawn + 1, 0);
  const content = count * lineHeight;

  useLayoutEffect(() => {
    if (box === null) return;
    const place = (bar: number): void => {
      if (box.scrollTop !== bar) box.scrollTop = bar;
      draw();
    };
    const measure = (): void => place(scroll.resize(content, Math.max(0, box.clientHeight - head)));
    const moved = (): void => place(scroll.moved(box.scrollTop));
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(box);
    box.addEventListener('scroll', moved, { passive: true });
    return () => {
      sizes.disconnect();
      box.removeEventListener('scroll', moved);
    };
  }, [box, content, head, scroll]);

  const first = Math.max(0, Math.floor(scroll.offset / lineHeight) - BEYOND);
  const last = Math.min(count - 1, Math.ceil((scroll.offset + scroll.view) / lineHeight) + BEYOND);
  return {
    box: setBox,
    height: Math.min(scroll.height, content),
    lines: Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => ({
      index: first + at,
      top: scroll.placeOf((first + at) * lineHeight),
    })),
    show: (index) => {
      const bar = scroll.show(index * lineHeight, (index + 1) * lineHeight);
      if (box !== null && box.scrollTop !== bar) box.scrollTop = bar;
      draw();
    },
  };
};
