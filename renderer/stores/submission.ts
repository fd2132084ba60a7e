import { useState } from 'react';
import { asColdframeError, type ColdframeError } from '../../shared/errors.ts';

/** What a form goes through: somebody tries, it is worked on, it is refused. */
export interface Submission {
  /** Whether somebody tried, so that what is missing is said. */
  readonly tried: boolean;
  readonly working: boolean;
  readonly error: ColdframeError | null;
  /** What was refused is no longer what stands there. */
  readonly forget: () => void;
  /** Does it when nothing is wrong with the form. */
  readonly submit: (complete: boolean, act: () => Promise<void>) => void;
}

/** A form on its way to the console. */
export const useSubmission = (): Submission => {
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<ColdframeError | null>(null);
  const submit = async (complete: boolean, act: () => Promise<void>) => {
    setTried(true);
    if (!complete) return;
    setWorking(true);
    setError(null);
    try {
      await act();
    } catch (thrown) {
      setError(asColdframeError(thrown));
    } finally {
      setWorking(false);
    }
  };
  return {
    tried,
    working,
    error,
    forget: () => setError(null),
    submit: (complete, act) => void submit(complete, act),
  };
};
