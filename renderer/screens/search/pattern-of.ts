/** What is searched for: a pattern as it is; anything else as a part of a name. */
export const patternOf = (typed: string): string => (/[*?[\]]/.test(typed) ? typed : `*${typed}*`);
