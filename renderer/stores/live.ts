import { useEffect } from 'react';
import type { InputOf, OutputOf, ProcedureName } from '../../shared/contract/contract.ts';
import { type Loaded, useQuery } from './calls.ts';

/** What a query answers now, asked again a while after each answer: a slow console is never asked twice at a time. */
export const useLive = <P extends ProcedureName>(
  procedure: P,
  input: InputOf<P> | null,
  everyMs = 1000,
): Loaded<OutputOf<P>> => {
  const loaded = useQuery(procedure, input);
  const { data, error, reload } = loaded;
  useEffect(() => {
    if (data === null && error === null) return;
    const timer = setTimeout(reload, everyMs);
    return () => clearTimeout(timer);
  }, [data, error, reload, everyMs]);
  return loaded;
};
