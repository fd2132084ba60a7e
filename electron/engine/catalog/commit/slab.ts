const SLAB_BYTES = 1 << 20;

/** Keeps copies of many small byte runs in few large buffers. */
export class Slab {
  #buffer = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #used = 0;

  keep(bytes: Uint8Array): Uint8Array {
    if (bytes.length > SLAB_BYTES / 4) return Uint8Array.from(bytes);
    if (this.#used + bytes.length > SLAB_BYTES) {
      this.#buffer = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#used = 0;
    }
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
    return new Uint8Array(this.#buffer.buffer, this.#used - bytes.length, bytes.length);
  }
}
