import { loadKoffi } from './koffi.ts';

/** The fast Latin-1 conversions of Buffer, which its type does not list. */
type NativeBytes = Buffer<ArrayBuffer> & {
  latin1Slice(start: number, end: number): string;
  latin1Write(text: string, offset: number): number;
};

/** Memory at a fixed address: system calls get the address, we read and write the bytes. Allocate once, reuse always. */
export interface NativeMemory {
  readonly bytes: NativeBytes;
  readonly address: number;
}

/** Allocates memory of its own, that no pool shares and no collection moves for as long as it is referenced. */
export function allocate(length: number): NativeMemory {
  const bytes = Buffer.from(new ArrayBuffer(length)) as NativeBytes;
  return { bytes, address: Number(loadKoffi().address(bytes)) };
}

/** Makes a value on first use: system calls are bound only where and when they are needed. */
export function lazily<T extends object>(make: () => T): () => T {
  let value: T | null = null;
  return () => {
    value ??= make();
    return value;
  };
}
