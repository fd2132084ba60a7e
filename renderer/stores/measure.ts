import { useEffect, useState } from 'react';
import type { InputOf } from '../../shared/contract/contract.ts';
import type { MeasureSample } from '../../shared/contract/places.ts';
import { asColdframeError, type ColdframeError } from '../../shared/errors.ts';
import { call } from './calls.ts';
import { useConnection } from './connection.ts';

/** A pause in ticking and typing before counting begins anew. */
const PAUSE_MS = 350;

export interface Measure {
  /** The latest sample; of the selection before while the first of this one is awaited, null when it cannot be counted. */
  readonly sample: MeasureSample | null;
  readonly current: boolean;
  readonly error: ColdframeError | null;
}

/** Counts a selection in the background, anew whenever it changes, and when the connection is back. */
export const useMeasure = (input: InputOf<'place.measure'> | null): Measure => {
  const key = input === null ? '' : JSON.stringify(input);
  const open = useConnection((connection) => connection.state.kind === 'open');
  const [state, setState] = useState<{ key: string; sample: MeasureSample | null; error: ColdframeError | null }>({
    key: '',
    sample: null,
    error: null,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the input.
  useEffect(() => {
    if (input === null || !open) return;
    const aborter = new AbortController();
    const { signal } = aborter;
    const take = (sample: MeasureSample) => !signal.aborted && setState({ key, sample, error: null });
    const timer = setTimeout(() => {
      call('place.measure', input, {
        signal,
        onEvent: (event) => {
          if (event.event === 'measure') take(event.sample);
        },
      }).then(take, (thrown: unknown) => {
        if (!signal.aborted) setState({ key, sample: null, error: asColdframeError(thrown) });
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }, [key, open]);
  if (key === '') return { sample: null, current: true, error: null };
  return { sample: state.sample, current: state.key === key, error: state.key === key ? state.error : null };
};
