import { isDeepStrictEqual } from 'node:util';
import type { ByteString } from '../../../shared/byte-string.ts';
import { ELEMENT_TYPES, type ElementAttributes } from '../../../shared/model/element.ts';
import { ByteReader } from '../blockset/byte-reader.ts';
import { readAttributes } from '../blockset/element-codec.ts';
import { unpackIdentity } from './packed-identity.ts';
import type { Store } from './store.ts';

const CACHED = 100_000;

/** A hash of 48 bits over the characters of a byte string. */
export const hash48 = (text: string): number => {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b) + 1;
  }
  return (low >>> 0) * 65536 + ((high >>> 8) & 0xffff);
};

/**
 * Gives each distinct combination of the attributes that many elements share (owner, mode, marks, extended attributes …)
 * a number. The body of a class is: type byte, then as in an element record mode to group, device, and links to
 * extended attributes.
 */
export class ClassWriter {
  readonly #store: Store;
  readonly #known = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The number of a class, by its body in the form of a byte string. */
  idOf(body: string): number {
    const known = this.#known.get(body);
    if (known !== undefined) return known;
    const id = this.#find(body) ?? this.#add(body);
    if (this.#known.size >= CACHED) this.#known.clear();
    this.#known.set(body, id);
    return id;
  }

  #find(body: string): number | undefined {
    const bytes = Buffer.from(body, 'latin1');
    return this.#store.get<[number]>(
      'SELECT h.id FROM attribute_class_hash h JOIN attribute_class c ON c.id = h.id WHERE h.hash = ? AND c.body = ?',
      hash48(body),
      bytes,
    )?.[0];
  }

  #add(body: string): number {
    const id = this.#store.run('INSERT INTO attribute_class(body) VALUES (?)', Buffer.from(body, 'latin1'));
    this.#store.run('INSERT INTO attribute_class_hash VALUES (?, ?)', hash48(body), id);
    return id;
  }
}

interface Shared {
  readonly attributes: ElementAttributes;
}

/** Reads classes back, keeping those read last in memory. */
export class ClassReader {
  readonly #store: Store;
  readonly #known = new Map<number, Shared>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Whether elements of the class changed so shortly before they were read that equal times prove nothing. */
  racy(id: number): boolean {
    return this.#of(id).attributes.marks.racy;
  }

  /** Whether the content of elements of the class could not be read when they were backed up. */
  unreadable(id: number): boolean {
    return this.#of(id).attributes.marks.unreadable;
  }

  /** Whether elements of two classes are of the same attributes, and differ at most in being racy. */
  isAlike(one: number, other: number): boolean {
    if (one === other) return true;
    const settled = ({ attributes }: Shared) => ({ ...attributes, marks: { ...attributes.marks, racy: false } });
    return isDeepStrictEqual(settled(this.#of(one)), settled(this.#of(other)));
  }

  /** All attributes of an element: those of its class, its identity and its path. */
  attributes(id: number, identity: Uint8Array, path: ByteString): ElementAttributes {
    return { ...this.#of(id).attributes, ...unpackIdentity(identity), path };
  }

  #of(id: number): Shared {
    let known = this.#known.get(id);
    if (known === undefined) {
      const row = this.#store.get<[Uint8Array]>('SELECT body FROM attribute_class WHERE id = ?', id);
      if (row === undefined) throw new RangeError(`attribute class ${id} is missing`);
      known = { attributes: decodeClass(row[0]) };
      if (this.#known.size >= CACHED) this.#known.clear();
      this.#known.set(id, known);
    }
    return known;
  }
}

/** The attributes in a class body; those that are not shared are empty or 0. */
const decodeClass = (body: Uint8Array): ElementAttributes => {
  const input = new ByteReader(body, 1);
  for (let field = 0; field < 3; field += 1) input.varint();
  input.bytes();
  input.bytes();
  const owner = input.position;
  input.varint();
  const device = input.position;
  const type = body[0] as number;
  const record = [0, type, ...body.subarray(1, owner), 0, 0, 0, 0, 0, ...body.subarray(owner, device), 0];
  const whole = Buffer.concat([Uint8Array.from(record), body.subarray(device)]);
  return { ...readAttributes(new ByteReader(whole)), type: ELEMENT_TYPES[type] ?? 'file' };
};
