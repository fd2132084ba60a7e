import type { Warning } from '../../../shared/model/block-set.ts';
import type { VaultKeys } from '../../engine/tape/keys.ts';
import type { Vault } from '../../engine/tape/vault.ts';

/**
 * Gives the files of tapes that lie under other names their own, and says so of each; in a vault that cannot be written to it says where they
 * are read. What is in doubt stays where it is, and is a warning too. Throws VAULT_HELD, IO.
 */
export const tapesPutInPlace = ({
  vault,
  keys,
}: {
  readonly vault: Vault;
  readonly keys: VaultKeys | null;
}): Warning[] => {
  const { library } = vault;
  const { put, doubtful, failure } = library.putInPlace(keys?.exportKey() ?? null);
  const readThere = library.state.tapes.filter(({ liesAs }) => liesAs !== undefined);
  return [
    ...put.map(({ barcode, liesAs, again, displaces, displaced }) => ({
      code: 'TAPE_PUT_IN_PLACE',
      path: barcode,
      message: [
        `The file of ${barcode} lay under the name ${liesAs}.tap, and has its own again.`,
        ...(displaces
          ? [
              `What lay in its place is none of the tapes that were looked for there, or an older copy of this one, and is called ${displaced}.tap now.`,
            ]
          : []),
        ...(again.length > 0
          ? [`The same tape lies there once more, as ${again.map((name) => `${name}.tap`).join(', ')}.`]
          : []),
      ].join(' '),
    })),
    ...readThere.map(({ barcode, liesAs }) => ({
      code: 'TAPE_RENAMED',
      path: barcode,
      message: `The file of ${barcode} lies under the name ${liesAs}.tap, and is read there: nothing can be renamed in a vault that cannot be written to.`,
    })),
    ...doubtful.map(({ barcode, message }) => ({ code: 'TAPE_DUPLICATE', path: barcode, message })),
    ...(failure === null
      ? []
      : [
          {
            code: failure.code,
            path: vault.dir,
            message: `Files of tapes that lie under other names could not be given their own: ${failure.message}`,
          },
        ]),
  ];
};
