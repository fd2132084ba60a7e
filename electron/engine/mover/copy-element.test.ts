import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { byteStringFromText } from '../../../shared/byte-string.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { ElementAttributes, ElementRecord, StoredExtent } from '../../../shared/model/element.ts';
import { ioError } from '../../platform/errno.ts';
import { decodeUnit } from '../blockset/unit.ts';
import { Accumulator, type ChannelSettings, sealFor } from './accumulator.ts';
import { copyElement, RECOPIES } from './copy-element.ts';
import { createRunControl, RunControl } from './run-control.ts';
import type { OpenSource, SourceAccess } from './source-access.ts';
import { sourceAccess } from './source-files.ts';
import { createStaging, Staging } from './staging.ts';
import type { WorkItem } from './work-batch.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-copy-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const set = 'ab'.repeat(16);
const file = path.join(folder, 'file');

const attributes = (size: number): ElementAttributes => ({
  path: byteStringFromText('/file'),
  type: 'file',
  mode: 420,
  uid: 0,
  gid: 0,
  user: '',
  group: '',
  size,
  modifiedAt: {
    seconds: 1,
    nanos: 0,
  },
  changedAt: {
    seconds: 1,
    nanos: 0,
  },
  device: 1,
  inode: 2,
  links: 1,
  fileFlags: null,
  deviceMajor: 0,
  deviceMinor: 0,
  linkTarget: byteStringFromText(''),
  extendedAttributes: [],
  marks: {
    racy: false,
    changedWhileCopied: false,
    unreadable: false,
  },
});

/** A source of which a test decides when it counts as changed: what a live file does cannot be timed. */
const close = (): void => undefined;
const accessWith = (changes: (() => void)[]): SourceAccess => ({
  close,
  open: () => {
    const fd = fs.openSync(file, 'r');
    let pending = changes.shift();
    const source: OpenSource = {
      read: (into, length, position) => fs.readSync(fd, into, 0, length, position),
      copied: () => undefined,
      unchanged: () => {
        const change = pending;
        pending = changes.shift();
        change?.();
        return change === undefined;
      },
      attributes: () => attributes(fs.fstatSync(fd).size),
      runs: (start, end) => (end > start ? [{ offset: start, length: end - start, address: null }] : []),
      close: () => fs.closeSync(fd),
    };
    return source;
  },
});

/** An accumulator whose chunks end in a map, by sequence, instead of on a tape. */
const channel = (key: Uint8Array | null = null) => {
  const shared = createStaging(3);
  const staging = new Staging(shared);
  const settings: ChannelSettings = {
    job: 1,
    set,
    otherSets: [],
    codec: 'zstd',
    streams: 1,
    key,
    sequence: new SharedArrayBuffer(4),
  };
  const accumulator = new Accumulator(staging, settings, new RunControl(createRunControl()));
  const chunks = new Map<number, Map<number, Uint8Array>>();
  const drain = (): void => {
    for (let taken = staging.tryTake(0); taken; taken = staging.tryTake(0)) {
      const units = new Map<number, Uint8Array>();
      const memory = staging.memory(taken.slot);
      for (let at = 0; at < taken.content.dataBytes; ) {
        const unit = decodeUnit(
          memory.subarray(0, taken.content.dataBytes),
          at,
          sealFor(settings, taken.content.sequence),
        );
        units.set(unit.number, Buffer.from(unit.plain));
        at = unit.next;
      }
      chunks.set(taken.content.sequence, units);
      staging.release(taken.slot);
    }
  };
  const contentOf = (record: ElementRecord): Buffer => {
    drain();
    const content = Buffer.alloc(record.attributes.size);
    for (const extent of record.extents) {
      const unit = chunks.get(extent.chunk)?.get(extent.unit);
      if (!unit) throw new Error(`unit ${extent.unit} of chunk ${extent.chunk} is missing`);
      const piece = unit.subarray(extent.unitOffset, extent.unitOffset + extent.length);
      checkDigests(extent, piece);
      content.set(piece, extent.offset);
    }
    return content;
  };
  return { accumulator, contentOf, drain };
};

const checkDigests = (extent: StoredExtent, piece: Uint8Array): void => {
  const span = extent.digestSpan === 0 ? extent.length : extent.digestSpan;
  for (let at = 0, index = 0; at < extent.length; at += span, index += 1) {
    const digest = createHash('sha256')
      .update(piece.subarray(at, at + span))
      .digest();
    expect(Buffer.from(extent.digests.subarray(index * 32, index * 32 + 32)).equals(digest)).toBe(true);
  }
};

const itemOf = (size: number, prior: readonly StoredExtent[] = []): WorkItem => ({
  attributes: attributes(size),
  part: 0,
  parts: 1,
  runs: size > 0 ? [{ offset: 0, length: size, address: null }] : [],
  prior,
});

