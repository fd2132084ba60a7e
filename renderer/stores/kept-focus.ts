import { type RefObject, useEffect } from 'react';

const PARTS = 'section[aria-labelledby]';

/**
 * Keeps the focus in a part of the page: where what has it goes away, or can no longer be pressed, the card that it was in takes it, else the
 * part itself. Without that whoever works by keys or ear is back at the top of the page without a word.
 */
export const useKeptFocus = (within: RefObject<HTMLElement | null>): void => {
  useEffect(() => {
    const root = within.current;
    if (!root) return;
    let last: Element | null = null;
    let card: HTMLElement | null = null;
    const onFocus = ({ target }: FocusEvent) => {
      last = target as Element;
      card = last.closest<HTMLElement>(PARTS);
    };
    const observer = new MutationObserver(() => {
      const { activeElement, body } = document;
      const isLost = activeElement === null || activeElement === body || activeElement.matches(':disabled');
      if (!isLost || last === null || (last.isConnected && !last.matches(':disabled'))) return;
      const to = card?.isConnected ? card : root;
      if (!to.hasAttribute('tabindex')) to.tabIndex = -1;
      to.focus({ preventScroll: true });
    });
    root.addEventListener('focusin', onFocus);
    observer.observe(root, { subtree: true, childList: true, attributeFilter: ['disabled'] });
    return () => {
      root.removeEventListener('focusin', onFocus);
      observer.disconnect();
    };
  }, [within]);
};
