import { describe, expect, it } from 'vitest';
import { type ByteString, byteStringFromText } from '../../../shared/byte-string.ts';
import { fromSystemPath, toSystemPath } from './system-path.ts';

describe('a path on POSIX', () => {
  it('is its bytes, UTF-8 or not', () => {
    expect(toSystemPath('/a\xff' as ByteString, 'linux')).toEqual(Buffer.from([47, 97, 255]));
    expect(fromSystemPath(Buffer.from([47, 97, 255]), 'linux')).toBe('/a\xff');
  });
});

describe('a path on Windows', () => {
  it.each([
    ['C:\\Users\\Jörg', '/C:/Users/Jörg'],
    ['C:\\', '/C:'],
    ['\\\\server\\share\\x', '//server/share/x'],
  ])('%s is %s in ours, and back', (system, ours) => {
    expect(fromSystemPath(Buffer.from(system), 'win32')).toBe(byteStringFromText(ours));
    expect(toSystemPath(byteStringFromText(ours), 'win32')).toBe(system);
  });
});
