import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SetTable } from '../../engine/blockset/records.ts';
import { createRunControl, RunControl } from '../../engine/mover/run-control.ts';
import { Spool } from '../../engine/mover/spool.ts';
import { readWorkItems, type WorkItem } from '../../engine/mover/work-batch.ts';
import type { EntryCursor } from '../../engine/selection/cursor.ts';
import { select } from '../../engine/selection/testing/recorder.ts';
import { walk } from '../../engine/selection/walk.ts';
import { Scan } from './scan.ts';
import { WorkSender } from './work-sender.ts';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-scan-')));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Scans a folder as a full backup does; `meet` is called with the cursor at each entry. */
const scanned = (root: string, meet: (cursor: EntryCursor) => void = () => undefined) => {
  const spools = fs.mkdtempSync(path.join(folder, 'spools-'));
  const [elements, removed, links] = ['elements', 'removed', 'links'].map((name) => new Spool(path.join(spools, name)));
  const table = new SetTable('ab'.repeat(16), []);
  const items: WorkItem[] = [];
  const sender = new WorkSender(table, (batch) => items.push(...readWorkItems(batch, table)));
  const knowledge = { state: null, stored: null, began: Date.now(), knownSince: 0 };
  const targets = { elements, removed, links, sender, table } as ConstructorParameters<typeof Scan>[1];
  const scan = new Scan(knowledge, targets, new RunControl(createRunControl()));
  const entry = scan.entry.bind(scan);
  scan.entry = (cursor) => {
    meet(cursor);
    entry(cursor);
  };
  walk({ selection: select([root]) }, scan);
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
