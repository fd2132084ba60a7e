import type { ByteString } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { characters } from './characters.ts';

type Token = { readonly kind: 'one' | 'star' } | { readonly kind: 'set'; readonly has: (character: string) => boolean };
/** The tokens of one part of a path; null stands for `**`, any number of parts. */
type Part = readonly Token[] | null;

/** A compiled glob. The semantics are in this folder's GLOBS.md. */
export interface Glob {
  readonly pattern: string;
  /** A pattern with a slash matches paths; one without, names at any depth. */
  readonly byPath: boolean;
  readonly directoriesOnly: boolean;
  /** `text` is a name, or for `byPath` a path without its leading slash. */
  matches(text: ByteString): boolean;
}

/** Compiles a glob; matching takes time in proportion to pattern × text, whatever the pattern. */
export function compileGlob(pattern: string, ignoreCase = false): Glob {
  if (pattern.startsWith('!')) refuse(pattern, 'it begins with "!", and a pattern cannot take things back in');
  const directoriesOnly = pattern.endsWith('/') && pattern.length > 1;
  const body = directoriesOnly ? pattern.replace(/\/+$/, '') : pattern;
  if (body === '' || body === '/') refuse(pattern, 'it is empty');
  const byPath = body.includes('/');
  const parts = body
    .split('/')
    .filter((part, index) => part !== '' || index > 0)
    .map((part): Part => (part === '**' ? null : tokens(part, pattern, ignoreCase)));
  const only = parts[0];
  return {
    pattern,
    byPath,
    directoriesOnly,
    matches: byPath
      ? (text) => matchParts(parts, text.split('/').map(foldedCharacters(ignoreCase)))
      : (text) => matchTokens(only ?? [{ kind: 'star' }], foldedCharacters(ignoreCase)(text)),
  };
}

/** Says what is wrong with a pattern. */
function refuse(pattern: string, reason: string): never {
  throw new ColdframeError('USAGE', {
    message: `The exclusion ${JSON.stringify(pattern)} is not usable: ${reason}.`,
    guidance: 'Change the pattern; \\ before a character takes away its special meaning.',
    context: { pattern },
  });
}

/** A name as characters, all of one case when case does not count. */
const foldedCharacters =
  (ignoreCase: boolean) =>
  (text: string): ArrayLike<string> => {
    const found = characters(text as ByteString);
    return ignoreCase ? Array.from(found, (character) => character.toLowerCase()) : found;
  };

/** Takes one part of a pattern apart. */
function tokens(part: string, pattern: string, ignoreCase: boolean): readonly Token[] {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const source = Array.from(part);
  const found: Token[] = [];
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at] as string;
    if (character === '*') {
      if (found.at(-1)?.kind !== 'star') found.push({ kind: 'star' });
    } else if (character === '?') found.push({ kind: 'one' });
    else if (character === '[') {
      const end = classEnd(source, at);
      if (end < 0) refuse(pattern, 'a "[" has no "]"');
      found.push({ kind: 'set', has: characterClass(source.slice(at + 1, end), fold) });
      at = end;
    } else {
      if (character === '\\') at += 1;
      const literal = source[at];
      if (literal === undefined) refuse(pattern, 'it ends with a single "\\"');
      found.push({ kind: 'set', has: (candidate) => candidate === fold(literal) });
    }
  }
  return found;
}

/** Where a class ends; a `]` right after `[` or `[!` is a member of it. */
function classEnd(source: readonly string[], start: number): number {
  const first = source[start + 1] === '!' || source[start + 1] === '^' ? start + 2 : start + 1;
  for (let at = first; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === ']' && at > first) return at;
  }
  return -1;
}

/** The test of a class: members, ranges, `!` or `^` for none of them. */
function characterClass(inner: readonly string[], fold: (text: string) => string): (character: string) => boolean {
  const negated = inner[0] === '!' || inner[0] === '^';
  const ranges: [number, number][] = [];
  const code = (text: string | undefined): number => fold(text ?? '').codePointAt(0) ?? 0;
  for (let at = negated ? 1 : 0; at < inner.length; at += 1) {
    if (inner[at] === '\\') at += 1;
    const low = code(inner[at]);
    const isRange = inner[at + 1] === '-' && at + 2 < inner.length;
    if (isRange) at += inner[at + 2] === '\\' ? 3 : 2;
    ranges.push([low, isRange ? code(inner[at]) : low]);
  }
  return (character) => {
    const point = character.codePointAt(0) ?? 0;
    return ranges.some(([low, high]) => low <= point && point <= high) !== negated;
  };
}

/** Matches one name; of the stars only the last is ever tried again, which is enough, and keeps the time in bounds. */
function matchTokens(pattern: readonly Token[], text: ArrayLike<string>): boolean {
  return wildcard(
    pattern.length,
    text.length,
    (at) => pattern[at]?.kind === 'star',
    (at, place) => {
      const token = pattern[at];
      return token?.kind === 'one' || (token?.kind === 'set' && token.has(text[place] as string));
    },
  );
}

/** Matches a path: the same with parts for characters and `**` for the star. A trailing `**` needs something beneath. */
function matchParts(parts: readonly Part[], path: readonly ArrayLike<string>[]): boolean {
  const beneathOnly = parts.at(-1) === null && parts.length > 1;
  const fixed = beneathOnly ? parts.slice(0, -1) : parts;
  const compare = (pattern: readonly Part[], length: number): boolean =>
    wildcard(
      pattern.length,
      length,
      (at) => pattern[at] === null,
      (at, place) => matchTokens(pattern[at] as readonly Token[], path[place] as ArrayLike<string>),
    );
  return beneathOnly ? compare([...fixed, [{ kind: 'star' }], null], path.length) : compare(fixed, path.length);
}

/** The classic two-pointer wildcard match over anything. */
function wildcard(
  patterns: number,
  texts: number,
  isStar: (at: number) => boolean,
  matches: (at: number, place: number) => boolean,
): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let resume = 0;
  while (place < texts) {
    if (at < patterns && isStar(at)) {
      star = at;
      at += 1;
      resume = place;
    } else if (at < patterns && matches(at, place)) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      place = resume;
    } else return false;
  }
  while (at < patterns && isStar(at)) at += 1;
  return at === patterns;
}
