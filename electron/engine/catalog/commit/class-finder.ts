import { ClassWriter } from '../attribute-class.ts';
import type { Store } from '../store.ts';

/** Where the pieces of a class body lay in the record that was seen last with it. */
interface Last {
  readonly bytes: Uint8Array;
  readonly owner: number;
  readonly times: number;
  readonly device: number;
  readonly inode: number;
  readonly links: number;
  readonly end: number;
  readonly kind: number;
}

const sameRun = (
  one: Uint8Array,
  from: number,
  to: number,
  other: Uint8Array,
  otherFrom: number,
  otherTo: number,
): boolean => {
  if (to - from !== otherTo - otherFrom) return false;
  for (let at = from, there = otherFrom; at < to; at += 1, there += 1) if (one[at] !== other[there]) return false;
  return true;
};

/**
 * Finds the number of an element's attribute class by the places of its pieces in the record: [owner, times) mode to
 * group, [device, inode) the device, [links, end) links to extended attributes. Most elements have the class of the one
 * before them of the same type: then nothing is copied or looked up.
 */
export class ClassFinder {
  readonly #classes: ClassWriter;
  readonly #last: (Last | undefined)[] = [];

  constructor(store: Store) {
    this.#classes = new ClassWriter(store);
  }

  find(
    bytes: Uint8Array,
    type: number,
    owner: number,
    times: number,
    device: number,
    inode: number,
    links: number,
    end: number,
  ): number {
    const last = this.#last[type];
    if (
      last !== undefined &&
      sameRun(bytes, owner, times, last.bytes, last.owner, last.times) &&
      sameRun(bytes, device, inode, last.bytes, last.device, last.inode) &&
      sameRun(bytes, links, end, last.bytes, last.links, last.end)
    ) {
      return last.kind;
    }
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const body =
      String.fromCharCode(type) +
      text.toString('latin1', owner, times) +
      text.toString('latin1', device, inode) +
      text.toString('latin1', links, end);
    const kind = this.#classes.idOf(body);
    this.#last[type] = { bytes, owner, times, device, inode, links, end, kind };
    return kind;
  }
}
