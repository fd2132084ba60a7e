import { bytes } from '../../../../../shared/units.ts';
import { ioError } from '../../../../platform/errno.ts';
import type { PositionalFile } from '../../../../platform/positional-file.ts';
import type { Allocation, BlockDevice } from '../../block-device.ts';
import { ProcessEnded } from '../../testing/scene.ts';
import type { ReplicaFiles } from '../replica-files.ts';

const BLOCK = 4096;
const NOTHING = Buffer.alloc(BLOCK);

interface Inode {
  readonly number: number;
  content: Buffer;
  modified: number;
  /** What is there after a power loss for sure. */
  durable: { content: Buffer; modified: number };
  unsynced: { readonly offset: number; readonly content: Buffer }[];
}

/** A disk in memory whose process can be killed before any change, and whose machine can stop. */
export class FakeDisk implements ReplicaFiles {
  /** Called before each change; throws to break it. */
  beforeChange: (what: string) => void = () => undefined;
  full = false;
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #clock = 0;

  readonly open = (path: string, mode: string): PositionalFile => {
    const inode = this.#names.get(path) ?? this.#create(path, mode);
    return {
      path,
      read: (into, offset) => this.#read(inode, into, offset, path),
      write: (from, offset) => this.#write(inode, from, offset, path),
      setLength: (length) => this.#setLength(inode, length),
      length: () => inode.content.length,
      sync: () => {
        this.beforeChange('sync');
        inode.durable = { content: Buffer.from(inode.content), modified: inode.modified };
        inode.unsynced = [];
      },
      close: () => undefined,
    };
  };

  device(path: string, { readOnly }: { readonly readOnly: boolean }): BlockDevice {
    const inode = this.#names.get(path);
    if (inode === undefined) throw ioError('open', 'ENOENT', path);
    return {
      size: bytes(inode.content.length),
      readOnly,
      contexts: [],
      read: (into, offset) => this.#read(inode, into, offset, path),
      write: (from, offset) => this.#write(inode, from, offset, path),
      trim: () => undefined,
      zero: (offset, length) => this.#write(inode, Buffer.alloc(length), offset, path),
      flush: () => undefined,
      allocation: (offset, length, limit) => runs(inode.content, offset, length).slice(0, limit),
      close: () => undefined,
    };
  }

  exists(path: string): boolean {
    return this.#names.has(path);
  }

  move(from: string, to: string): void {
    this.beforeChange('move');
    const inode = this.#names.get(from);
    if (inode === undefined) throw ioError('rename', 'ENOENT', from);
    this.#names.delete(from);
    this.#names.set(to, inode);
    this.syncNames();
  }

  remove(path: string): void {
    this.beforeChange('remove');
    this.#names.delete(path);
  }

  syncNames(): void {
    this.#durableNames = new Map(this.#names);
  }

  room(): number {
    return Number.POSITIVE_INFINITY;
  }

  identity(path: string) {
    const inode = this.#names.get(path);
    if (inode === undefined) return null;
    return { inode: String(inode.number), size: inode.content.length, modified: String(inode.modified) };
  }

  content(path: string): Buffer | null {
    return this.#names.get(path)?.content ?? null;
  }

  /** Changes a byte behind everybody's back; `seen`: as a program would that writes to the file. */
  spoil(path: string, at: number, seen: boolean): boolean {
    const inode = this.#names.get(path);
    if (inode === undefined || inode.content.length === 0) return false;
    const offset = at % inode.content.length;
    for (const content of [inode.content, inode.durable.content]) {
      if (offset < content.length) content.writeUInt8((content.readUInt8(offset) + 1) % 256, offset);
    }
    if (seen) this.#touch(inode);
    return true;
  }

  /** What was not made durable may be there or not, each write by itself: `luck` tells of the nth. */
  losePower(luck: (nth: number) => boolean): void {
    let nth = 0;
    const lucky = (): boolean => {
      nth += 1;
      return luck(nth);
    };
    if (!lucky()) this.#names = new Map(this.#durableNames);
    for (const inode of this.#names.values()) {
      const { unsynced, durable } = inode;
      const content = Buffer.from(durable.content);
      for (const one of unsynced) if (lucky() && one.offset < content.length) one.content.copy(content, one.offset);
      inode.content = content;
      inode.modified = unsynced.length > 0 ? inode.modified : durable.modified;
      inode.durable = { content: Buffer.from(content), modified: inode.modified };
      inode.unsynced = [];
    }
    this.#durableNames = new Map(this.#names);
  }

  #create(path: string, mode: string): Inode {
    if (mode !== 'create') throw ioError('open', 'ENOENT', path);
    this.beforeChange('create');
    this.#clock += 1;
    const nothing = { content: Buffer.alloc(0), modified: this.#clock };
    const inode = { number: this.#clock, ...nothing, durable: nothing, unsynced: [] };
    this.#names.set(path, inode);
    return inode;
  }

  #read(inode: Inode, into: Uint8Array, offset: number, path: string): void {
    if (offset + into.length > inode.content.length) throw ioError('read', 'EIO', path);
    into.set(inode.content.subarray(offset, offset + into.length));
  }

  /** A process that ends in the middle of a write has written half of it. */
  #write(inode: Inode, from: Uint8Array, offset: number, path: string): void {
    try {
      this.beforeChange('write');
    } catch (error) {
      if (error instanceof ProcessEnded) this.#put(inode, from.subarray(0, from.length >>> 1), offset);
      throw error;
    }
    if (this.full) throw ioError('write', 'ENOSPC', path);
    this.#put(inode, from, offset);
  }

  #put(inode: Inode, from: Uint8Array, offset: number): void {
    const content = Buffer.from(from);
    if (offset + content.length > inode.content.length) this.#grow(inode, offset + content.length);
    content.copy(inode.content, offset);
    inode.unsynced.push({ offset, content });
    this.#touch(inode);
  }

  #setLength(inode: Inode, length: number): void {
    this.beforeChange('setLength');
    this.#grow(inode, length);
    this.#touch(inode);
  }

  #grow(inode: Inode, length: number): void {
    const content = Buffer.alloc(length);
    inode.content.copy(content);
    inode.content = content;
  }

  #touch(inode: Inode): void {
    this.#clock += 1;
    inode.modified = this.#clock;
  }
}

const runs = (content: Buffer, offset: number, length: number): Allocation[] => {
  const found: { offset: number; length: number; hole: boolean; zero: boolean }[] = [];
  for (let at = offset; at < offset + length; ) {
    const end = Math.min(offset + length, (Math.floor(at / BLOCK) + 1) * BLOCK);
    const empty = NOTHING.compare(content, at, end, 0, end - at) === 0;
    const last = found.at(-1);
    if (last?.hole === empty) last.length += end - at;
    else found.push({ offset: at, length: end - at, hole: empty, zero: empty });
    at = end;
  }
  return found;
};
