import { useEffect, useRef, useState } from 'react';
import { asColdframeError, type ColdframeError } from '../../shared/errors.ts';
import { said } from './said.ts';

/** What a form goes through: somebody tries, it is worked on, it is refused. */
export interface Submission {
  /** Whether somebody tried, so that what is missing is said. */
  readonly tried: boolean;
  readonly working: boolean;
  readonly error: ColdframeError | null;
  /** What was refused is no longer what stands there. */
  readonly forget: () => void;
  /** Does it when nothing is wrong with the form, and it is not under way already. What is refused once the form was closed is said in a note. */
  readonly submit: (complete: boolean, act: () => Promise<void>) => void;
}

/** Does one thing at a time: what is asked for while another is under way is not done. */
export const oneAtATime = (): ((work: () => Promise<void>) => Promise<void>) => {
  let isBusy = false;
  return async (work) => {
    if (isBusy) return;
    isBusy = true;
    try {
      await work();
    } finally {
      isBusy = false;
    }
  };
};

/** Tells whether the part of a screen that asks is still there: what goes wrong once it has gone has to be said elsewhere. */
export const useShown = (): (() => boolean) => {
  const shown = useRef(true);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  return () => shown.current;
};

/** A form on its way to the console. */
export const useSubmission = (): Submission => {
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<ColdframeError | null>(null);
  const [run] = useState(oneAtATime);
  const shown = useShown();
  const submit = (complete: boolean, act: () => Promise<void>) =>
    run(async () => {
      setTried(true);
      if (!complete) return;
      setWorking(true);
      setError(null);
      try {
        await act();
      } catch (thrown) {
        const error = asColdframeError(thrown);
        if (shown()) setError(error);
        // Whoever closed it may have called it off by that.
        else if (error.kind !== 'cancelled') said(error);
      } finally {
        setWorking(false);
      }
    });
  return {
    tried,
    working,
    error,
    forget: () => setError(null),
    submit: (complete, act) => void submit(complete, act),
  };
};
