/** Bytes per second below which no rule goes: less would make a single read take minutes. */
export const LEAST_RATE = 16_384;

const DAYS_OF_WEEK = 7;

/** The rule, counted from 0, that holds at every moment, where others stand behind it: none of those ever counts. Null where there is none. */
export const endlessRule = (
  rules: readonly { readonly days: readonly string[]; readonly from: string; readonly to: string }[],
): number | null => {
  const at = rules.findIndex(
    ({ days, from, to }) => from === to && (days.length === 0 || new Set(days).size === DAYS_OF_WEEK),
  );
  return at < 0 || at === rules.length - 1 ? null : at;
};
