import { ColdframeError } from '../../../shared/errors.ts';
import type { BasketItem } from '../../stores/basket.ts';
import { isShownWithin, type ShownPath } from '../../stores/paths.ts';

/** A place that items of the basket would go to from more than one moment. */
export interface Meeting extends ShownPath {
  /** When those moments were, oldest first. */
  readonly moments: readonly string[];
}

const isSame = (one: ShownPath, other: ShownPath): boolean => isShownWithin(one, other) && isShownWithin(other, one);

/**
 * Where items of the basket would meet: each moment is a restore of its own, which takes what another one brought for something that was there before.
 * `has`: whether a moment holds something at a path: what lies in a folder of another moment meets nothing when that one does not have it. Rejects as
 * `has` does.
 */
export const meetingsOf = async (
  items: readonly BasketItem[],
  has: (set: string, path: ShownPath) => Promise<boolean>,
): Promise<Meeting[]> => {
  const pairs = items.flatMap((inner, at) =>
    items
      .filter(
        (outer, other) =>
          outer.set !== inner.set && isShownWithin(inner, outer) && (other > at || !isSame(inner, outer)),
      )
      .map((outer) => [inner, outer] as const),
  );
  const met = await Promise.all(
    pairs.map(async ([inner, outer]) => isSame(inner, outer) || (await has(outer.set, inner))),
  );
  const places = Map.groupBy(
    pairs.filter((_, at) => met[at]),
    ([{ path, pathBase64 }]) => pathBase64 ?? path,
  );
  return [...places.values()].map((same) => {
    const [{ path, pathBase64 }] = same[0] as (typeof same)[number];
    const moments = new Set(same.flat().flatMap(({ at }) => at ?? []));
    return { path, pathBase64, moments: [...moments].toSorted((one, other) => one.localeCompare(other)) };
  });
};

/** Whether a call found something at its path; what else went wrong is no answer, and thrown. */
export const isThere = async (call: Promise<unknown>): Promise<boolean> => {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof ColdframeError && error.code === 'NO_SUCH_PATH') return false;
    throw error;
  }
};
