import fs from 'node:fs';
import * as catalog from '../../engine/catalog/index.ts';
import type { SpoolFile } from '../../engine/mover/spool.ts';
import type { CatalogWriter } from './backup-session.ts';

/** The writer of a catalog. */
export const catalogWriter = (
  file: string,
): CatalogWriter & { close(): Promise<void>; copyTo(file: string, key: Uint8Array | null): Promise<void> } => {
  const store = catalog.openCatalog(file);
  return {
    begin: async (set) => catalog.beginSet(store, set),
    addChunks: async (chunks) => catalog.addChunks(store, chunks),
    commit: async ({ spools, ...set }) => catalog.commitSet(store, { ...set, stream: () => readSpools(spools) }),
    interrupt: async (set) => catalog.interruptSet(store, set),
    copyTo: async () => undefined,
    close: async () => store.close(),
  };
};

function* readSpools(spools: readonly SpoolFile[]): Generator<Uint8Array> {
  for (const { path } of spools) {
    const fd = fs.openSync(path, 'r');
    try {
      for (;;) {
        const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
        const read = fs.readSync(fd, buffer);
        if (read === 0) break;
        yield buffer.subarray(0, read);
      }
    } finally {
      fs.closeSync(fd);
    }
  }
}
