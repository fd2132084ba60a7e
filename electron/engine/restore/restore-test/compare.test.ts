import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ElementAttributes } from '../../../../shared/model/element.ts';
import { FileStat } from '../../../platform/file-stat.ts';
import { sourceFiles } from '../../../platform/source-files.ts';
import { kindsNotSet } from '../execute/outcome.ts';
import { differingAttributes, isExcused } from './compare-attributes.ts';
import { compareWithSource } from './compare-with-source.ts';

let folder = '';
beforeAll(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-restore-test-')));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const statOf = (file: string): FileStat => {
  const directory = sourceFiles().openDirectory(path.dirname(file) as ByteString);
  const stat = new FileStat();
  directory.statEntry(path.basename(file) as ByteString, stat);
  directory.close();
  return stat;
};

/** The element that a backup would have made of a file as it is now. */
const elementOf = (file: string, part: Partial<ElementAttributes> = {}): ElementAttributes => {
  const stat = statOf(file);
  return {
    path: file as ByteString,
    type: 'file',
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    user: '',
    group: '',
    size: stat.size,
    modifiedAt: { seconds: stat.modifiedSeconds, nanos: stat.modifiedNanos },
    changedAt: { seconds: stat.changedSeconds, nanos: stat.changedNanos },
    device: stat.device,
    inode: stat.inode,
    links: 1,
    fileFlags: null,
    deviceMajor: 0,
    deviceMinor: 0,
    linkTarget: '' as ByteString,
    extendedAttributes: [],
    marks: { racy: false, changedWhileCopied: false, unreadable: false },
    ...part,
  };
};

const against = (element: ElementAttributes, restored: string) => {
  const fd = fs.openSync(restored, 'r');
  try {
    return compareWithSource(element, fd);
  } finally {
    fs.closeSync(fd);
  }
};

test('a source is compared to the last byte, and only as long as nothing says that it changed', () => {
  const [source, same, other, longer] = ['source', 'same', 'other', 'longer'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string, string];
  const content = Buffer.alloc(2_500_000, 7);
  fs.writeFileSync(source, content);
  fs.writeFileSync(same, content);
  fs.writeFileSync(other, content.fill(8, 2_499_999));
  fs.writeFileSync(longer, Buffer.alloc(2_500_001, 7));
  const element = elementOf(source);
  expect(against(element, same)).toBe('same');
  expect(against(element, other)).toBe('differs');
  expect(against(element, longer)).toBe('differs');
  expect(against({ ...element, marks: { ...element.marks, racy: true } }, other)).toBe('untold');
  fs.utimesSync(source, 1, 1);
  expect(against(element, other)).toBe('changed');
  fs.rmSync(source);
  expect(against(element, other)).toBe('changed');
});

test('attributes that differ are named, and excused where the restore said that it could not set them', () => {
  const file = path.join(folder, 'attributes');
  fs.writeFileSync(file, 'x');
  const standing = { stat: statOf(file), linkTarget: '', extendedAttributes: [] };
  expect(differingAttributes(elementOf(file), standing)).toEqual([]);
  const value = Buffer.from('y');
  const wanted = elementOf(file, {
    uid: 4711,
    mode: 0o4755,
    size: 2,
    extendedAttributes: [{ name: 'user.a' as ByteString, value }],
  });
  const differing = differingAttributes(wanted, standing);
  expect(differing).toEqual(['size', 'mode', 'owner', 'attributes']);
  expect(differingAttributes({ ...wanted, type: 'dir' }, standing)).toEqual(['type']);
  const { seconds } = elementOf(file).modifiedAt;
  const timed = (nanos: number, kept: number) =>
    differingAttributes(elementOf(file, { modifiedAt: { seconds, nanos } }), {
      ...standing,
      stat: Object.assign(statOf(file), { modifiedNanos: kept }),
    });
  expect([timed(123_456_789, 123_456_700), timed(123_456_789, 0)]).toEqual([[], []]);
  expect(timed(123_456_789, 123_456_790)).toEqual(['time']);
  const notSet = new Set(
    kindsNotSet([
      { code: 'ATTRIBUTE_NOT_SET', message: 'The owner of one element could not be set. EPERM' },
      {
        code: 'ATTRIBUTE_NOT_SET',
        message: 'The extended attributes user.* of 2 elements could not be set. EOPNOTSUPP',
      },
      { code: 'CONTENT_MISSING', message: 'The mode of nothing' },
    ]),
  );
  expect([...notSet]).toEqual(['owner', 'extended attributes']);
  expect(differing.filter((kind) => !isExcused(kind, notSet))).toEqual(['size']);
});
