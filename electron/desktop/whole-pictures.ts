import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions, ConsoleClient } from '../../shared/contract/calls.ts';
import type { InputOf, OutputOf, ProcedureName } from '../../shared/contract/contract.ts';

/** How long a page that is behind is left alone. */
const AGAIN_MS = 250;

/**
 * A console of another process, for a page that may be behind: that process does not hear that a picture was not taken, and what it told of only once
 * would be lost. The job is then followed anew, which begins with all of it.
 */
export const withWholePictures = (console: ConsoleClient, againMs = AGAIN_MS): ConsoleClient => ({
  call: async <P extends ProcedureName>(
    procedure: P,
    input: InputOf<P>,
    options: CallOptions = {},
  ): Promise<OutputOf<P>> => {
    if (procedure !== 'job.follow') return await console.call(procedure, input, options);
    const { signal, onEvent } = options;
    for (;;) {
      const turn = new AbortController();
      const end = () => turn.abort();
      signal?.addEventListener('abort', end, { once: true });
      if (signal?.aborted) end();
      try {
        return await console.call(procedure, input, {
          ...options,
          signal: turn.signal,
          onEvent: (event) => {
            if (!turn.signal.aborted && onEvent?.(event) === false) turn.abort();
          },
        });
      } catch (error) {
        if (!turn.signal.aborted || signal?.aborted) throw error;
      } finally {
        signal?.removeEventListener('abort', end);
      }
      await sleep(againMs);
    }
  },
});
