import { describe, expect, test } from 'vitest';
import {
  commonFolder,
  isShownWithin,
  isWithin,
  nameOf,
  parentOf,
  pathIn,
  shownPath,
  startFolder,
  wayTo,
  wholePath,
} from './paths.ts';
import { href, parseRoute } from './route.ts';

const shown = (bytes: string) => ({
  path: new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))),
  pathBase64: btoa(bytes),
});

describe('paths', () => {
  test('that are not text go back as their bytes', () => {
    expect(pathIn({ path: '/a\uFFFD', pathBase64: 'L2H/' })).toEqual({ pathBase64: 'L2H/' });
    expect(pathIn({ path: '/a' })).toEqual({ path: '/a' });
  });

  test.each([
    '/a\xff/b\xfe',
    '/caf\xe9 \xc3\xa9/\xf0\x9f\x98\x80\xf0\x9f\x98/\xed\xa0\x80',
    '/\xef\xbb\xbf\x80\xc0\xaf/\xe2\x80',
  ])('that are no text are cut, kept in an address and asked for as the bytes that they are: %j', (bytes) => {
    const whole = wholePath(shown(bytes));
    expect(pathIn({ path: whole })).toEqual({ pathBase64: btoa(bytes) });
    expect(shownPath(whole)).toMatchObject({ pathBase64: btoa(bytes) });
    const { query } = parseRoute(href('restore', 'docs', { path: whole, file: '/ä %00 \\0ff' }));
    expect(query).toEqual({ path: whole, file: '/ä %00 \\0ff' });
    const parent = bytes.slice(0, bytes.lastIndexOf('/'));
    expect(parentOf(whole)).toBe(wholePath(shown(parent)));
    expect(wayTo(whole).at(-1)?.path).toBe(whole);
    expect(isShownWithin(shown(bytes), { path: parentOf(whole) })).toBe(true);
  });

  test('are text again above what is none, and as they were where all is text', () => {
    expect(pathIn({ path: parentOf(wholePath(shown('/caf\xc3\xa9/\xff'))) })).toEqual({ path: '/café' });
    expect([wholePath({ path: '/a\ufffd' }), shownPath('/a😀')]).toEqual(['/a\ufffd', { path: '/a😀' }]);
    expect(startFolder([shown('/\xff')])).toBe(wholePath(shown('/\xff')));
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
