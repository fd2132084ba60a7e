import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ByteString, byteStringFromText } from '../../../../shared/byte-string.ts';
import { pathParts, targetParts } from './target-path.ts';

const path = byteStringFromText;
const name = fc.string({ minLength: 1 }).filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..');

describe('target paths', () => {
  test('keep the absolute path beneath the destination, as tar does', () => {
    expect(targetParts(path('/srv/data/a'), [])).toEqual(['srv', 'data', 'a']);
  });

  test('lose what they are relative to', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 4 }), fc.array(name, { maxLength: 4 }), (head, tail) => {
        const whole = `/${[...head, ...tail].join('/')}` as ByteString;
        expect(targetParts(whole, head as ByteString[])).toEqual(tail);
      }),
    );
  });

  test('do not exist for directories above it', () => {
    expect(targetParts(path('/srv'), [path('srv'), path('data')])).toBeNull();
  });

  test('refuse an element beside it', () => {
    expect(() => targetParts(path('/srv/other/a'), [path('srv'), path('data')])).toThrow('is not beneath /srv/data');
  });

  test('never come from a set that names "..", ".", nothing, NUL or a relative path', () => {
    for (const bad of ['/a/../b', '/a/./b', '/a//b', '/a/', 'a/b', '', '/..', '/a\0b'])
      expect(() => pathParts(path(bad)), bad).toThrow('no absolute path');
  });
});
