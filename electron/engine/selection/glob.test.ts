import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteString, byteStringFromText, byteStringOf } from '../../../shared/byte-string.ts';
import { characters } from './characters.ts';
import { compileGlob } from './glob.ts';

const matches = (pattern: string, text: string, ignoreCase = false) =>
  compileGlob(pattern, ignoreCase).matches(byteStringFromText(text));

/** The definition, as plainly as it can be said: too slow to use, too simple to be wrong. */
function oracle(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*') {
    return oracle(pattern.slice(1), text) || (text !== '' && oracle(pattern, text.slice(1)));
  }
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && oracle(pattern.slice(1), text.slice(1));
}

describe('a glob', () => {
  it.each([
    ['*.iso', 'a.iso', true],
    ['*.iso', '.iso', true],
    ['*.iso', 'a.iso.txt', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['?', 'ä', true],
    ['??', 'ä', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[]]', ']', true],
    ['[ä-ü]', 'ö', true],
    ['[a\\]]', ']', true],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['\\!x', '!x', true],
    ['docs/draft', 'docs/draft', true],
    ['docs/draft', 'x/docs/draft', false],
    ['/draft', 'draft', true],
    ['/draft', 'docs/draft', false],
    ['**/node_modules', 'node_modules', true],
    ['**/node_modules', 'a/b/node_modules', true],
    ['logs/**', 'logs', false],
    ['logs/**', 'logs/a', true],
    ['logs/**', 'logs/a/b', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'a/x/y/c', false],
    ['a/*/b', 'a/x/y/b', false],
    ['home/*/x', 'home/ann/x', true],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it('takes names that are not UTF-8 byte by byte', () => {
    const name = 'a\xff\xe4.tmp' as ByteString;
    expect(compileGlob('a??.tmp').matches(name)).toBe(true);
    expect(compileGlob('a?.tmp').matches(name)).toBe(false);
    expect(compileGlob('*.tmp').matches(name)).toBe(true);
  });

  it('says whether it goes by path and for directories only', () => {
    expect(compileGlob('build/')).toMatchObject({ byPath: false, directoriesOnly: true });
    expect(compileGlob('/build')).toMatchObject({ byPath: true, directoriesOnly: false });
    expect(compileGlob('a/b/')).toMatchObject({ byPath: true, directoriesOnly: true });
  });

  it('does not care for case when told so', () => {
    expect(matches('*.ISO', 'x.iso', true)).toBe(true);
    expect(matches('*.ISO', 'x.iso')).toBe(false);
  });

  it.each(['', '/', '!x', '[a', 'x\\'])('refuses %j and says why', (pattern) => {
    expect(() => compileGlob(pattern)).toThrow(/is not usable/);
  });

  it('matches what its definition says', () => {
    const piece = fc.constantFrom('a', 'b', '*', '?');
    const pattern = fc.array(piece, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        fc.pre(glob !== '**');
        expect(matches(glob, name)).toBe(oracle(glob, name));
      }),
      { numRuns: 2000 },
    );
  });

  it('matches every name literally when it is escaped, whatever its bytes', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((text) => !/[/\0]/.test(text) && text.isWellFormed());
    fc.assert(
      fc.property(name, (text) => {
        expect(matches(Array.from(text, (c) => `\\${c}`).join(''), text)).toBe(true);
      }),
    );
  });

  it('stays fast on patterns that are made to be slow', () => {
    const started = performance.now();
    expect(matches(`${'*a'.repeat(30)}b`, 'a'.repeat(255))).toBe(false);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('the characters of a name', () => {
  it('differ for different names', () => {
    const bytes = fc.uint8Array({ maxLength: 6 });
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const text = (name: Uint8Array) => Array.from(characters(byteStringOf(name))).join('');
        expect(text(one) === text(other)).toBe(Buffer.compare(one, other) === 0);
      }),
      { numRuns: 2000 },
    );
  });
});
