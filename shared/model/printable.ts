/** Characters that steer whatever shows them, or turn the direction of what follows and so show another text. */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;

/** Text of one line that steers nothing and shows as it is: such characters become visible. */
export const printable = (text: string): string => text.replace(STEERING, escaped);

const escaped = (character: string): string => {
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
};
