import { type RefObject, useEffect, useRef } from 'react';

const REACHABLE = 'input:not(:disabled), button:not(:disabled), a[href], [tabindex="0"]';

/** The first thing within a form that says of itself that it is wrong, or what is in it to be set right. */
const firstWrong = (form: HTMLElement): HTMLElement | null => {
  const wrong = form.querySelector<HTMLElement>('[aria-invalid="true"], [data-wrong]');
  if (wrong?.dataset.wrong === undefined) return wrong;
  return wrong.querySelector<HTMLElement>(REACHABLE) ?? wrong;
};

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
