import { readFileSync } from 'node:fs';
import { durableWrite } from '../../platform/durable-write.ts';
import { isErrno } from '../../platform/errno.ts';

/** Secrets of notices by their ids, in a file of the home that only its owner can read. */
export class NoticeSecrets {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  get(id: string): string | null {
    return this.#read()[id] ?? null;
  }

  /** `secret` null forgets it. */
  put(id: string, secret: string | null): void {
    const { [id]: known, ...others } = this.#read();
    if (secret === null && known === undefined) return;
    durableWrite(this.file, JSON.stringify(secret === null ? others : { ...others, [id]: secret }), 0o600);
  }

  #read(): Readonly<Record<string, string>> {
    try {
      return JSON.parse(readFileSync(this.file, 'utf8')) as Record<string, string>;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return {};
      throw error;
    }
  }
}
