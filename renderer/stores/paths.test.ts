import { describe, expect, test } from 'vitest';
import { commonFolder, isWithin, nameOf, parentOf, pathIn, startFolder, wayTo } from './paths.ts';

describe('paths', () => {
  test('that are not text go back as their bytes', () => {
    expect(pathIn({ path: '/a\uFFFD', pathBase64: 'L2H/' })).toEqual({ pathBase64: 'L2H/' });
    expect(pathIn({ path: '/a' })).toEqual({ path: '/a' });
  });

  test('have a name, a folder and a way to them', () => {
    expect([nameOf('/a/b'), nameOf('/'), parentOf('/a/b'), parentOf('/a'), parentOf('/')]).toEqual([
      'b',
      '/',
      '/a',
      '/',
      '/',
    ]);
    expect(wayTo('/a/b').map(({ path }) => path)).toEqual(['/', '/a', '/a/b']);
  });

  test('lie within a folder only when the folder ends at a slash', () => {
    expect([isWithin('/a/b', '/a'), isWithin('/ab', '/a'), isWithin('/a', '/a'), isWithin('/a', '/')]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  test('of an object begin at its folder, or at the one that holds all of them', () => {
    expect(startFolder([{ path: '/h/ada' }])).toBe('/h/ada');
    expect(startFolder([{ path: '/h/ada' }, { path: '/h/bob' }])).toBe('/h');
    expect(startFolder([])).toBe('/');
  });

  test('have a longest folder in common', () => {
    expect(commonFolder(['/h/ada/x', '/h/ada/d/y'])).toBe('/h/ada');
    expect(commonFolder(['/h/a', '/var/b'])).toBe('/');
    expect(commonFolder(['/h/a'])).toBe('/h');
  });
});
