import { bindNative } from './linux/koffi.ts';
import { allocate } from './linux/memory.ts';

/** Compresses into `into`; returns the length, or null when it does not fit there. */
type Compress = (plain: Uint8Array, into: Uint8Array) => number | null;

/** Expands into `into`; returns the length, or null when it is no frame, or needs more room. */
type Expand = (packed: Uint8Array, into: Uint8Array) => number | null;

let compress: Compress | null | undefined;
let expand: Expand | null | undefined;

/**
 * Compresses with zstd from memory to memory, at the level given on first use, with one context for the whole thread: the
 * runtime's own library, the same bytes as `zlib.zstdCompressSync`, but no buffer and no context for each call. Returns the
 * length; null when the runtime does not offer its library this way, or when the result does not fit: then go by `zlib`.
 */
export const zstdInto = (plain: Uint8Array, into: Uint8Array, level: number): number | null => {
  if (compress === undefined) compress = bindCompress(level);
  return compress?.(plain, into) ?? null;
};

/**
 * Expands zstd from memory to memory, likewise. Null when the runtime does not offer its library this way, or when what is there
 * cannot be expanded into `into`: then `zlib` says why.
 */
export const zstdExpandInto = (packed: Uint8Array, into: Uint8Array): number | null => {
  if (expand === undefined) expand = bindExpand();
  return expand?.(packed, into) ?? null;
};

const bindExpand = (): Expand | null => {
  if (process.platform !== 'linux') return null;
  try {
    return bindNative((koffi) => {
      const library = koffi.load(null);
      const size = Number(library.func('int64_t ZSTD_estimateDCtxSize()')());
      const workspace = allocate(size);
      const context: unknown = library.func('void *ZSTD_initStaticDCtx(uintptr_t, size_t)')(workspace.address, size);
      const call = library.func('int64_t ZSTD_decompressDCtx(uintptr_t, void *, size_t, void *, size_t)');
      if (context === null || koffi.address(context) !== BigInt(workspace.address)) return null;
      return (packed, into) => {
        const length = Number(call(workspace.address, into, into.length, packed, packed.length));
        return length < 0 ? null : length;
      };
    });
  } catch {
    return null;
  }
};

/** The context lies in memory that a collection frees, so a thread that ends by force leaves nothing behind. */
const bindCompress = (level: number): Compress | null => {
  if (process.platform !== 'linux') return null;
  try {
    return bindNative((koffi) => {
      const library = koffi.load(null);
      const size = Number(library.func('int64_t ZSTD_estimateCCtxSize(int)')(level));
      const workspace = allocate(size);
      const context: unknown = library.func('void *ZSTD_initStaticCCtx(uintptr_t, size_t)')(workspace.address, size);
      const call = library.func('int64_t ZSTD_compressCCtx(uintptr_t, void *, size_t, void *, size_t, int)');
      // The context has to lie where the memory begins, for that is what each call names.
      if (context === null || koffi.address(context) !== BigInt(workspace.address)) return null;
      return (plain, into) => {
        // Errors are the highest numbers of size_t: below 0 here. The workspace is named so that it lives as long as this.
        const length = Number(call(workspace.address, into, into.length, plain, plain.length, level));
        return length < 0 ? null : length;
      };
    });
  } catch {
    // A runtime that keeps its library to itself.
    return null;
  }
};
