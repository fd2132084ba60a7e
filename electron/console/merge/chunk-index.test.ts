import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ByteString } from '../../../shared/byte-string.ts';
import { PART_BYTES, type StoredExtent } from '../../../shared/model/element.ts';
import { ByteWriter } from '../../engine/blockset/byte-writer.ts';
import { readRecords, SetTable } from '../../engine/blockset/records.ts';
import { attributesOf } from '../../engine/restore/testing/written-set.ts';
import { AttributeSpool } from './attribute-spool.ts';
import { ChunkIndex } from './chunk-index.ts';

const SET = 'ab'.repeat(16);
const extentAt = (offset: number): StoredExtent => ({
  offset,
  length: 1000,
  sourceAddress: null,
  set: SET,
  chunk: 0,
  unit: 1,
  unitOffset: 0,
  digestSpan: 0,
  digests: Buffer.alloc(32),
});

test('a part stands behind an element record of its file, with no extents when none lie in the chunk', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-index-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  const spool = new AttributeSpool(path.join(folder, 'attributes'));
  const table = new SetTable(SET);
  const accumulator = { index: new ByteWriter(4096), table, indexedElements: 0, beforeHandOver: () => undefined };
  const index = new ChunkIndex(accumulator as never, spool);
  const [whole, later] = ['/whole', '/later'].map((name) => spool.put(attributesOf({ path: name as ByteString })));
  index.add(whole as number, 1, extentAt(PART_BYTES + 5));
  index.add(later as number, 2, extentAt(2 * PART_BYTES));
  index.add(whole as number, 0, extentAt(2000));
  index.add(whole as number, 0, extentAt(0));
  accumulator.beforeHandOver();
  const listed = [...readRecords(accumulator.index.view(), new SetTable(SET))].map((record) => {
    if (record.kind === 'element-part') return [record.path, record.part, record.extents.map(({ offset }) => offset)];
    if (record.kind !== 'element') return record.kind;
    return [record.record.attributes.path, 0, record.record.extents.map(({ offset }) => offset)];
  });
  expect(listed).toEqual([
    ['/whole', 0, [0, 2000]],
    ['/whole', 1, [PART_BYTES + 5]],
    ['/later', 0, []],
    ['/later', 2, [2 * PART_BYTES]],
  ]);
  expect(accumulator.indexedElements).toBe(2);
  spool.close();
});
