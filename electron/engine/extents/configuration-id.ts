import { createHash } from 'node:crypto';
import type { ElementAttributes } from '../../../shared/model/element.ts';
import { type Extent, type Range, subtract, union } from './extent-algebra.ts';
import type { FileMap } from './file-map.ts';

/** The attributes of which any change may mean other content. */
export type ContentAttributes = Pick<ElementAttributes, 'device' | 'inode' | 'size' | 'modifiedAt' | 'changedAt'>;

/** A file as it was mapped. */
export interface MappedFile {
  readonly attributes: ContentAttributes;
  readonly map: FileMap;
}

/** Digest of where and as what a file was found: SHA-256 in hexadecimal. It changes when any extent moves or is altered. */
export function configurationId(file: MappedFile): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(attributeNumbers(file.attributes)));
  // In pieces: a file may have a million extents.
  for (const extents of [file.map.extents, file.map.unwritten]) {
    hash.update(`/${extents.length}:`);
    for (let at = 0; at < extents.length; at += 1024) {
      hash.update(
        extents
          .slice(at, at + 1024)
          .map(({ offset, length, address }) => `${offset},${length},${address ?? ''};`)
          .join(''),
      );
    }
  }
  return hash.digest('hex');
}

/**
 * Whether nothing about the file says that its content changed: same file, same size, same times. Its extents may have
 * moved. Where a timestamp is racy this proves nothing.
 */
export const sameContent = (before: ContentAttributes, after: ContentAttributes): boolean =>
  attributeNumbers(before).every((value, index) => value === attributeNumbers(after)[index]);

/**
 * The logical ranges whose place differs between two maps of a file: moved, added, removed, or without a place in either
 * (then nothing can be said, and it counts as changed). Same places do not mean same content: a file system may write in
 * place, so ask `sameContent` first.
 */
export function changedRanges(before: FileMap, after: FileMap): Range[] {
  const known = (map: FileMap): Extent[] => map.extents.filter(({ address }) => address !== null);
  const unknown = [...before.extents, ...after.extents].filter(({ address }) => address === null);
  const same = samePlaces(known(before), known(after));
  return union([...subtract(known(before), same), ...subtract(known(after), same), ...unknown]);
}

/** Ranges that both lists place at the same address. */
function samePlaces(before: readonly Extent[], after: readonly Extent[]): Range[] {
  const found: Range[] = [];
  let [one, other] = [0, 0];
  while (one < before.length && other < after.length) {
    const [left, right] = [before[one] as Extent, after[other] as Extent];
    const start = Math.max(left.offset, right.offset);
    const [leftEnd, rightEnd] = [left.offset + left.length, right.offset + right.length];
    const end = Math.min(leftEnd, rightEnd);
    const together = (left.address ?? 0) - left.offset === (right.address ?? 0) - right.offset;
    if (start < end && together) found.push({ offset: start, length: end - start });
    if (leftEnd <= rightEnd) one += 1;
    if (rightEnd <= leftEnd) other += 1;
  }
  return found;
}

const attributeNumbers = ({ device, inode, size, modifiedAt, changedAt }: ContentAttributes): readonly number[] => [
  device,
  inode,
  size,
  modifiedAt.seconds,
  modifiedAt.nanos,
  changedAt.seconds,
  changedAt.nanos,
];
