import { type RefObject, useEffect } from 'react';
import { keepFocus } from './focus.ts';

/** Keeps the focus in a part of the page for as long as it is there. */
export const useKeptFocus = (within: RefObject<HTMLElement | null>): void => {
  useEffect(() => (within.current ? keepFocus(within.current) : undefined), [within]);
};
