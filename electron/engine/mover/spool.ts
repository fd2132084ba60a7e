import fs from 'node:fs';
import { ByteWriter } from '../blockset/byte-writer.ts';

const WRITE_BYTES = 256 * 1024;

/**
 * A file that records are appended to while a job runs, so that what is known of a million elements does not stay in
 * memory. It lives in the job's folder of the home and is not durable: a job that did not end writes it anew.
 */
export class Spool {
  /** Write records here, then call `settle`. */
  readonly out = new ByteWriter(WRITE_BYTES * 2);
  records = 0;
  readonly path: string;
  readonly #fd: number;
  #written = 0;

  constructor(path: string) {
    this.path = path;
    this.#fd = fs.openSync(path, 'w+', 0o600);
  }

  /** Offset at which the next record will begin. */
  get position(): number {
    return this.#written + this.out.length;
  }

  /** Ends a record, counted or not, and writes to the file when enough has gathered. */
  settle(counted = true): void {
    if (counted) this.records += 1;
    if (this.out.length >= WRITE_BYTES) this.#flush();
  }

  /** Bytes that were written before. */
  read(offset: number, length: number): Buffer {
    this.#flush();
    const bytes = Buffer.allocUnsafeSlow(length);
    fs.readSync(this.#fd, bytes, 0, length, offset);
    return bytes;
  }

  close(): void {
    try {
      this.#flush();
    } finally {
      fs.closeSync(this.#fd);
    }
  }

  #flush(): void {
    const bytes = this.out.view();
    let done = 0;
    while (done < bytes.length) done += fs.writeSync(this.#fd, bytes, done, bytes.length - done);
    this.#written += bytes.length;
    this.out.reset();
  }
}

/** What a spool held when it was closed. */
export interface SpoolFile {
  readonly path: string;
  readonly records: number;
}
