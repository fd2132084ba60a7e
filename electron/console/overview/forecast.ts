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

/**
 * When a vault is full if it goes on growing as it did. Null while there is too little to go by: the first set of an
 * object says nothing of those that follow.
 */
export const forecast = ({ since, stored }: CatalogGrowth, free: number, now: number): VaultOverview['forecast'] => {
  if (since === null || stored.length < FEWEST_SETS) return null;
  const span = now - Math.max(since, now - WINDOW_MS);
  if (span < SHORTEST_MS) return null;
  const days = span / DAY_MS;
  const bytesPerDay = Math.round(stored.reduce((sum, { bytes }) => sum + bytes, 0) / days);
  const left = bytesPerDay > 0 ? (free / bytesPerDay) * DAY_MS : Number.POSITIVE_INFINITY;
  return {
    bytesPerDay,
    fullAt: left > FARTHEST_MS ? null : new Date(now + left).toISOString(),
    days: Math.floor(days),
  };
};
