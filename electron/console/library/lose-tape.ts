import type { Warning } from '../../../shared/model/block-set.ts';
import { DamagedChunks } from '../../engine/catalog/index.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { randomId } from '../../platform/ids.ts';
import type { EraseRequest, TapeLosses } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { demandAgreed, setsLostWith } from './losses.ts';

/** Throws TAPE_NEEDED when more would be lost with a tape than was agreed to, and what `demandFree` throws of its sets. */
export const demandMayBeLost = (
  vault: OpenVault,
  record: TapeRecord,
  { agreed, demandFree }: Pick<EraseRequest, 'agreed' | 'demandFree'>,
): void => {
  const lost = setsLostWith(vault, record, 'nothing');
  demandAgreed(lost, agreed);
  demandFree([...lost.sets, ...lost.onCopies].map(({ id }) => id));
};

/**
 * Has the catalog let go of what lies on a tape that is held alone, and the vault's copy of it, which is what other homes go by, say so too; each is durable before
 * the next. The tape itself goes after that. Gives the sets that something goes of. Throws VAULT_HELD, CATALOG_*, IO.
 */
export const loseTape = async (
  vault: OpenVault,
  record: TapeRecord,
): Promise<Pick<TapeLosses, 'sets'> & { readonly warnings: readonly Warning[] }> => {
  const { sets } = setsLostWith(vault, record, 'the rest');
  await vault.writer.loseTape({
    tape: record.volume,
    sets: sets.map(({ id }) => id),
    run: randomId(),
    at: Date.now(),
  });
  const damaged = DamagedChunks.of(vault.catalogFile).chunks.filter(({ tape }) => tape === record.volume);
  const warnings = damaged.length > 0 ? DamagedChunks.note(vault.catalogFile, [], damaged) : [];
  vault.demandHeld();
  await vault.renewCatalogCopy();
  vault.demandHeld();
  return { sets, warnings };
};
