import { asColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { OpenVault } from '../vault-session.ts';

/** Counts what was found damaged on tapes. Gives a warning when that cannot be kept: what was read stays read. */
export const countErrors = ({ vault }: OpenVault, wrong: readonly { readonly tape: string }[]): Warning[] => {
  if (wrong.length === 0) return [];
  try {
    vault.library.noteErrors(wrong.map(({ tape }) => tape));
    return [];
  } catch (thrown) {
    const { code, message } = asColdframeError(thrown);
    return [{ code, path: vault.dir, message: `errors of tapes could not be counted: ${message}` }];
  }
};
