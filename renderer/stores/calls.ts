import { useCallback, useEffect, useState } from 'react';
import { create } from 'zustand';
import type { CallOptions } from '../../shared/contract/calls.ts';
import type { InputOf, OutputOf, ProcedureName } from '../../shared/contract/contract.ts';
import { asColdframeError, type ColdframeError } from '../../shared/errors.ts';
import { client, useConnection } from './connection.ts';
import { withPassphrase } from './passphrases.ts';

/** Counts what changed at the console: whoever shows data of it asks again. */
const useChanges = create<{ readonly changes: number }>(() => ({ changes: 0 }));

export const dataChanged = (): void => useChanges.setState(({ changes }) => ({ changes: changes + 1 }));

export interface Loaded<T> {
  readonly data: T | null;
  readonly error: ColdframeError | null;
  readonly loading: boolean;
  readonly reload: () => void;
}

/** Calls a procedure; a sealed vault asks for its passphrase on the way. */
export const call = <P extends ProcedureName>(
  procedure: P,
  input: InputOf<P>,
  options: CallOptions = {},
): Promise<OutputOf<P>> =>
  withPassphrase((secrets) => client().call(procedure, input, secrets ? { ...options, secrets } : options), opens);

const opens = (dir: string, passphrase: string): Promise<boolean> =>
  client()
    .call('vault.tryPassphrase', { dir }, { secrets: { passphrase } })
    .then(
      () => true,
      (thrown: unknown) => asColdframeError(thrown).code !== 'PASSPHRASE_WRONG',
    );

/** Calls a procedure that changes something, and lets every screen ask again. */
export const change: typeof call = async (procedure, input, options) => {
  try {
    return await call(procedure, input, options);
  } finally {
    dataChanged();
  }
};

interface State<T> {
  readonly key: string;
  readonly data: T | null;
  readonly error: ColdframeError | null;
}

/**
 * What a query answers now. It is asked again after changes and when the connection came back; null asks nothing. `settled`: its answer is not
 * changed by what anybody does, and costs too much to be asked for again.
 */
export const useQuery = <P extends ProcedureName>(
  procedure: P,
  input: InputOf<P> | null,
  { settled = false }: { readonly settled?: boolean } = {},
): Loaded<OutputOf<P>> => {
  const key = input === null ? '' : JSON.stringify([procedure, input]);
  const open = useConnection(({ state }) => state.kind === 'open');
  const changes = useChanges((state) => (settled ? 0 : state.changes));
  const [asked, setAsked] = useState(0);
  const [state, setState] = useState<State<OutputOf<P>>>({ key: '', data: null, error: null });
  const reload = useCallback(() => setAsked((before) => before + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for procedure and input; the rest asks again.
  useEffect(() => {
    if (input === null || !open) return;
    const aborter = new AbortController();
    // What was asked before a change, and is answered after it, would show for a moment what is no longer so.
    const outdated = (): boolean => aborter.signal.aborted || (!settled && useChanges.getState().changes !== changes);
    call(procedure, input, { signal: aborter.signal }).then(
      (data) => !outdated() && setState({ key, data, error: null }),
      (thrown: unknown) => {
        if (outdated()) return;
        setState((before) => ({
          key,
          data: before.key === key ? before.data : null,
          error: asColdframeError(thrown),
        }));
      },
    );
    return () => aborter.abort();
  }, [key, open, changes, asked]);

  const current = state.key === key;
  return {
    data: current ? state.data : null,
    error: current ? state.error : null,
    loading: input !== null && !current,
    reload,
  };
};
