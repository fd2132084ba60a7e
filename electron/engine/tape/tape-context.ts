import type { ChunkContext } from './chunk-frame.ts';
import { VaultKeys } from './keys.ts';
import type { TapeAccess } from './tape-access.ts';

type Keyed = Pick<TapeAccess, 'vault' | 'volume' | 'vaultKey'>;

/** What chunks of the tape must agree with, the header key included. */
export const contextOf = ({ vault, volume, vaultKey }: Keyed): ChunkContext => ({
  vault,
  volume,
  headerKey: vaultKey ? new VaultKeys(vault, vaultKey).headerKey() : null,
});

/** The key of directory and catalog; null when the vault is not sealed. */
export const tapeKeyOf = ({ vault, volume, vaultKey }: Keyed): Uint8Array | null =>
  vaultKey ? new VaultKeys(vault, vaultKey).tapeKey(volume) : null;
