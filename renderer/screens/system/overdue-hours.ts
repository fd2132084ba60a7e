/** The hours that a person typed; null when they are none. */
export const hoursOf = (typed: string): number | null => {
  const hours = Number(typed.trim());
  return /^\d+$/.test(typed.trim()) && hours >= 1 && hours <= 87_600 ? hours : null;
};
