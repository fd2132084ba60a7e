import type { Warning } from '../../../shared/model/block-set.ts';
import { DamagedChunks } from '../../engine/catalog/index.ts';
import type { EraseRequest, TapeLosses } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { demandAgreed, setsLostWith } from './losses.ts';
import { tapeView } from './tape-view.ts';

/**
 * Labels a tape anew; what lay on it is gone. Each step is durable before the next: the catalog forgets what lies there, the vault's copy of
 * it says so too, then the tape goes. After a kill in between the tape still has what no catalog lists, and a rebuild finds it again; never
 * is there a catalog of this home or this vault that counts on what is gone. Throws TAPE_NEEDED when more would be lost than was agreed to,
 * CATALOG_BEHIND, TAPE_PROTECTED, TAPE_IN_USE, TAPE_MISMATCH, NO_SUCH_TAPE.
 */
export const eraseTape = async (
  vault: OpenVault,
  { tape: name, agreed, demandFree }: EraseRequest,
): Promise<Pick<TapeLosses, 'tape' | 'sets'> & { readonly warnings: readonly Warning[] }> => {
  vault.demandCurrent();
  vault.demandHeld();
  const { library } = vault.vault;
  const record = library.tape(name);
  library.demandErasable(record.volume);
  const lost = setsLostWith(vault, record, 'nothing');
  demandAgreed(lost, agreed);
  demandFree([...lost.sets, ...lost.onCopies].map(({ id }) => id));
  const { sets } = setsLostWith(vault, record, 'the rest');
  // Carried out of the library or taken by a job meanwhile it would keep what no catalog lists any more.
  const letGo = library.holdAlone(record.volume);
  const warnings: Warning[] = [];
  try {
    await vault.writer.loseTape(
      record.volume,
      sets.map(({ id }) => id),
    );
    const damaged = DamagedChunks.of(vault.catalogFile).chunks.filter(({ tape }) => tape === record.volume);
    if (damaged.length > 0) warnings.push(...DamagedChunks.note(vault.catalogFile, [], damaged));
    await vault.renewCatalogCopy();
  } finally {
    letGo();
  }
  vault.demandHeld();
  // Nobody comes between: nothing is awaited since it was let go of.
  const tape = library.erase(record.volume);
  return { tape: tapeView(library.state, tape), sets, warnings };
};
