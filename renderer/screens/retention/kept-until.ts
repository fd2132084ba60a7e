/** The moment a day ends by the clocks of whoever looks; null when it is no day. */
export const endOfDay = (day: string): string | null => {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)?.map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return null;
  const end = new Date(year, month - 1, date + 1);
  // The 31st of a month that has none is the first of the next.
  const last = new Date(year, month - 1, date);
  return last.getDate() === date && last.getMonth() === month - 1 ? end.toISOString() : null;
};
