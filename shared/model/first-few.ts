/** Names that are listed before the rest is only counted. */
const LISTED = 5;

/** The first few of some names, and how many more there are; empty for none. */
export const firstFew = (
  names: readonly string[],
  between = ', ',
  rest = (more: number): string => ` and ${more} more`,
): string => {
  const more = names.length - LISTED;
  return `${names.slice(0, LISTED).join(between)}${more > 0 ? rest(more) : ''}`;
};
