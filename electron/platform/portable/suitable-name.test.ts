import { describe, expect, it } from 'vitest';
import { type ByteString, byteStringFromText } from '../../../shared/byte-string.ts';
import { PortableDestinationFiles } from './destination-files.ts';
import { whyUnsuitable } from './suitable-name.ts';

describe('a name on Windows', () => {
  it.each(['a:b', 'what?', 'tab\t', 'back\\slash', 'dot.', 'space ', 'CON', 'nul.txt', 'com1', 'LPT9.log'])(
    '%j cannot be held',
    (name) => {
      expect(whyUnsuitable(byteStringFromText(name), 'win32')).not.toBeNull();
      expect(whyUnsuitable(byteStringFromText(name), 'linux')).toBeNull();
    },
  );

  it('that is not UTF-8 cannot be held', () => {
    expect(whyUnsuitable('a\xff' as ByteString, 'win32')).toBe('it is not UTF-8');
  });

  it.each(['file.txt', '.hidden', 'Jörg', 'console', 'com', 'nullable.txt', 'a.b.c'])('%j is fine', (name) => {
    expect(whyUnsuitable(byteStringFromText(name), 'win32')).toBeNull();
  });
});

describe('a drive', () => {
  const drive = 'C:' as ByteString;
  it('becomes a folder below a root of Windows, and stays a drive in the folder of all drives', () => {
    const windows = new PortableDestinationFiles('win32');
    expect(windows.firstName('/D:/to' as ByteString, drive)).toBe('C');
    expect(windows.firstName('/' as ByteString, drive)).toBe('C:');
    expect(new PortableDestinationFiles('darwin').firstName('/to' as ByteString, drive)).toBe('C:');
  });
});
