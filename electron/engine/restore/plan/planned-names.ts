import { createHash, type Hash, hash } from 'node:crypto';
import type { ElementAttributes, StoredExtent } from '../../../../shared/model/element.ts';
import type { PlanStore } from './plan-store.ts';

/**
 * A name of a file that has several. Device and inode number alone do not say which names are one file: devices change their numbers
 * from one start to the next, and what did not change keeps the record that was made under the old ones. So all that an inode
 * has but once must agree, its last change among it, and the content, by its digests.
 * Source: docs/MEDIA-FORMAT.md, section 5.1.
 */
export class PlannedName {
  /** An element that may be the same file: whether it is shows its content. */
  readonly likely: number | null;
  readonly #store: PlanStore;
  readonly #inode: string;
  readonly #content: Hash = createHash('sha256');
  #digest: string | null = null;

  constructor(store: PlanStore, attributes: ElementAttributes) {
    this.#store = store;
    this.#inode = inodeKey(attributes);
    const select = 'SELECT element FROM hard_link WHERE inode = ? LIMIT 1';
    const row = store.statement(select).get(this.#inode);
    this.likely = row === undefined ? null : Number(row.element);
  }

  /** Takes the next extents of its content. */
  add(extents: readonly StoredExtent[]): void {
    for (const extent of extents) this.#content.update(piecesOf(extent));
  }

  /** The element that it is another name of, or null. All extents must be known. */
  leader(): number | null {
    if (this.likely === null) return null;
    const select = 'SELECT element FROM hard_link WHERE inode = ? AND content = ?';
    const row = this.#store.statement(select).get(this.#inode, this.#key());
    return row === undefined ? null : Number(row.element);
  }

  /** Further names of the file will find this element. */
  lead(id: number): void {
    this.#store.statement('INSERT OR IGNORE INTO hard_link VALUES (?, ?, ?)').run(this.#inode, this.#key(), id);
  }

  #key(): string {
    this.#digest ??= this.#content.digest('base64');
    return this.#digest;
  }
}

const PIECE_BYTES = 48;

/** What an extent holds, piece by piece, however pieces are put together to extents: offset, length and digest of each. */
const piecesOf = ({ offset, length, digestSpan, digests }: StoredExtent): Uint8Array => {
  const span = digestSpan === 0 ? length : digestSpan;
  const pieces = Buffer.allocUnsafe((digests.length / 32) * PIECE_BYTES);
  for (let at = 0, to = 0; at < length; at += span, to += PIECE_BYTES) {
    pieces.writeDoubleLE(offset + at, to);
    pieces.writeDoubleLE(Math.min(span, length - at), to + 8);
    pieces.set(digests.subarray((at / span) * 32, (at / span) * 32 + 32), to + 16);
  }
  return pieces;
};

const inodeKey = (of: ElementAttributes): string => {
  const { type, mode, uid, gid, size, modifiedAt, changedAt, device, inode, deviceMajor, deviceMinor, linkTarget } = of;
  const times = [modifiedAt.seconds, modifiedAt.nanos, changedAt.seconds, changedAt.nanos];
  const attributes = of.extendedAttributes.map(({ name, value }) => [name, hash('sha256', value, 'base64')]);
  const facts = [device, inode, type, mode, uid, gid, size, ...times, deviceMajor, deviceMinor, linkTarget, attributes];
  return hash('sha256', JSON.stringify(facts), 'base64');
};
