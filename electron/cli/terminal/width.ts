const NO_CELL = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;
const TWO_CELLS =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const PLAIN = /^[\x20-\x7e]*$/;

/** How many cells of a terminal a text takes (Unicode UAX #11: wide and fullwidth characters take two). */
export const cells = (text: string): number => {
  if (PLAIN.test(text)) return text.length;
  let sum = 0;
  for (const character of text) sum += cellsOf(character);
  return sum;
};

/** A text in no more than so many cells; what does not fit is taken out of its middle, where paths are least telling. */
export const shortened = (text: string, most: number): string => {
  if (cells(text) <= most) return text;
  const characters = Array.from(text);
  const room = Math.max(0, most - 1);
  const head = taken(characters, Math.floor(room / 2));
  const tail = taken(characters.toReversed(), room - Math.floor(room / 2));
  return `${head.join('')}…${tail.toReversed().join('')}`;
};

/** The characters at the beginning that fit into so many cells. */
const taken = (characters: readonly string[], most: number): string[] => {
  let left = most;
  const kept: string[] = [];
  for (const character of characters) {
    left -= cellsOf(character);
    if (left < 0) break;
    kept.push(character);
  }
  return kept;
};

const cellsOf = (character: string): number => (NO_CELL.test(character) ? 0 : TWO_CELLS.test(character) ? 2 : 1);
