import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { byteStringFromText } from '../../../shared/byte-string.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import { PART_BYTES } from '../../../shared/model/element.ts';
import { readRecords, SetTable, type StreamRecord } from '../../engine/blockset/records.ts';
import { FrontEnd } from '../../engine/mover/front-end.ts';
import { type BatchReport, COUNTERS } from '../../engine/mover/front-end-protocol.ts';
import { createRunControl } from '../../engine/mover/run-control.ts';
import type { OpenSource, SourceAccess } from '../../engine/mover/source-access.ts';
import { sourceAccess } from '../../engine/mover/source-files.ts';
import { createStaging } from '../../engine/mover/staging.ts';
import { ioError } from '../../platform/errno.ts';
import { LongFiles } from './long-files.ts';
import { WorkSender } from './work-sender.ts';

const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-long-')));
afterAll(() => fs.rmSync(base, { recursive: true }));

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(base, 'case-'));
  file = path.join(folder, 'file');
});

/** Sets the file's length, and writes a few bytes at the end of each of its parts. */
const lengthen = (size: number): void => {
  const fd = fs.openSync(file, fs.existsSync(file) ? 'r+' : 'w');
  fs.ftruncateSync(fd, size);
  for (let end = Math.min(size, PART_BYTES); end > 0; end = Math.min(size, end + PART_BYTES)) {
    fs.writeSync(fd, 'island', end - 6);
    if (end === size) break;
  }
  fs.closeSync(fd);
};

interface Outcome {
  /** Size, marks and the parts that brought content, of each element in the spools. */
  readonly elements: { size: number; parts: number[]; unreadable: boolean }[];
  readonly gone: number;
  readonly warnings: string[];
  readonly pending: number;
}

/** Copies the file with a front end, part by part; `change` happens behind the first part. */
const copy = async (change: () => void, access: SourceAccess = sourceAccess()): Promise<Outcome> => {
  const set = 'ab'.repeat(16);
  const table = new SetTable(set, []);
  const warnings: Warning[] = [];
  const queue: Uint8Array[] = [];
  const recopies = new WorkSender(table, (items) => queue.push(items));
  const again = (mapped: Parameters<WorkSender['add']>[0]): void => {
    recopies.add(mapped);
    recopies.flush();
  };
  const long = new LongFiles(folder, table, access, again, (warning) => warnings.push(warning));
  const sender = new WorkSender(table, (items, _bytes, files) => {
    for (const longFile of files) long.expect(longFile);
    queue.push(items);
  });
  const settings = {
    job: 1,
    set,
    otherSets: [],
    codec: 'zstd',
    streams: 1,
    key: null,
    sequence: new SharedArrayBuffer(4),
  } as const;
  const setup = {
    staging: createStaging(2),
    control: createRunControl(),
    settings,
    spool: path.join(folder, 'front-end'),
    volumes: null,
    counters: new SharedArrayBuffer(COUNTERS * 8),
  };
  const frontEnd = new FrontEnd(setup, sourceAccess());
  const source = sourceAccess().open(byteStringFromText(file)) as OpenSource;
  const attributes = source.attributes();
  const extents = source.runs(0, attributes.size);
  source.close();
  sender.add({ attributes, device: attributes.device, extents, prior: () => [] });
  sender.flush();
  let gone = 0;
  let changed = false;
  for (let batch = queue.shift(); batch; batch = queue.shift()) {
    const report: BatchReport = await frontEnd.copyBatch(batch);
    gone += report.gone.length;
    warnings.push(...report.warnings);
    if (!changed) change();
    changed = true;
    for (const part of report.parts) long.take(part);
  }
  const spools = [long.close(), await frontEnd.finish()];
  const records = spools.flatMap((spool) => [...readRecords(fs.readFileSync(spool.path), table)]);
  long.release();
  return {
    elements: elementsOf(records),
    gone: gone + long.gone.length,
    warnings: warnings.map(({ code }) => code),
    pending: long.pending,
  };
};

const elementsOf = (records: readonly StreamRecord[]): Outcome['elements'] => {
  const elements: Outcome['elements'] = [];
  for (const record of records) {
    if (record.kind === 'element') {
      const { size, marks } = record.record.attributes;
      elements.push({ size, parts: record.record.extents.length > 0 ? [0] : [], unreadable: marks.unreadable });
    } else if (record.kind === 'element-part' && record.extents.length > 0) elements.at(-1)?.parts.push(record.part);
  }
  return elements;
};

const stored = (size: number): Outcome => ({
  elements: [
    { size, parts: Array.from({ length: Math.ceil(size / PART_BYTES) }, (_, part) => part), unreadable: false },
  ],
  gone: 0,
  warnings: [],
  pending: 0,
});

describe('a file that is copied in parts', () => {
  test('is whole when nothing happens', async () => {
    lengthen(2 * PART_BYTES + 100);
    expect(await copy(() => undefined)).toEqual(stored(2 * PART_BYTES + 100));
  });

  test('is stored at the length that it got while it was copied, in as many parts as it has then', async () => {
    for (const size of [0, 1000, PART_BYTES, PART_BYTES + 100, 2 * PART_BYTES + 50, 3 * PART_BYTES + 100]) {
      fs.rmSync(file, { force: true });
      lengthen(2 * PART_BYTES + 100);
      expect(await copy(() => lengthen(size))).toEqual(stored(size));
    }
  });

  test('is whole when most of it is holes, and judged without waiting for them', async () => {
    fs.writeFileSync(file, '');
    fs.truncateSync(file, 1000 * PART_BYTES);
    const fd = fs.openSync(file, 'r+');
    fs.writeSync(fd, 'island', 7 * PART_BYTES + 5);
    fs.closeSync(fd);
    const elements = [{ size: 1000 * PART_BYTES, parts: [7], unreadable: false }];
    expect(await copy(() => undefined)).toEqual({ elements, gone: 0, warnings: [], pending: 0 });
    const touched = await copy(() => fs.utimesSync(file, 1e9, 1e9));
    expect(touched).toEqual({ elements, gone: 0, warnings: [], pending: 0 });
  });

  test('is left out when it is deleted', async () => {
    lengthen(PART_BYTES + 100);
    expect(await copy(() => fs.rmSync(file))).toEqual({ elements: [], gone: 1, warnings: ['VANISHED'], pending: 0 });
  });

  test('is kept without content when the system refuses to say how it is now', async () => {
    const failing = (fails: 'runs' | 'attributes', errno: 'EIO' | 'ESTALE'): SourceAccess => {
      const access = sourceAccess();
      return {
        open: (name) =>
          Object.assign(access.open(name), {
            [fails]: () => {
              throw ioError('ioctl', errno, name);
            },
          }),
        close: () => access.close(),
      };
    };
    const size = PART_BYTES + 100;
    for (const fails of ['runs', 'attributes'] as const) {
      lengthen(size);
      expect(await copy(() => lengthen(size + 1), failing(fails, 'EIO'))).toEqual({
        elements: [{ size, parts: [], unreadable: true }],
        gone: 0,
        warnings: ['UNREADABLE'],
        pending: 0,
      });
      lengthen(size);
      const stale = await copy(() => lengthen(size + 1), failing(fails, 'ESTALE'));
      expect(stale).toMatchObject({ elements: [], gone: 1, pending: 0 });
    }
  });
});
