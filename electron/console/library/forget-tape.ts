import type { Warning } from '../../../shared/model/block-set.ts';
import type { EraseRequest, TapeLosses } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { demandMayBeLost, loseTape } from './lose-tape.ts';
import { tapeView } from './tape-view.ts';

/**
 * Forgets a tape that is not here and will not come back: the catalog lets go of what lay there, the vault's copy of it says so too, then the library forgets the tape,
 * in this order, each durable before the next. Nothing is written to any tape: one that turns up all the same is taken in as an unknown one of the vault, and a
 * rebuild has again what lies on it. Throws TAPE_NEEDED when more would be lost than was agreed to, TAPE_EXISTS while it is here, CATALOG_BEHIND, TAPE_IN_USE,
 * NO_SUCH_TAPE.
 */
export const forgetTape = async (
  vault: OpenVault,
  request: EraseRequest,
): Promise<Pick<TapeLosses, 'tape' | 'sets'> & { readonly warnings: readonly Warning[] }> => {
  vault.demandCurrent();
  vault.demandHeld();
  const { library } = vault.vault;
  const record = library.demandForgettable(library.tape(request.tape).volume);
  demandMayBeLost(vault, record, request);
  const letGo = library.holdAlone(record.volume);
  const tape = tapeView(library.state, record);
  let lost: Awaited<ReturnType<typeof loseTape>>;
  try {
    lost = await loseTape(vault, record);
  } finally {
    letGo();
  }
  // Nobody comes between: nothing is awaited since it was let go of.
  library.forget(record.volume);
  return { tape, ...lost };
};
