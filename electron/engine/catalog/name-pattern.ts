import { type ByteString, displayText } from '../../../shared/byte-string.ts';

const GRAM = 3;
/** Enough to leave few candidates; each further one costs a look-up. */
const MOST_GRAMS = 12;

/** A name or path as a search compares it: decoded, composed, in lower case. */
export const searchText = (name: ByteString): string =>
  ASCII.test(name) ? name.toLowerCase() : displayText(name).normalize('NFC').toLowerCase();

/** What is decoded and composed already, as nearly all names are. */
const ASCII = /^\p{ASCII}*$/u;

/**
 * What a person looks for: part of a name, or a glob (`*`, `?`) for a whole name. With a slash it is about the
 * path, and what stands behind the last one about the beginning of the name.
 */
export interface NamePattern {
  /** Whether a name or path fits; give it `searchText`. */
  readonly fits: (text: string) => boolean;
  readonly onPath: boolean;
  /** FTS5 query that every name that fits satisfies; null when the pattern is too short for one. */
  readonly query: string | null;
  /** Bytes in lower case that every name that fits contains, apart from the case of ASCII letters; null when unknown. */
  readonly literal: string | null;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/**
 * The pieces between the stars, each looked for behind the one before: the first place is always good enough, so no piece is ever looked for again.
 * One expression for all of it would try every way to share out a name among its stars.
 */
const globOf = (pattern: string): ((name: string) => boolean) => {
  const all = pattern.split(/\*+/);
  const pieces = all.map((piece, index) => {
    const body = piece.split('?').map(escaped).join('.');
    return new RegExp(`${index === 0 ? '^' : ''}${body}${index === all.length - 1 ? '$' : ''}`, 'gsu');
  });
  return (name) => {
    let from = 0;
    for (const piece of pieces) {
      piece.lastIndex = from;
      if (!piece.test(name)) return false;
      from = piece.lastIndex;
    }
    return true;
  };
};

/** The runs of three characters in the fixed pieces of a pattern. */
const gramsOf = (pieces: readonly string[]): string[] => {
  const grams = new Set<string>();
  for (const piece of pieces) {
    const letters = Array.from(piece);
    for (let at = 0; at + GRAM <= letters.length; at += 1) grams.add(letters.slice(at, at + GRAM).join(''));
  }
  const all = [...grams];
  const step = Math.max(1, all.length / MOST_GRAMS);
  return all.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
};

/** Makes a pattern of what a person typed. Upper and lower case are the same. */
export const namePattern = (typed: string): NamePattern => {
  const text = typed.normalize('NFC').toLowerCase();
  const isGlob = /[*?]/.test(text);
  const onPath = text.includes('/');
  const glob = isGlob ? globOf(onPath && !text.startsWith('/') ? `*${text}` : text) : null;
  const slash = text.lastIndexOf('/');
  const fits = (name: string): boolean => {
    if (glob !== null) return glob(name);
    return onPath ? name.startsWith(text, name.lastIndexOf('/') - slash) : name.includes(text);
  };
  const pieces = text
    .slice(slash + 1)
    .split(/[*?]+/)
    .filter((piece) => piece !== '');
  const grams = gramsOf(pieces);
  const query = grams.length === 0 ? null : grams.map((gram) => `"${gram.replaceAll('"', '""')}"`).join(' AND ');
  const ascii = pieces.filter((piece) => /^[\x20-\x7e]+$/.test(piece)).sort((one, other) => other.length - one.length);
  return { fits, onPath, query, literal: ascii[0] ?? null };
};
