import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { byteStringFromText } from '../../../shared/byte-string.ts';
import { type ElementAttributes, PART_BYTES, type StoredExtent } from '../../../shared/model/element.ts';
import {
  readRecords,
  SetTable,
  type StreamRecord,
  writeElement,
  writeElementPart,
} from '../../engine/blockset/records.ts';
import { Spool } from '../../engine/mover/spool.ts';
import { LinkRecords, resolveLinks } from './resolve-links.ts';
import { attributesFor } from './testing/attributes.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-links-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const set = 'ab'.repeat(16);
const table = new SetTable(set, []);
const extent = (offset: number): StoredExtent => ({
  offset,
  length: 5,
  sourceAddress: null,
  set,
  chunk: 1,
  unit: 1,
  unitOffset: 0,
  digestSpan: 0,
  digests: new Uint8Array(32),
});
const linked = (name: string, size: number, inode: number): ElementAttributes => ({
  ...attributesFor(name, size),
  inode,
  links: 2,
});

/** Resolves one other name, listed at `listed` bytes, of a file that was copied at `copied` bytes. */
const resolve = (listed: number, copied: number, inode = 7): { records: StreamRecord[]; orphans: string[] } => {
  const parts = new Spool(path.join(folder, 'parts'));
  for (const [name, number, size] of [
    ['before', 6, copied],
    ['first', 7, copied],
    ['after', 8, copied],
  ] as const) {
    places.set(number, parts.position);
    writeElement(parts.out, { attributes: linked(name, size, number), extents: size > 0 ? [extent(0)] : [] }, table);
    parts.settle();
    for (let part = 1; part * PART_BYTES < size; part += 1) {
      writeElementPart(parts.out, byteStringFromText(name), part, [extent(part * PART_BYTES)], table);
      parts.settle(false);
    }
  }
  parts.close();
  const names = new Spool(path.join(folder, 'names'));
  writeElement(names.out, { attributes: linked('second', listed, inode), extents: [] }, table);
  names.settle();
  names.close();
  const links = new LinkRecords();
  links.add('elsewhere', [{ device: 2, inode: 7, offset: 0 }]);
  links.add(
    parts.path,
    [...places].map(([number, offset]) => ({ device: 1, inode: number, offset })),
  );
  const orphans: string[] = [];
  const resolved = resolveLinks({ path: names.path, records: 1 }, links, table, path.join(folder, 'out'), (orphan) =>
    orphans.push(orphan.path),
  );
  return { records: [...readRecords(fs.readFileSync(resolved.path), table)], orphans };
};
const places = new Map<number, number>();

test('another name gets all of the content that was copied, whatever length the file had when the name was listed', () => {
  const offsets = (size: number): number[] => {
    const found = [0];
    for (let at = PART_BYTES; at < size; at += PART_BYTES) found.push(at);
    return found;
  };
  const long = 2 * PART_BYTES + 9;
  for (const [listed, copied] of [
    [5, long],
    [long, 5],
    [long, long],
    [PART_BYTES, PART_BYTES + 1],
    [long, PART_BYTES + 1],
  ] as const) {
    const { records } = resolve(listed, copied);
    const found = records.flatMap((record) => {
      if (record.kind === 'element') {
        expect(record.record.attributes).toMatchObject({ path: 'second', size: copied, inode: 7 });
        return record.record.extents;
      }
      if (record.kind !== 'element-part') throw new Error(record.kind);
      expect(record.path).toBe('second');
      return record.extents;
    });
    expect(found.map(({ offset }) => offset)).toEqual(offsets(copied));
  }
});

test('a name whose content nobody brought is an orphan', () => {
  expect(resolve(5, 5, 99)).toEqual({ records: [], orphans: ['second'] });
});
