import type { ByteString } from '../../shared/byte-string.ts';
import type { Selection } from '../../shared/model/selection.ts';
import { walk } from '../engine/selection/walk.ts';

/**
 * The exclusions of a selection that match nothing now. Looks for a moment only, as somebody waits: null when that was not
 * long enough to tell. Throws USAGE for an exclusion that cannot be read.
 */
export const unmatchedExclusions = async (
  selection: Selection,
  own: readonly ByteString[],
  patienceMs = 500,
): Promise<readonly string[] | null> => {
  const open = new Set(selection.exclude);
  const end = performance.now() + patienceMs;
  const ended = walk(
    { selection, own, stopped: () => open.size === 0 || performance.now() > end },
    {
      enterDirectory: () => undefined,
      entry: () => undefined,
      leaveDirectory: () => undefined,
      leftOut: (rule) => {
        if (rule.startsWith('glob:')) open.delete(rule.slice('glob:'.length));
      },
      warning: () => undefined,
    },
  );
  return ended || open.size === 0 ? [...open] : null;
};
