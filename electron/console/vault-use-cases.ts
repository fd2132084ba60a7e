import { asColdframeError } from '../../shared/errors.ts';
import { unsealedTapes } from '../engine/tape/demand-unsealed.ts';
import { recoverLibrary as recover } from '../engine/tape/library-recovery.ts';
import { unlockLibrary } from '../engine/tape/unlock-library.ts';
import * as engine from '../engine/tape/vault.ts';
import { bytesInUse, tapesForBackups } from '../engine/tape/writable-tapes.ts';
import { listedTapes, tapeView } from './library/tape-view.ts';
import { lookIntoChanger } from './look-into-changer.ts';
import { bytesFreeAt } from './overview/vault-space.ts';
import { tapesAwayFrom } from './tapes-at-hand.ts';
import type { UseCases, VaultAccess } from './use-cases.ts';
import { infoOf, withLibrary, withVaultAlone } from './vault-session.ts';

type VaultUseCases = Pick<
  UseCases,
  | 'createVault'
  | 'inspectVault'
  | 'trySecret'
  | 'hasTapesInFiles'
  | 'unsealedTapes'
  | 'recoverLibrary'
  | 'changePassphrase'
  | 'changeRecoveryCode'
  | 'showVault'
  | 'listTapes'
  | 'tapeNames'
  | 'labelTapes'
>;

/** What the console asks of a vault's library, none of which needs a catalog. */
const useCases: VaultUseCases = {
  createVault: async (request) => {
    const { changer, ...rest } = request;
    const library = changer ? { changer: { ...changer, elements: await lookIntoChanger(changer) } } : {};
    const { vault, recoveryCode } = await engine.createVault({ ...rest, ...library });
    await vault.close();
    return { vault: infoOf(request.dir, vault.library.state), recoveryCode };
  },
  inspectVault: async (dir) => infoOf(dir, engine.inspectVault(dir)),
  trySecret: async (dir, access) => {
    await unlockLibrary(dir, engine.inspectVault(dir), secretOf(access));
  },
  hasTapesInFiles: async (dir) => engine.inspectVault(dir).settings.changer === undefined,
  unsealedTapes: async (dir) => unsealedTapes(dir, engine.inspectVault(dir)),
  recoverLibrary: async (dir, access) => {
    try {
      engine.inspectVault(dir);
      return false;
    } catch (thrown) {
      const { code } = asColdframeError(thrown);
      if (code !== 'NO_SUCH_VAULT' && code !== 'VAULT_DAMAGED') throw thrown;
    }
    // Whoever is refused has been told nothing of what the library lacks, and would not be told again.
    await recover(dir, {}, async (state) => await unlockLibrary(dir, state, secretOf(access)));
    return true;
  },
  changePassphrase: async (dir, access, newPassphrase) =>
    await withVaultAlone(dir, access, async (vault) => {
      const { refreshed, skipped } = await vault.changePassphrase(secretOf(access) ?? '', newPassphrase);
      return { refreshed: [...refreshed], skipped: [...skipped] };
    }),
  changeRecoveryCode: async (dir, passphrase, signal) => {
    const work = async (vault: engine.Vault) => {
      const { recoveryCode, refreshed, skipped } = await vault.changeRecoveryCode(passphrase, signal);
      return { recoveryCode, refreshed: [...refreshed], skipped: [...skipped] };
    };
    return await withVaultAlone(dir, { passphrase }, work, { signal, report: () => undefined });
  },
  showVault: async (dir) => {
    const state = engine.inspectVault(dir);
    const { settings, drives, slots, tapes } = state;
    const { tapeBytes, codec } = settings;
    const bytesUsed = tapes.reduce((sum, tape) => sum + bytesInUse(tape), 0);
    const room = tapesForBackups(state, Date.now());
    return {
      library: { drives: drives.length, slots: slots.length, codec, tapeBytes },
      tapes: {
        total: tapes.length,
        scratch: tapes.filter(({ chunks }) => chunks === 0).length,
        written: tapes.filter(({ chunks }) => chunks > 0).length,
        bytesUsed,
        bytesFree: room.reduce((sum, tape) => sum + Math.max(0, tapeBytes - bytesInUse(tape)), 0),
        bytesFreeOnDisk: await bytesFreeAt(dir),
        away: tapesAwayFrom(dir, state),
      },
    };
  },
  listTapes: async (dir) => {
    return listedTapes(dir, engine.inspectVault(dir));
  },
  tapeNames: async (dir) => engine.inspectVault(dir).tapes.map(({ volume, barcode }) => ({ id: volume, barcode })),
  labelTapes: async (dir, barcodes, pool) =>
    await withLibrary(dir, (library) => {
      const wanted = barcodes.length === 0 ? [{}] : barcodes.map((barcode) => ({ barcode }));
      const tapes = wanted.map((each) => library.label({ ...each, pool }).volume);
      return tapes.map((volume) => tapeView(library.state, library.tape(volume)));
    }),
};
export const {
  createVault,
  inspectVault,
  trySecret,
  hasTapesInFiles,
  unsealedTapes: unsealedTapesOf,
  recoverLibrary,
  changePassphrase,
  changeRecoveryCode,
  showVault,
  listTapes,
  tapeNames,
  labelTapes,
} = useCases;

/** The secret that a caller gave, whichever it is; both open the same key. */
const secretOf = ({ passphrase, recoveryCode }: VaultAccess): string | null => passphrase ?? recoveryCode ?? null;
