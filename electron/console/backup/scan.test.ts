import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ByteString } from '../../../shared/byte-string.ts';
import { PART_BYTES } from '../../../shared/model/element.ts';
import { SetTable } from '../../engine/blockset/records.ts';
import { DamagedChunks, type KnownElement, type KnownState } from '../../engine/catalog/index.ts';
import { createRunControl, RunControl } from '../../engine/mover/run-control.ts';
import { Spool } from '../../engine/mover/spool.ts';
import { readWorkItems, type WorkItem } from '../../engine/mover/work-batch.ts';
import type { EntryCursor } from '../../engine/selection/cursor.ts';
import { withFailingFlush } from '../../engine/selection/testing/failing-flush.ts';
import { select } from '../../engine/selection/testing/recorder.ts';
import { walk } from '../../engine/selection/walk.ts';
import type { SourceFiles } from '../../platform/source-files.ts';
import { Scan, type ScanKnowledge } from './scan.ts';
import { WorkSender } from './work-sender.ts';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-scan-')));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Scans a folder as a full backup does; `meet` is called with the cursor at each entry. */
const scanned = (
  root: string,
  meet: (cursor: EntryCursor, control: RunControl) => void = () => undefined,
  { state = null, files }: { state?: ScanKnowledge['state']; files?: SourceFiles } = {},
) => {
  const spools = fs.mkdtempSync(path.join(folder, 'spools-'));
  const [elements, removed, links] = ['elements', 'removed', 'links'].map((name) => new Spool(path.join(spools, name)));
  const table = new SetTable('ab'.repeat(16), []);
  const items: WorkItem[] = [];
  const sender = new WorkSender(table, (batch) => items.push(...readWorkItems(batch, table)));
  const roots = new Set<ByteString>();
  const knowledge = { state, stored: null, began: Date.now(), knownSince: 0, damaged: DamagedChunks.NONE, roots };
  const targets = { elements, removed, links, sender, table } as ConstructorParameters<typeof Scan>[1];
  const control = new RunControl(createRunControl());
  const scan = new Scan(knowledge, targets, control);
  const entry = scan.entry.bind(scan);
  scan.entry = (cursor) => {
    meet(cursor, control);
    entry(cursor);
  };
  walk({ selection: select([root]), flush: true, ...(files && { files }) }, scan);
  sender.flush();
  for (const spool of [elements, removed, links]) spool?.close();
  return { scan, items, links: links?.records };
};

test.runIf(process.platform === 'linux')('a file that cannot be mapped goes to the front ends as one run', () => {
  const root = fs.mkdtempSync(path.join(folder, 'root-'));
  const file = path.join(root, 'file');
  fs.writeFileSync(file, 'content');
  const O_PATH = 0o10000000;
  const { items, scan } = scanned(root, (cursor) => {
    // Behind the reading of the attributes the descriptor becomes one that knows a place and answers nothing.
    const attributes = cursor.attributes.bind(cursor);
    cursor.attributes = (began, fd) => {
      const found = attributes(began, fd);
      if (fd === null || fd === undefined) return found;
      fs.closeSync(fd);
      expect(fs.openSync(file, O_PATH)).toBe(fd);
      return found;
    };
  });
  expect(items.map(({ runs }) => runs)).toEqual([[{ offset: 0, length: 7, address: null }]]);
  expect(scan.warnings).toEqual([]);
});

test('of the names of a file the first brings the content, and the others are noted', () => {
  const root = fs.mkdtempSync(path.join(folder, 'root-'));
  for (const name of ['a', 'b']) {
    fs.writeFileSync(path.join(root, name), name);
    for (const other of ['2', '3']) fs.linkSync(path.join(root, name), path.join(root, name + other));
  }
  const { items, links, scan } = scanned(root);
  expect(items).toHaveLength(2);
  expect(new Set(items.map(({ attributes }) => attributes.inode)).size).toBe(2);
  expect(links).toBe(4);
  expect(scan.counts).toMatchObject({ elements: 7, files: 2, bytes: 2 });
});

