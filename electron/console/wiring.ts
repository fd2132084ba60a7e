import { ColdframeError } from '../../shared/errors.ts';
import type { UseCases } from './use-cases.ts';

/** Stands in for a use-case whose engine is not part of this version. */
const notYet = (what: string) => (): Promise<never> =>
  Promise.reject(
    new ColdframeError('NOT_BUILT', {
      message: `This version cannot ${what} yet.`,
      guidance: 'Nothing was changed. See ARCHITECTURE.md for what is not there yet.',
    }),
  );

/** The engine's use-cases, each loaded when it is first asked for, so that a short command starts fast. */
export const engineUseCases: UseCases = {
  createVault: notYet('create vaults'),
  inspectVault: notYet('open vaults'),
  changePassphrase: notYet('change passphrases'),
  showVault: notYet('show vaults'),
  listTapes: notYet('list tapes'),
  showTape: notYet('show tapes'),
  openCatalog: async (home, vault) => (await import('./catalog-reader.ts')).openCatalogReader(home, vault),
  openVaultSession: notYet('open vaults'),
  planBackup: notYet('plan backups'),
  runBackup: notYet('back up'),
  runMerge: notYet('merge block sets'),
  planRestore: notYet('plan restores'),
  runRestore: notYet('restore'),
  runVerify: notYet('verify'),
  runRebuild: notYet('rebuild catalogs'),
};
