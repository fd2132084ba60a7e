import { expect, test } from 'vitest';
import { shownPath } from './shown-path.ts';

const shown = (...bytes: number[]): string =>
  shownPath({ path: 'lossy', pathBase64: Buffer.from(bytes).toString('base64') });

test('bytes that are not UTF-8 are told apart, and what is around them stays readable', () => {
  expect(shown(0x2f, 0x66, 0xff)).toBe('/f\\xff');
  expect(shown(0x2f, 0x66, 0xfe)).toBe('/f\\xfe');
  expect(shown(0x2f, 0xc3, 0xa4, 0xe2, 0x82)).toBe('/ä\\xe2\\x82');
  expect(shown(0x2f, 0xef, 0xbf, 0xbd, 0x80, 0x0a)).toBe('/\uFFFD\\x80\\x0a');
  expect(shownPath({ path: '/plain' })).toBe('/plain');
});
