const PRESSABLE = 'button, a[href], label, summary, [role="button"], [role="option"], [role="row"], [role="tab"]';
/** How far a hand moves that means to hold still, in px: who goes further takes the press back. */
const STILL = 6;

interface Press {
  readonly on: HTMLElement;
  readonly pointer: number;
  readonly x: number;
  readonly y: number;
  /** What was pressed by its words: something else may have its place by the time the pointer is up. */
  readonly words: string | null;
}

const isAt = (element: HTMLElement, { x, y }: Press): boolean => {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return x >= left && x <= right && y >= top && y <= bottom;
};

const canBePressed = (element: HTMLElement): boolean =>
  element.isConnected && !element.matches(':disabled, [aria-disabled="true"]') && !element.closest('[inert]');

const stop = (event: Event): void => {
  event.preventDefault();
  event.stopPropagation();
};

/**
 * Keeps presses: what was pressed, and moved away below a pointer that held still, is pressed all the same. A field that is left, or an answer that
 * comes, may take a line out of the page or put one in between the two halves of a press, and a browser then presses nothing without a word. What was
 * replaced, or says something else by then, is not pressed.
 */
export const keepPresses = (page: Document): void => {
  let press: Press | null = null;
  const forget = (): void => {
    press = null;
  };
  const begin = ({ target, isPrimary, button, pointerId, clientX, clientY }: PointerEvent): void => {
    const on = target instanceof Element ? target.closest<HTMLElement>(PRESSABLE) : null;
    press =
      on && isPrimary && button === 0
        ? { on, pointer: pointerId, x: clientX, y: clientY, words: on.textContent }
        : null;
  };
  const end = ({ pointerId, clientX, clientY }: PointerEvent): void => {
    const ended = press;
    press = null;
    if (ended === null || ended.pointer !== pointerId) return;
    const isStill = Math.hypot(clientX - ended.x, clientY - ended.y) <= STILL;
    if (!isStill || isAt(ended.on, { ...ended, x: clientX, y: clientY })) return;
    // What holds both that and what is below the pointer by now, such as the row around them, was not meant.
    page.addEventListener('click', stop, true);
    setTimeout(() => {
      page.removeEventListener('click', stop, true);
      if (canBePressed(ended.on) && ended.on.textContent === ended.words) ended.on.click();
    });
  };
  page.addEventListener('pointerdown', begin, true);
  page.addEventListener('pointerup', end, true);
  for (const other of ['pointercancel', 'wheel', 'dragstart'])
    page.addEventListener(other, forget, { capture: true, passive: true });
};
