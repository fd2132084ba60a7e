import { format } from '../words/format.ts';

const DAY = 86_400;

const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

/**
 * The marks of a time axis, seconds since 1970, as texts: days; or where they lie closer, times of the day, with the day where one begins, and below
 * the first that is of another day than the one before it.
 */
export const axisMoments = (marks: readonly number[], { time, day } = format): string[] => {
  const [first = 0, second = DAY] = marks;
  if (second - first >= DAY) return marks.map((each) => day(isoOf(each)));
  return marks.map((each, at) => {
    const begin = new Date(each * 1000);
    const today = day(isoOf(each));
    if (begin.getHours() === 0 && begin.getMinutes() === 0) return today;
    const before = marks[at - 1];
    const said = before !== undefined && day(isoOf(before)) === today;
    return said ? time(isoOf(each)) : `${time(isoOf(each))}\n${today}`;
  });
};
