import { describe, expect, it } from 'vitest';
import { changedRanges, configurationId, type MappedFile, sameContent } from './configuration-id.ts';
import type { Extent } from './extent-algebra.ts';
import type { FileMap } from './file-map.ts';

const attributes = {
  device: 1,
  inode: 2,
  size: 100,
  modifiedAt: { seconds: 5, nanos: 6 },
  changedAt: { seconds: 7, nanos: 8 },
};
const at = (offset: number, length: number, address: number | null): Extent => ({ offset, length, address });
const map = (...extents: Extent[]): FileMap => ({ extents, unwritten: [], source: 'fiemap' });
const file: MappedFile = { attributes, map: map(at(0, 50, 1000), at(60, 40, null)) };

describe('a configuration id', () => {
  it('is the same for the same configuration', () => {
    expect(configurationId(structuredClone(file))).toBe(configurationId(file));
    expect(configurationId(file)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, MappedFile]>([
    ['the device', { ...file, attributes: { ...attributes, device: 9 } }],
    ['the inode', { ...file, attributes: { ...attributes, inode: 9 } }],
    ['the size', { ...file, attributes: { ...attributes, size: 9 } }],
    [
      'a nanosecond of the modification time',
      { ...file, attributes: { ...attributes, modifiedAt: { seconds: 5, nanos: 7 } } },
    ],
    ['the change time', { ...file, attributes: { ...attributes, changedAt: { seconds: 8, nanos: 8 } } }],
    ['the address of an extent', { ...file, map: map(at(0, 50, 1001), at(60, 40, null)) }],
    ['the length of an extent', { ...file, map: map(at(0, 49, 1000), at(60, 40, null)) }],
    ['what is known of a place', { ...file, map: map(at(0, 50, 1000), at(60, 40, 0)) }],
    ['what is written', { ...file, map: { ...map(at(60, 40, null)), unwritten: [at(0, 50, 1000)] } }],
  ])('changes with %s', (_what, other) => {
    expect(configurationId(other)).not.toBe(configurationId(file));
  });
});

describe('the same content', () => {
  it('is asked of attributes, wherever the extents lie', () => {
    expect(sameContent(attributes, structuredClone(attributes))).toBe(true);
    expect(sameContent(attributes, { ...attributes, changedAt: { seconds: 7, nanos: 9 } })).toBe(false);
  });
});

describe('changed ranges', () => {
  it('are none when every place is the same, however the extents are cut', () => {
    expect(changedRanges(map(at(0, 100, 500)), map(at(0, 40, 500), at(40, 60, 540)))).toEqual([]);
  });

  it('are what moved, was added or was removed', () => {
    const before = map(at(0, 10, 100), at(10, 10, 200), at(40, 10, 400));
    const after = map(at(0, 10, 100), at(10, 10, 900), at(60, 5, 700));
    expect(changedRanges(before, after)).toEqual([
      { offset: 10, length: 10 },
      { offset: 40, length: 10 },
      { offset: 60, length: 5 },
    ]);
  });

  it('are all that has no known place', () => {
    expect(changedRanges(map(at(0, 10, null)), map(at(0, 10, null)))).toEqual([{ offset: 0, length: 10 }]);
  });
});
