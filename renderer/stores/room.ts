import { useSyncExternalStore } from 'react';

/** The narrowest page on which something can stand beside a list, pixels: a window of 1024, and not one that is magnified twice. */
const BESIDE = '(min-width: 1000px)';

const listen = (changed: () => void): (() => void) => {
  const query = window.matchMedia(BESIDE);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
};

/** Whether there is room beside a list, as it changes with the window and with how far the page is magnified. */
export const useRoomBeside = (): boolean => useSyncExternalStore(listen, () => window.matchMedia(BESIDE).matches);
