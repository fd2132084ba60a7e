import type { ActivityEntry } from '../../shared/contract/activity.ts';
import type { WarningView } from '../../shared/contract/values.ts';

/** Lines that an entry has; all of them has the job. */
const MOST_LINES = 20;
const LONGEST = 500;

/** What an act can have found wrong and gone on all the same. */
interface Warned {
  readonly warnings?: readonly WarningView[];
  readonly damaged?: readonly { readonly tape: string; readonly chunk: number; readonly elements: readonly string[] }[];
}

/** What an act warned of, for its entry in the log: `warnings` is how many, `warned` the first of them, a line each. Empty where there were none. */
export const warnedOf = (output: unknown): ActivityEntry['context'] => {
  const { warnings = [], damaged = [] } = output as Warned;
  const count = warnings.length + damaged.length;
  if (count === 0) return {};
  const lines = [
    ...damaged
      .slice(0, MOST_LINES)
      .map(({ tape, chunk, elements }) => `DAMAGED tape ${tape}, chunk ${chunk}: ${elements.join(', ')}`),
    ...warnings.slice(0, MOST_LINES).map(({ code, path, message }) => `${code} ${path}: ${message}`),
  ];
  const warned = lines
    .slice(0, MOST_LINES)
    .map((line) => line.replaceAll('\n', ' ').slice(0, LONGEST))
    .join('\n');
  return { warnings: count, warned };
};
