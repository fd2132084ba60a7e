import { periodsIn } from '../../platform/periods.ts';

/** Farther from UTC no place ever was, milliseconds. */
const FARTHEST_MS = 16 * 3_600_000;

/** When a month (`2026-11`) begins and when the next one does, in a time zone; milliseconds since 1970. */
export const monthInZone = (month: string, zone: string): { readonly from: number; readonly until: number } => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const after = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
  return { from: startOf(month, zone), until: startOf(after, zone) };
};

/** The first millisecond that belongs to a month: found by halving, as zones have no rule that holds for all. */
const startOf = (month: string, zone: string): number => {
  const calendar = periodsIn(zone);
  const [year = 0, number = 1] = month.split('-').map(Number);
  let before = Date.UTC(year, number - 1) - FARTHEST_MS;
  let within = Date.UTC(year, number - 1) + FARTHEST_MS;
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (calendar(middle).monthly < month) before = middle;
    else within = middle;
  }
  return within;
};
