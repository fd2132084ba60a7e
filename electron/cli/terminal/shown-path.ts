import { printable } from '../../../shared/model/printable.ts';

/** A path for people: bytes that are not UTF-8 show as `\\xff`, so that two such names are told apart. */
export const shownPath = ({
  path,
  pathBase64,
}: {
  readonly path: string;
  readonly pathBase64?: string | undefined;
}): string => (pathBase64 === undefined ? printable(path) : printable(escapedBytes(Buffer.from(pathBase64, 'base64'))));

const LOST = '\uFFFD';

/** Byte by byte only where a character does not decode, so that the rest of a name stays readable. */
const escapedBytes = (bytes: Buffer): string => {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = lengthAt(bytes, at);
    const character = bytes.toString('utf8', at, at + length);
    const whole = !character.includes(LOST) || bytes.subarray(at, at + length).equals(Buffer.from(LOST));
    text += whole ? character : `\\x${(bytes[at] as number).toString(16).padStart(2, '0')}`;
    at += whole ? length : 1;
  }
  return text;
};

/** How many bytes the character that begins here has by its first byte (RFC 3629, section 3). */
const lengthAt = (bytes: Buffer, at: number): number => {
  const first = bytes[at] as number;
  if (first < 0xc2) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
};
