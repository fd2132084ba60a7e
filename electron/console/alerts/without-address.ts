/** So many characters of a part of a secret in a row say something of it. */
const TELLING = 4;
const DECODED_AT_MOST = 4;

/** Whether a text has nothing of an address but its host: no part of its path, query or name and password, encoded or not. */
export const saysNothingOf = (address: URL, text: string): boolean => {
  const parts = [address.pathname, address.search, address.hash, address.username, address.password]
    .flatMap((part) => [...decodings(part)])
    .flatMap((part) => part.split(/[/?&=;#]/));
  return saysNoneOf(parts, [...decodings(text)]);
};

/** Whether a text has nothing of a password, encoded or not; also as it is sent to sign in, in Base64 (RFC 4616, section 2). */
export const saysNothingOfPassword = (user: string, password: string, text: string): boolean => {
  if (password === '') return true;
  const sent = [password, `\0${user}\0${password}`].map((part) => Buffer.from(part).toString('base64'));
  const texts = [...decodings(text), ...unpacked(text)];
  return !texts.some((said) => said.includes(password)) && saysNoneOf([...decodings(password), ...sent], texts);
};

/** What runs of Base64 or hexadecimal in a text stand for, wherever they were cut. */
const unpacked = (text: string): string[] =>
  [...text.matchAll(/[A-Za-z0-9+/_-]{6,}/g)].flatMap(([run]) => [
    ...[0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64').toString('utf8')),
    ...(/^[0-9a-f]+$/i.test(run) ? [0, 1].map((from) => Buffer.from(run.slice(from), 'hex').toString('utf8')) : []),
  ]);

const saysNoneOf = (secret: readonly string[], texts: readonly string[]): boolean => {
  const parts = secret.map(bare).filter((part) => part !== '');
  return texts.every((said) => {
    const run = bare(said);
    const words = new Set(said.toLowerCase().split(/[^\p{L}\p{N}]+/u));
    return !parts.some((part) =>
      part.length < TELLING ? words.has(part) : windowsOf(part).some((of) => run.includes(of)),
    );
  });
};

/** A text as it is, and as one reads it who takes escapes out of it: of addresses, HTML and JSON, also one around another. */
const decodings = (text: string): ReadonlySet<string> => {
  const found = new Set([text]);
  let last = text;
  for (let times = 0; times < DECODED_AT_MOST; times += 1) {
    last = [fromPercent, fromMarkup, fromJson].reduce((known, decode) => decode(known), last);
    found.add(last);
  }
  return found;
};

const fromPercent = (text: string): string =>
  text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escaped) => Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8'));

const fromMarkup = (text: string): string =>
  text
    .replaceAll(/&#(\d{1,7});?/g, (_, code: string) => characterOf(Number(code)))
    .replaceAll(/&#x([0-9a-f]{1,6});?/gi, (_, code: string) => characterOf(Number.parseInt(code, 16)))
    .replaceAll(/&[a-z]{2,8};/gi, ' ');

const fromJson = (text: string): string =>
  text.replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) => characterOf(Number.parseInt(code, 16)));

const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : ' ');

/** Its letters and digits alone: what stands between them may be written in many ways. */
const bare = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');

const windowsOf = (part: string): string[] =>
  Array.from({ length: part.length - TELLING + 1 }, (_, at) => part.slice(at, at + TELLING));
