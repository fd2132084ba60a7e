const FORM =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:(?:[Tt]|\s+)(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*([Zz]|UTC|[+-]\d\d(?::?\d\d)?)?)?)?)?$/;

/**
 * A time as people type it, to milliseconds since 1970 UTC; null for what is none. ISO 8601, a space allowed for the `T`;
 * UTC unless it ends in an offset. What is left out is meant whole: a date is the end of that day, `17:30` the end of that
 * minute, so that a time which was read off a list finds what stands there. With `start` it is the beginning of that day or minute.
 */
export const pointInTime = (text: string, edge: 'start' | 'end' = 'end'): number | null => {
  const [, year, month, day, hour, minute, second, fraction, zone] = FORM.exec(text.trim()) ?? [];
  if (year === undefined) return null;
  const parts = [month, day, hour, minute, second].map((part) => (part === undefined ? undefined : Number(part)));
  const [, , h, m, s] = parts;
  if ((h ?? 0) > 23 || (m ?? 0) > 59 || (s ?? 0) > 59) return null;
  const offset = offsetMinutes(zone);
  if (offset === null || !isDate(Number(year), parts[0], parts[1])) return null;
  const exact = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  const start = Date.UTC(Number(year), (parts[0] ?? 1) - 1, parts[1] ?? 1, h ?? 0, m ?? 0, s ?? 0, exact);
  const known = parts.filter((part) => part !== undefined).length;
  return (fraction !== undefined || edge === 'start' ? start : endOf(start, known)) - offset * 60_000;
};

/** The last millisecond of the year, month, day, minute or second that begins at `start`. */
const endOf = (start: number, known: number): number => {
  const end = new Date(start);
  if (known === 0) end.setUTCFullYear(end.getUTCFullYear() + 1);
  else if (known === 1) end.setUTCMonth(end.getUTCMonth() + 1);
  else if (known === 2) end.setUTCDate(end.getUTCDate() + 1);
  else end.setTime(start + (known === 4 ? 60_000 : 1000));
  return end.getTime() - 1;
};

const isDate = (year: number, month = 1, day = 1): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

/** How far a zone is ahead of UTC; null for an offset that no place has. */
const offsetMinutes = (zone: string | undefined): number | null => {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
};
