import type { ByteString } from '../../../../shared/byte-string.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';

export interface DirectoryStep {
  readonly parent: number;
  readonly name: ByteString;
}

/**
 * The directories that were used last and are open, by their number in the plan. Each is opened from its parent by a single
 * name, so no symbolic link on the way is ever followed, and paths may be of any length where the system allows it.
 */
export class DirectoryHandles {
  readonly #files: DestinationFiles;
  readonly #root: number;
  readonly #rootFd: number;
  readonly #step: (id: number) => DirectoryStep;
  readonly #open: (parentFd: number, name: ByteString, id: number) => number;
  readonly #limit: number;
  readonly #fds = new Map<number, number>();
  #last = -1;
  #lastFd = -1;

  /** `open` opens (and may make) a directory by its name in its parent. The root's descriptor stays the caller's. */
  constructor(
    files: DestinationFiles,
    root: { readonly id: number; readonly fd: number },
    step: (id: number) => DirectoryStep,
    open: (parentFd: number, name: ByteString, id: number) => number,
    limit = 128,
  ) {
    this.#files = files;
    this.#root = root.id;
    this.#rootFd = root.fd;
    this.#step = step;
    this.#open = open;
    this.#limit = limit;
  }

  /** The descriptor of a directory; valid until the next call. Throws what `open` throws. */
  get(id: number): number {
    if (id === this.#last) return this.#lastFd;
    const fd = this.#find(id);
    this.#last = id;
    this.#lastFd = fd;
    return fd;
  }

  /** Closes all descriptors but the root's. */
  close(): void {
    for (const fd of this.#fds.values()) this.#files.closeFd(fd);
    this.#fds.clear();
    this.#last = -1;
  }

  /** Walks up to the nearest open directory, then down again: no recursion, since trees may be thousands deep. */
  #find(id: number): number {
    const missing: { id: number; name: ByteString }[] = [];
    let at = id;
    let fd = this.#cached(at);
    while (fd === undefined) {
      const step = this.#step(at);
      missing.push({ id: at, name: step.name });
      at = step.parent;
      fd = this.#cached(at);
    }
    for (const next of missing.reverse()) {
      fd = this.#open(fd, next.name, next.id);
      this.#fds.set(next.id, fd);
      this.#trim();
    }
    return fd;
  }

  #cached(id: number): number | undefined {
    if (id === this.#root) return this.#rootFd;
    const fd = this.#fds.get(id);
    if (fd === undefined) return undefined;
    this.#fds.delete(id);
    this.#fds.set(id, fd);
    return fd;
  }

  #trim(): void {
    if (this.#fds.size <= this.#limit) return;
    for (const [id, fd] of this.#fds) {
      this.#fds.delete(id);
      this.#files.closeFd(fd);
      if (id === this.#last) this.#last = -1;
      return;
    }
  }
}