test('where what is pending cannot be written out, files are read again though they look unchanged', () => {
  const root = fs.mkdtempSync(path.join(folder, 'root-'));
  fs.writeFileSync(path.join(root, 'file'), 'content');
  fs.symlinkSync('file', path.join(root, 'link'));
  for (const name of ['', 'file']) fs.utimesSync(path.join(root, name), 1e9, 1e9);
  const known = new Map<string, KnownElement>();
  scanned(root, (cursor) => {
    known.set(cursor.name, { node: 0, version: 0, type: 'other', identity: cursor.identity().slice(), racy: false });
  });
  const top: KnownElement = { node: 1, version: 0, type: 'dir', identity: new Uint8Array(), racy: false };
  const state = { root: () => top, children: () => new Map(known), layout: () => [], byInode: () => [] };
  const knowing = { state: state as unknown as KnownState };
  expect(scanned(root, undefined, knowing).items).toEqual([]);
  const { items, scan } = scanned(root, undefined, { ...knowing, files: withFailingFlush('EIO') });
  expect(items.map(({ attributes }) => [attributes.path, attributes.marks.racy])).toEqual([[`${root}/file`, true]]);
  expect(scan.warnings.map(({ code, path: at }) => [code, at])).toEqual([['FLUSH_FAILED', root]]);
});

test('a file that is longer than a number can say is left out, with a warning', () => {
  const root = fs.mkdtempSync(path.join(folder, 'root-'));
  for (const name of ['file', 'huge', 'left.out']) fs.writeFileSync(path.join(root, name), 'content');
  const { items, scan } = scanned(root, (cursor) => {
    if (cursor.name === 'huge') cursor.stat.size = 2 ** 63;
  });
  expect(items.map(({ attributes }) => attributes.path)).toEqual([`${root}/file`, `${root}/left.out`]);
  expect(scan.warnings.map(({ code, path: at }) => [code, at])).toEqual([['TOO_LARGE', `${root}/huge`]]);
  expect(scan.counts).toMatchObject({ elements: 3, logicalBytes: 14 });
});

test('sums stay whole numbers, however long the files are', () => {
  const root = fs.mkdtempSync(path.join(folder, 'root-'));
  for (const name of ['one', 'two']) fs.writeFileSync(path.join(root, name), 'content');
  const { scan } = scanned(root, (cursor) => {
    cursor.stat.size = Number.MAX_SAFE_INTEGER;
  });
  for (const bytes of [2 ** 63, 1]) scan.leftOut('temp', 1, bytes);
  const { logicalBytes, leftOutBytes } = scan.counts;
  const most = Number.MAX_SAFE_INTEGER;
  expect([logicalBytes, leftOutBytes, scan.leftOutByRule.get('temp')?.bytes]).toEqual([most, most, most]);
});

test('what has to be looked at of a file is its content, without its holes', () => {
  const root = fs.mkdtempSync(path.join(folder, 'root-'));
  fs.writeFileSync(path.join(root, 'sparse'), 'content');
  fs.truncateSync(path.join(root, 'sparse'), 1 << 30);
  const { scan } = scanned(root);
  expect(scan.counts.logicalBytes).toBe(1 << 30);
  expect(scan.counts.bytes).toBeLessThan(1 << 20);
});

test('a scan that is cancelled ends within a folder, however many entries that has', () => {
  const root = fs.mkdtempSync(path.join(folder, 'root-'));
  for (const name of ['a', 'b', 'c']) fs.writeFileSync(path.join(root, name), name);
  const met: string[] = [];
  const cancelled = () =>
    scanned(root, ({ name }, control) => {
      met.push(name);
      control.cancel();
    });
  expect(cancelled).toThrow(expect.objectContaining({ code: 'CANCELLED' }));
  expect(met).toHaveLength(1);
});

test('of a long file those parts make work that have content, and the first one', () => {
  const root = fs.mkdtempSync(path.join(folder, 'root-'));
  fs.writeFileSync(path.join(root, 'hole'), '');
  fs.truncateSync(path.join(root, 'hole'), 2 ** 43);
  fs.writeFileSync(path.join(root, 'island'), '');
  fs.truncateSync(path.join(root, 'island'), 2 ** 43);
  const fd = fs.openSync(path.join(root, 'island'), 'r+');
  fs.writeSync(fd, 'content', 5 * PART_BYTES - 2);
  fs.closeSync(fd);
  const { items, scan } = scanned(root);
  const parts = (name: string) =>
    items.filter(({ attributes }) => attributes.path.endsWith(name)).map(({ part }) => part);
  expect(parts('hole')).toEqual([0]);
  expect(parts('island')).toEqual([0, 4, 5]);
  expect(scan.counts.files).toBe(2);
});
