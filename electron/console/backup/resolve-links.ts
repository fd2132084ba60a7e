import fs from 'node:fs';
import type { ElementAttributes, StoredExtent } from '../../../shared/model/element.ts';
import { ByteReader } from '../../engine/blockset/byte-reader.ts';
import { readAttributes } from '../../engine/blockset/element-codec.ts';
import { readRecords, type SetTable, TAG, writeElement, writeElementPart } from '../../engine/blockset/records.ts';
import { rawRecords, spoolStream } from '../../engine/catalog/index.ts';
import type { LinkPlace } from '../../engine/mover/front-end-protocol.ts';
import { Spool, type SpoolFile } from '../../engine/mover/spool.ts';
import { partsOf } from './work-sender.ts';

/** A place is its offset times this plus the number of its spool. */
const SPOOLS = 64;

/** Where the records stand that brought hard-linked files' content. There may be millions: each is one number here. */
export class LinkRecords {
  readonly #spools: string[] = [];
  readonly #devices = new Map<number, Map<number, number>>();

  /** Takes the places of records in a spool. */
  add(spool: string, links: readonly LinkPlace[]): void {
    if (links.length === 0) return;
    const number = this.#numberOf(spool);
    for (const { device, inode, offset } of links) this.#inodesOf(device).set(inode, offset * SPOOLS + number);
  }

  find({ device, inode }: Pick<LinkPlace, 'device' | 'inode'>): { spool: string; offset: number } | null {
    const place = this.#devices.get(device)?.get(inode);
    if (place === undefined) return null;
    return { spool: this.#spools[place % SPOOLS] as string, offset: Math.floor(place / SPOOLS) };
  }

  #numberOf(spool: string): number {
    const known = this.#spools.indexOf(spool);
    if (known >= 0) return known;
    if (this.#spools.length === SPOOLS) throw new RangeError('records lie in too many spools');
    return this.#spools.push(spool) - 1;
  }

  #inodesOf(device: number): Map<number, number> {
    const known = this.#devices.get(device);
    if (known) return known;
    const inodes = new Map<number, number>();
    this.#devices.set(device, inodes);
    return inodes;
  }
}

/**
 * Gives the other names of hard-linked files the content that one name brought: reads the names' records from `names`,
 * looks up the record with the same device and inode, and writes both in one to a new spool. A name whose content could
 * not be copied under the first name (it was gone) is passed to `orphan`.
 */
export const resolveLinks = (
  names: SpoolFile,
  links: LinkRecords,
  table: SetTable,
  target: string,
  orphan: (attributes: ElementAttributes) => void,
): SpoolFile => {
  const readers = new Map<string, number>();
  const out = new Spool(target);
  try {
    for (const attributes of namesIn(names.path)) {
      const place = links.find(attributes);
      if (place === null) orphan(attributes);
      else copyContent(openOnce(readers, place.spool), place.offset, attributes, table, out);
    }
  } finally {
    for (const fd of readers.values()) fs.closeSync(fd);
    out.close();
  }
  return { path: out.path, records: out.records };
};

/** The attributes of the names, read piece by piece: there may be millions. */
function* namesIn(path: string): Generator<ElementAttributes> {
  for (const { tag, bytes, start, end } of rawRecords(spoolStream([path]))) {
    if (tag !== TAG.element) continue;
    yield readAttributes(new ByteReader(bytes, start, end));
  }
}

const openOnce = (readers: Map<string, number>, path: string): number => {
  const known = readers.get(path);
  if (known !== undefined) return known;
  const fd = fs.openSync(path, 'r');
  readers.set(path, fd);
  return fd;
};

/**
 * Copies the extents of the element record at `offset`, and of the parts behind it, under other attributes. How many parts
 * there are that record says: the file may have grown or shrunk since its other names were listed.
 */
const copyContent = (fd: number, offset: number, attributes: ElementAttributes, table: SetTable, out: Spool): void => {
  let at = offset;
  let parts = 1;
  for (let read = 0; read < parts; read += 1) {
    const raw = recordAt(fd, at);
    if (raw === null || (read > 0 && raw[0] !== TAG.elementPart)) return;
    at += raw.length;
    for (const record of readRecords(raw, table)) {
      if (record.kind === 'element') {
        const { size, marks } = record.record.attributes;
        parts = partsOf(record.record.attributes);
        writeElement(out.out, { attributes: { ...attributes, size, marks }, extents: record.record.extents }, table);
        out.settle();
      } else if (record.kind === 'element-part') {
        writePart(out, attributes, record.part, record.extents, table);
      }
    }
  }
};

const writePart = (
  out: Spool,
  attributes: ElementAttributes,
  part: number,
  extents: readonly StoredExtent[],
  table: SetTable,
): void => {
  writeElementPart(out.out, attributes.path, part, extents, table);
  out.settle(false);
};

/** The whole record at `offset`, or null at the end of the file. */
const recordAt = (fd: number, offset: number): Buffer | null => {
  const head = Buffer.alloc(16);
  const got = fs.readSync(fd, head, 0, head.length, offset);
  if (got === 0) return null;
  const input = new ByteReader(head, 0, got);
  input.byte();
  const length = input.varint();
  const record = Buffer.allocUnsafeSlow(input.position + length);
  fs.readSync(fd, record, 0, record.length, offset);
  return record;
};
