import { asColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { OpenVault } from '../vault-session.ts';

/**
 * Notes of which tapes all that the catalog lists was read, and is right: also what no complete set needs now, for one may come to need it.
 * `wrong`: of which something is not, or could not be read. Gives a warning when that cannot be kept.
 */
export const noteReadRight = ({ vault }: OpenVault, right: readonly string[], wrong: readonly string[]): Warning[] => {
  try {
    vault.library.noteReadRight(right, wrong);
    return [];
  } catch (thrown) {
    const { code, message } = asColdframeError(thrown);
    return [{ code, path: vault.dir, message: `that tapes were read could not be noted: ${message}` }];
  }
};
