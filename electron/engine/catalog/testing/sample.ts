import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteString } from '../../../../shared/byte-string.ts';
import type { BlockSetSummary, ChunkPlace } from '../../../../shared/model/block-set.ts';
import type { ElementAttributes, ElementRecord, ElementType, StoredExtent } from '../../../../shared/model/element.ts';
import { bytes, millis, objectId, type SetId, setId, tapeId } from '../../../../shared/units.ts';
import { SetTable, type StreamRecord } from '../../blockset/records.ts';
import { streamOf } from '../stream.ts';
import type { FinishedSet } from '../writer.ts';

/** A folder that is gone when the test is over. */
export const scratchFolder = (): { path: string; [Symbol.dispose](): void } => {
  const path = mkdtempSync(join(tmpdir(), 'coldframe-catalog-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
};

export const path = (text: string): ByteString => text as ByteString;

/** The nth set id: it begins with n in four digits. */
export const sampleId = (n: number): SetId => setId(n.toString().padStart(4, '0') + 'abcdef0'.repeat(4));

export const OBJECT = { id: objectId('d0'.repeat(16)), name: 'documents' };

const digestOf = (text: string): Uint8Array => createHash('sha256').update(text).digest();

/** One extent that is the whole content, with the digest of a text that stands for it. */
export const wholeExtent = (
  set: SetId,
  size: number,
  content: string,
  address: number | null = 4096,
): StoredExtent => ({
  offset: 0,
  length: size,
  sourceAddress: address,
  set,
  chunk: 3,
  unit: 1,
  unitOffset: 77,
  digestSpan: 0,
  digests: digestOf(content),
});

/** Attributes of an element, `tag` being what tells one version from the next. */
export const attributes = (where: string, type: ElementType, tag: number): ElementAttributes => ({
  path: path(where),
  type,
  mode: type === 'dir' ? 0o755 : 0o644,
  uid: 1000,
  gid: 100,
  user: 'ada',
  group: 'users',
  size: type === 'file' ? 100 + tag : 0,
  modifiedAt: { seconds: 1_700_000_000 + tag, nanos: 5 },
  changedAt: { seconds: 1_700_000_001 + tag, nanos: 6 },
  device: 2049,
  inode: 10_000 + tag,
  links: 1,
  fileFlags: null,
  deviceMajor: type === 'chardev' ? 5 : 0,
  deviceMinor: type === 'chardev' ? 1 : 0,
  linkTarget: path(type === 'symlink' ? `to-${tag}` : ''),
  extendedAttributes: [],
  marks: { racy: false, changedWhileCopied: false, unreadable: false },
});

export const element = (set: SetId, where: string, type: ElementType, tag: number): ElementRecord => {
  const of = attributes(where, type, tag);
  return { attributes: of, extents: type === 'file' ? [wholeExtent(set, of.size, `${where} ${tag}`)] : [] };
};

export const summary = (id: SetId, parent: SetId | null, n: number): BlockSetSummary => ({
  id,
  object: OBJECT,
  level: parent === null ? 'full' : 'incremental',
  state: 'complete',
  parent,
  createdAt: millis(Date.UTC(2026, 0, 1) + n * 86_400_000),
  finishedAt: millis(Date.UTC(2026, 0, 1) + n * 86_400_000 + 5000),
  elements: 0,
  logicalBytes: bytes(0),
  bytesRead: bytes(0),
  bytesStored: bytes(0),
  segments: 0,
  tapes: [],
  drives: 1,
  durationMs: millis(5000),
  warnings: [],
});

export interface Change {
  readonly removed?: readonly string[];
  /** Path, type, tag. */
  readonly elements?: readonly (readonly [string, ElementType, number])[];
}

/** A finished set of the sample object: the nth, on top of the `parent`th. */
export const sampleSet = (n: number, parent: number | null, change: Change): FinishedSet => {
  const id = sampleId(n);
  const records: StreamRecord[] = [
    ...(change.removed ?? []).map((where) => ({ kind: 'removed' as const, path: path(where) })),
    ...(change.elements ?? []).map(([where, type, tag]) => ({
      kind: 'element' as const,
      record: element(id, where, type, tag),
    })),
  ];
  return {
    summary: summary(id, parent === null ? null : sampleId(parent), n),
    stream: streamOf(records, new SetTable(id)),
  };
};

export const place = (n: number, sequence: number, tape = 'CF0001'): ChunkPlace => ({
  set: sampleId(n),
  sequence,
  kind: 'data',
  tape: tapeId(tape),
  tapeSequence: sequence,
  block: 10 + sequence * 5,
  offset: 1000 * sequence,
  payloadBytes: bytes(5000),
});
