import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { TapeWriter } from '../tape-writer.ts';
import { type CreateVaultOptions, createVault, type Vault } from '../vault.ts';
import { chunkOf, temporaryFolder } from './tapes.ts';

/** A new vault in a folder that goes when the test ends. */
export const newVault = async (options: Partial<CreateVaultOptions> = {}) => {
  const dir = join(temporaryFolder(), 'vault');
  const made = await createVault({ dir, name: 'test', tapeBytes: 32 * 1024 * 1024, ...options });
  onTestFinished(() => made.vault.close());
  return { ...made, dir, library: made.vault.library };
};

/** Writes a chunk to the next tape and ends the tape in order. */
export const writeChunk = async (vault: Vault, secret: string | null, sequence = 0, full = false) => {
  const keys = await vault.unlock(secret);
  const { volume } = vault.library.nextWritableTape();
  vault.library.mount(1, volume);
  const writer = TapeWriter.open(vault.access(volume, keys));
  const { place } = writer.appendChunk(chunkOf(sequence, 1000));
  vault.library.noteWritten(volume, writer.finish({ full, catalogSets: [] }));
  writer.close();
  vault.library.unmount(1);
  return place;
};