const copy = async (access: SourceAccess, item: WorkItem, to = channel(), warnings: Warning[] = []) => {
  const counters = { bytesRead: 0, segments: 0 };
  const control = new RunControl(createRunControl());
  const context = { accumulator: to.accumulator, set, counters, control };
  const outcome = await copyElement(item, access, context, (warning) => warnings.push(warning));
  await to.accumulator.finish();
  return { outcome, counters, content: outcome.kind === 'stored' ? to.contentOf(outcome.record) : null };
};

/** Bytes that do not repeat, so that no two segments are alike. */
const distinct = (size: number, seed = 1): Buffer => {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4)
    bytes.writeUInt32LE((Math.imul(at + 1, 2654435761) ^ Math.imul(seed, 40503)) >>> 0, at);
  return bytes;
};

describe('copying an element', () => {
  test('gives back the content of files of any length around the boundaries of segments and units', async () => {
    for (const size of [1, 4095, 65535, 65536, 65537, 1048575, 1048576, 1048577, 3 * 1048576 + 5]) {
      const bytes = distinct(size);
      fs.writeFileSync(file, bytes);
      const { content, counters } = await copy(accessWith([]), itemOf(size));
      expect(content?.equals(bytes)).toBe(true);
      expect(counters.bytesRead).toBe(size);
    }
  });

  test('stores only the changed segments of a long file, and nothing of one that is the same', async () => {
    const size = 2 * 1048576 + 777;
    const before = distinct(size);
    fs.writeFileSync(file, before);
    const to = channel();
    const first = await copy(accessWith([]), itemOf(size), to);
    if (first.outcome.kind !== 'stored') throw new Error('not stored');
    const prior = first.outcome.record.extents;
    expect((await copy(accessWith([]), itemOf(size, prior), to)).counters.segments).toBe(0);
    const after = Buffer.from(before);
    after[65536 * 3 + 9] = 1;
    after[size - 1] = 1;
    fs.writeFileSync(file, after);
    const second = await copy(accessWith([]), itemOf(size, prior), to);
    expect(second.content?.equals(after)).toBe(true);
    expect(second.counters.segments).toBe(2);
  });

  test('whatever is written, truncated or appended between two sets, the second gives the file as it is then', async () => {
    const edit = fc.record({ at: fc.nat(1_500_000), length: fc.integer({ min: 1, max: 200_000 }), seed: fc.nat() });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_600_000 }),
        fc.array(edit, { maxLength: 3 }),
        fc.nat(1_700_000),
        async (size, edits, end) => {
          const to = channel();
          fs.writeFileSync(file, distinct(size));
          const first = await copy(accessWith([]), itemOf(size), to);
          if (first.outcome.kind !== 'stored') throw new Error('not stored');
          const after = Buffer.alloc(Math.max(1, end));
          distinct(size).copy(after);
          for (const { at, length, seed } of edits) distinct(length, seed).copy(after, Math.min(at, after.length));
          fs.writeFileSync(file, after);
          const second = await copy(accessWith([]), itemOf(after.length, first.outcome.record.extents), to);
          expect(second.content?.equals(after)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a file that changes while it is copied is copied again, and only what changed is stored again', async () => {
    const size = 3 * 1048576;
    fs.writeFileSync(file, distinct(size));
    const change = (): void => {
      const fd = fs.openSync(file, 'r+');
      fs.writeSync(fd, Buffer.from('changed'), 0, 7, 1_000_000);
      fs.closeSync(fd);
    };
    const warnings: Warning[] = [];
    const { content, counters, outcome } = await copy(accessWith([change]), itemOf(size), channel(), warnings);
    expect(content?.equals(fs.readFileSync(file))).toBe(true);
    expect(counters.segments).toBe(size / 65536 + 1);
    expect(warnings).toEqual([]);
    expect(outcome.kind === 'stored' && outcome.changed).toBe(false);
  });

  test('a file that never stops changing is stored as it was read last, marked, with a warning', async () => {
    fs.writeFileSync(file, distinct(5000));
    let changes = 0;
    const restless = (): void => {
      changes += 1;
      fs.writeFileSync(file, distinct(5000, changes + 1));
    };
    const warnings: Warning[] = [];
    const { outcome } = await copy(
      accessWith(Array.from({ length: 20 }, () => restless)),
      itemOf(5000),
      channel(),
      warnings,
    );
    expect(changes).toBe(1 + RECOPIES);
    expect(warnings.map(({ code }) => code)).toEqual(['CHANGED_WHILE_COPIED']);
    expect(outcome.kind === 'stored' && outcome.record.attributes.marks).toEqual({
      racy: true,
      changedWhileCopied: true,
      unreadable: false,
    });
  });

  test('a file that is cut shorter while it is copied is stored at its new length', async () => {
    fs.writeFileSync(file, distinct(1000));
    const { content } = await copy(accessWith([() => undefined]), itemOf(900_000));
    expect(content?.equals(distinct(1000))).toBe(true);
  });

  test('a file that is gone or refused is said to be so', async () => {
    expect((await copy({ open: () => ({ gone: true }), close }, itemOf(10))).outcome).toEqual({ kind: 'gone' });
    expect((await copy({ open: () => ({ refused: 'EACCES' }), close }, itemOf(10))).outcome).toEqual({
      kind: 'refused',
      reason: 'EACCES',
    });
  });

  test('an error while reading costs that file alone', async () => {
    const access: SourceAccess = {
      close,
      open: () => ({
        read: (into, length, position) => fs.readSync(fs.openSync(folder, 'r'), into, 0, length, position),
        copied: () => undefined,
        unchanged: () => true,
        attributes: () => attributes(10),
        runs: () => [],
        close: () => undefined,
      }),
    };
    const { outcome } = await copy(access, itemOf(10));
    expect(outcome).toEqual({ kind: 'refused', reason: 'EISDIR in read' });
  });

  const SIZE = 300_000;
  /** A file of this machine, to which something happens when it was read for the first time. */
  const live = (change: () => void) => {
    const real = path.join(fs.realpathSync(folder), 'live');
    fs.writeFileSync(real, distinct(SIZE));
    const name = byteStringFromText(real);
    const files = sourceAccess();
    const opened = files.open(name) as OpenSource;
    const item: WorkItem = { ...itemOf(SIZE), attributes: opened.attributes() };
    opened.close();
    let pending: (() => void) | null = change;
    const access: SourceAccess = {
      close: () => files.close(),
      open: (wanted) => {
        const source = files.open(wanted) as OpenSource;
        const unchanged = source.unchanged.bind(source);
        return Object.assign(source, {
          unchanged: (since: ElementAttributes) => {
            pending?.();
            pending = null;
            return unchanged(since);
          },
        });
      },
    };
    return { real, item, access };
  };

  test('a file that is deleted, renamed or replaced while it is copied is stored as it was open', async () => {
    const changes: ((real: string) => void)[] = [
      (real) => fs.rmSync(real),
      (real) => fs.renameSync(real, `${real}-moved`),
      (real) => {
        fs.writeFileSync(`${real}-new`, 'other');
        fs.renameSync(`${real}-new`, real);
      },
    ];
    for (const change of changes) {
      const { real, item, access } = live(() => change(real));
      const warnings: Warning[] = [];
      const { outcome, content } = await copy(access, item, channel(), warnings);
      access.close();
      expect(outcome).toMatchObject({ kind: 'stored', changed: false, record: { attributes: { path: real } } });
      expect(content?.equals(distinct(SIZE))).toBe(true);
      expect(warnings).toEqual([]);
    }
  });

  test('what the system refuses while a changed file is looked at again costs that file alone', async () => {
    for (const call of ['attributes', 'runs', 'unchanged'] as const) {
      for (const errno of ['EIO', 'ENOENT', 'ESTALE'] as const) {
        const { real, item, access } = live(() => fs.appendFileSync(real, 'more'));
        const failing: SourceAccess = {
          close: () => access.close(),
          open: (name) =>
            Object.assign(access.open(name), {
              [call]: () => {
                throw ioError('fgetxattr', errno, real);
              },
            }),
        };
        const { outcome } = await copy(failing, item);
        access.close();
        const refused = { kind: 'refused', reason: 'EIO in fgetxattr' };
        expect(outcome).toEqual(errno === 'EIO' ? refused : { kind: 'gone' });
      }
    }
  });

  test('what is no error of the system is passed on', async () => {
    const { item, access } = live(() => {
      throw new RangeError('a mistake of ours');
    });
    await expect(copy(access, item)).rejects.toThrow('a mistake of ours');
    access.close();
  });

  test('sealed content comes back too, and a job that is cancelled stops', async () => {
    const bytes = distinct(200_000);
    fs.writeFileSync(file, bytes);
    const sealed = await copy(accessWith([]), itemOf(bytes.length), channel(Buffer.alloc(32, 7)));
    expect(sealed.content?.equals(bytes)).toBe(true);
    const shared = createRunControl();
    new RunControl(shared).cancel();
    const settings: ChannelSettings = {
      job: 1,
      set,
      otherSets: [],
      codec: 'none',
      streams: 1,
      key: null,
      sequence: new SharedArrayBuffer(4),
    };
    const control = new RunControl(shared);
    const accumulator = new Accumulator(new Staging(createStaging(1)), settings, control);
    fs.writeFileSync(file, distinct(3_000_000));
    const copying = copyElement(
      itemOf(3_000_000),
      accessWith([]),
      { accumulator, set, counters: { bytesRead: 0, segments: 0 }, control },
      () => undefined,
    );
    await expect(copying).rejects.toThrow(/cancelled/);
  });
});
