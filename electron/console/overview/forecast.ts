import type { VaultOverview } from '../../../shared/contract/overview.ts';
import type { CatalogGrowth } from '../use-cases.ts';

const DAY_MS = 86_400_000;
/** How far back growth is looked at. */
export const WINDOW_MS = 60 * DAY_MS;
/** Less than this is no rhythm. */
const FEWEST_SETS = 3;
const SHORTEST_MS = 3 * DAY_MS;
/** Nobody plans beyond this. */
const FARTHEST_MS = 3650 * DAY_MS;

/** From when on growth is looked at, milliseconds since 1970; null when there is nothing to look at. */
export const growthBegin = ({ since }: Pick<CatalogGrowth, 'since'>, now: number): number | null =>
  since === null ? null : Math.max(since, now - WINDOW_MS);

/**
 * When a vault is full if it goes on growing as it did: by what was stored since, less what expired since of what had been there before. Null while there
 * is too little to go by: the first set of an object says nothing of those that follow. `expired`, `free`: bytes.
 */
export const forecast = (
  { since, stored }: Pick<CatalogGrowth, 'since' | 'stored'>,
  expired: number,
  free: number,
  now: number,
): VaultOverview['forecast'] => {
  const begin = growthBegin({ since }, now);
  if (begin === null || stored.length < FEWEST_SETS) return null;
  const span = now - begin;
  if (span < SHORTEST_MS) return null;
  const days = span / DAY_MS;
  const grown = stored.reduce((sum, { bytes }) => sum + bytes, 0) - expired;
  const bytesPerDay = Math.max(0, Math.round(grown / days));
  const left = bytesPerDay > 0 ? (free / bytesPerDay) * DAY_MS : Number.POSITIVE_INFINITY;
  return {
    bytesPerDay,
    fullAt: left > FARTHEST_MS ? null : new Date(now + left).toISOString(),
    days: Math.floor(days),
  };
};
