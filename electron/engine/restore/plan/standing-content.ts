import { hash } from 'node:crypto';
import fs from 'node:fs';
import type { ByteString } from '../../../../shared/byte-string.ts';
import type { StoredExtent } from '../../../../shared/model/element.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import { isErrno } from '../../../platform/errno.ts';
import { FileStat, TYPE_FILE } from '../../../platform/file-stat.ts';

const DIGEST_BYTES = 32;
/** No extent is longer, and runs that must be zeros are read in pieces of this size. */
const BUFFER_BYTES = 1024 * 1024;

let memory: { readonly content: Buffer; readonly zeros: Buffer } | null = null;
const buffers = (): { readonly content: Buffer; readonly zeros: Buffer } => {
  memory ??= { content: Buffer.allocUnsafe(BUFFER_BYTES), zeros: Buffer.alloc(BUFFER_BYTES) };
  return memory;
};

/** Reads a file that stands at the destination and compares it with an element, as the element's extents come in. */
export class StandingContent {
  readonly #files: DestinationFiles;
  readonly #fd: number;
  readonly #size: number;
  readonly identity: string;
  #position = 0;
  #same = true;
  #open = true;

  private constructor(files: DestinationFiles, fd: number, { size, device, inode }: FileStat) {
    this.#files = files;
    this.#fd = fd;
    this.#size = size;
    this.identity = `${device}:${inode}`;
  }

  /** Null when it is no file, or may not be read. */
  static open(files: DestinationFiles, directory: number, name: ByteString): StandingContent | null {
    let fd: number;
    try {
      fd = files.openForReading(directory, name);
    } catch (error) {
      if (isErrno(error, 'EACCES', 'EPERM', 'ENOENT', 'ELOOP', 'ENXIO')) return null;
      throw error;
    }
    const stat = files.statFd(fd, new FileStat());
    if (stat.type === TYPE_FILE) return new StandingContent(files, fd, stat);
    files.closeFd(fd);
    return null;
  }

  /** The next extents of the element, in ascending order; what lies between them must be zeros. */
  add(extents: readonly StoredExtent[]): void {
    for (const extent of extents) {
      if (!this.#same) return;
      this.#same = this.#zeros(extent.offset) && this.#holds(extent);
      this.#position = extent.offset + extent.length;
    }
  }

  /** Whether the file is the element's whole content, byte by byte, and nothing more. Closes it. */
  end(size: number): boolean {
    try {
      return this.#same && this.#size === Math.max(size, this.#position) && this.#zeros(this.#size);
    } finally {
      this.close();
    }
  }

  close(): void {
    if (this.#open) this.#files.closeFd(this.#fd);
    this.#open = false;
  }

  #holds({ offset, length, digestSpan, digests }: StoredExtent): boolean {
    if (length > BUFFER_BYTES || offset + length > this.#size) return false;
    const content = this.#read(offset, length);
    if (content === null) return false;
    const span = digestSpan === 0 ? length : digestSpan;
    for (let at = 0, index = 0; at < length; at += span, index += DIGEST_BYTES) {
      const digest = hash('sha256', content.subarray(at, Math.min(at + span, length)), 'buffer');
      if (digest.compare(digests, index, index + DIGEST_BYTES) !== 0) return false;
    }
    return true;
  }

  /** Whether everything up to `to` is zeros; holes are not read. */
  #zeros(to: number): boolean {
    if (to < this.#position || to > this.#size) return false;
    for (let at = this.#position; at < to; ) {
      const data = this.#files.nextData(this.#fd, at);
      if (data === null) return true;
      const from = Math.min(to, data ?? at);
      const end = Math.min(to, this.#files.nextHole(this.#fd, from) ?? to, from + BUFFER_BYTES);
      const content = this.#read(from, end - from);
      if (content === null || content.compare(buffers().zeros, 0, content.length) !== 0) return false;
      at = end;
    }
    return true;
  }

  /** Exactly these bytes, or null when the file is shorter by now or its device cannot read them. */
  #read(offset: number, length: number): Buffer | null {
    const { content } = buffers();
    try {
      for (let done = 0; done < length; ) {
        const read = fs.readSync(this.#fd, content, done, length - done, offset + done);
        if (read === 0) return null;
        done += read;
      }
    } catch (error) {
      if (isErrno(error, 'EIO')) return null;
      throw error;
    }
    return content.subarray(0, length);
  }
}
