import { type RefObject, useEffect, useRef } from 'react';
import { firstWrong } from './focus.ts';

/**
 * Has the first wrong field of a form take the focus, so that what is wrong with it is read out, after every attempt to send it.
 * `attempt`: whatever is another one with each of them; the first one seen is none.
 */
export const useFirstWrong = <E extends HTMLElement>(attempt: unknown): RefObject<E | null> => {
  const form = useRef<E>(null);
  const seen = useRef(attempt);
  useEffect(() => {
    if (Object.is(seen.current, attempt)) return;
    seen.current = attempt;
    if (form.current) firstWrong(form.current)?.focus();
  }, [attempt]);
  return form;
};
