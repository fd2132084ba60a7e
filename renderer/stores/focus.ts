const PARTS = 'section[aria-labelledby]';
const REACHABLE = 'input:not(:disabled), button:not(:disabled), a[href], [tabindex="0"]';
const KEPT = 'data-kept-focus';

/** Whether nobody chose what has the focus now: nothing has it, or what was left when the thing that had it went away. */
export const isFocusLost = (): boolean => {
  const { activeElement: active, body } = document;
  return active === null || active === body || active.matches(':disabled') || active.hasAttribute(KEPT);
};

/**
 * Keeps the focus in a part of the page: where what has it goes away, or can no longer be pressed, the card that it was in takes it, else the
 * part itself. Without that whoever works by keys or ear is back at the top of the page without a word. Answers how to end it.
 */
export const keepFocus = (root: HTMLElement): (() => void) => {
  let last: Element | null = null;
  let card: HTMLElement | null = null;
  const onFocus = ({ target }: FocusEvent) => {
    last = target as Element;
    card = last.closest<HTMLElement>(PARTS);
  };
  const onBlur = ({ target }: FocusEvent) => {
    const left = target as Element;
    // What goes away has gone by then; and a window that is left only for a moment still has its focus.
    queueMicrotask(() => {
      if (document.activeElement === left) return;
      if (left === last && left.isConnected && !left.matches(':disabled')) last = null;
      if (left.getAttribute(KEPT) === 'tabindex') left.removeAttribute('tabindex');
      left.removeAttribute(KEPT);
    });
  };
  const observer = new MutationObserver(() => {
    if (last === null || (last.isConnected && !last.matches(':disabled')) || !isFocusLost()) return;
    const to = card?.isConnected && root.contains(card) ? card : root;
    to.setAttribute(KEPT, to.hasAttribute('tabindex') ? '' : 'tabindex');
    if (!to.hasAttribute('tabindex')) to.tabIndex = -1;
    to.focus({ preventScroll: true });
  });
  root.addEventListener('focusin', onFocus);
  root.addEventListener('focusout', onBlur);
  observer.observe(root, { subtree: true, childList: true, attributeFilter: ['disabled'] });
  return () => {
    root.removeEventListener('focusin', onFocus);
    root.removeEventListener('focusout', onBlur);
    observer.disconnect();
  };
};

/** The first thing within a form that says of itself that it is wrong, or what is in it to be set right. */
export const firstWrong = (form: HTMLElement): HTMLElement | null => {
  const wrong = form.querySelector<HTMLElement>('[aria-invalid="true"], [data-wrong]');
  if (wrong?.dataset.wrong === undefined) return wrong;
  return wrong.querySelector<HTMLElement>(REACHABLE) ?? wrong;
};
