import { useEffect, useState } from 'react';

/**
 * Gives the focus back to what had it before a dialog came whose parts take each other's place: each of them knows only the part before it, which
 * is gone by then. Without that whoever works by keys is back at the top of the page.
 */
export const useReturnedFocus = (): void => {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // After the last part has looked for what had the focus before it.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          const { activeElement, body } = document;
          const isLost = activeElement === null || activeElement === body;
          if (isLost && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
        }),
      );
    },
    [opener],
  );
};
