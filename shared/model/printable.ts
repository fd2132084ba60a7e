/**
 * Characters that steer whatever shows them, turn the direction of what follows and so show another text, or show nothing at all, so that two names
 * look the same. Joiners, which scripts and pictures are written with, stay.
 */
const STEERING =
  /[\p{Cc}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/gu;

/** Text of one line that steers nothing and shows as it is: such characters become visible. */
export const printable = (text: string): string => text.replace(STEERING, escaped);

const escaped = (character: string): string => {
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
};
