import type { ByteString } from '../../../shared/byte-string.ts';

/** The start of a well-formed UTF-8 character of more than one byte. */
const MULTIBYTE =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}/g;
const ASCII = /^[\0-\x7f]*$/;

/**
 * A name as the characters that a person sees. A byte that is no UTF-8 is one character of its own (U+DC80 to U+DCFF),
 * so that every name has characters and different names have different ones.
 */
export function characters(name: ByteString): ArrayLike<string> {
  if (ASCII.test(name)) return name;
  const found: string[] = [];
  let at = 0;
  const single = (end: number): void => {
    for (; at < end; at += 1) {
      const byte = name.charCodeAt(at);
      found.push(byte < 0x80 ? (name[at] as string) : String.fromCharCode(0xdc00 + byte));
    }
  };
  for (const match of name.matchAll(MULTIBYTE)) {
    single(match.index);
    found.push(Buffer.from(match[0], 'latin1').toString('utf8'));
    at += match[0].length;
  }
  single(name.length);
  return found;
}
