/**
 * Every second of what there is time for as a whole only with COLDFRAME_THOROUGH=1. Which of both halves is chosen anew for
 * each file of each run, so that runs which follow each other come to all; titles say which it was.
 */
export const everySecond = <T>(all: readonly T[]): T[] =>
  process.env.COLDFRAME_THOROUGH === '1' ? [...all] : all.filter((_, at) => all.length === 1 || at % 2 === half);

const half = Math.random() < 0.5 ? 0 : 1;
