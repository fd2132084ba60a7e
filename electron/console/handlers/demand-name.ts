import { ColdframeError } from '../../../shared/errors.ts';

const LONGEST = 128;

/** Why something cannot be a name, most telling first. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'is empty'],
  [/[\p{C}\p{Zl}\p{Zp}]/u, 'has a character that cannot be seen (a control or format character)'],
  [/^\s|\s$/, 'begins or ends with a space'],
  [/^-/, 'begins with "-", as options do'],
  [/\//, 'has a "/", as paths do'],
  [/@/, 'has an "@", which stands between a name and a time'],
  [/^[0-9a-f]{32}$/, 'looks like the id of a block set'],
];

/** A name that can be typed, shown and told from a path, an option, an id and NAME@TIME; throws USAGE for any other. */
export const demandName = (name: string, what: 'object' | 'vault'): string => {
  const fault =
    FAULTS.find(([pattern]) => pattern.test(name))?.[1] ??
    (Array.from(name).length > LONGEST ? `is longer than ${LONGEST} characters` : undefined);
  if (fault === undefined) return name;
  throw new ColdframeError('USAGE', {
    message: `${JSON.stringify(name)} cannot be the name of ${what === 'object' ? 'an object' : 'a vault'}: it ${fault}.`,
    guidance: `Choose 1 to ${LONGEST} characters, such as letters, digits, spaces, "-", "_" and ".".`,
    context: { name },
  });
};

/** Two names that a person could take for one another have the same. */
export const nameForComparison = (name: string): string => name.normalize('NFKC').toLowerCase();
