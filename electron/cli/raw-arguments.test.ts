import { expect, test } from 'vitest';
import { pathsOf0 } from './raw-arguments.ts';

const read = (input: string) =>
  pathsOf0(Buffer.from(input, 'latin1')).map((path) =>
    'pathBase64' in path ? Buffer.from(path.pathBase64, 'base64').toString('latin1') : path.path,
  );

test('paths on standard input keep their bytes, and are written the one way that a set has them', () => {
  expect(read('/x//src/f\0/x/src/\0/x/./src/\xff\0//x/y/../z\0/\0')).toEqual([
    '/x/src/f',
    '/x/src',
    '/x/src/\xff',
    '/x/z',
    '/',
  ]);
});

test('a path that is not absolute is left for the contract to refuse', () => {
  expect(read('src//f\0')).toEqual(['src//f']);
});
