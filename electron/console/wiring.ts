import type { UseCases } from './use-cases.ts';

const backups = () => import('./backup/index.ts');
const restores = () => import('./restore/index.ts');
const libraries = () => import('./library/index.ts');
const vaults = () => import('./vault-use-cases.ts');

/** Threads that a job of each kind is sure to need, in the order in which it does. */
const NEEDED_FIRST = {
  backup: ['catalog', 'scan', 'back-end'],
  restore: ['restore-plan', 'restore-writer', 'restore-reader'],
  verify: ['restore-plan', 'restore-verifier', 'restore-reader'],
} as const;

/** The engine's use-cases, each loaded when it is first asked for, so that a short command starts fast. */
export const engineUseCases: UseCases = {
  createVault: async (request) => (await vaults()).createVault(request),
  inspectVault: async (dir) => (await vaults()).inspectVault(dir),
  trySecret: async (...request) => (await vaults()).trySecret(...request),
  hasTapesInFiles: async (dir) => (await vaults()).hasTapesInFiles(dir),
  unsealedTapes: async (dir) => (await vaults()).unsealedTapesOf(dir),
  recoverLibrary: async (...request) => (await vaults()).recoverLibrary(...request),
  lacksLibraryOf: async (...request) => (await import('./recover-from-changer.ts')).lacksLibraryOf(...request),
  recoverFromChanger: async (...request) => (await import('./recover-from-changer.ts')).recoverFromChanger(...request),
  changePassphrase: async (...request) => (await vaults()).changePassphrase(...request),
  changeRecoveryCode: async (...request) => (await vaults()).changeRecoveryCode(...request),
  showVault: async (dir) => (await vaults()).showVault(dir),
  listTapes: async (dir) => (await vaults()).listTapes(dir),
  tapeNames: async (dir) => (await vaults()).tapeNames(dir),
  labelTapes: async (...request) => (await vaults()).labelTapes(...request),
  showLibrary: async (dir) => (await libraries()).operator.showLibrary(dir),
  loadTape: async (...request) => (await libraries()).operator.loadTape(...request),
  unloadDrive: async (...request) => (await libraries()).operator.unloadDrive(...request),
  ejectTape: async (...request) => (await libraries()).ejectTape(...request),
  takeInTape: async (...request) => (await libraries()).takeInTape(...request),
  cleanDrive: async (...request) => (await libraries()).cleanDrive(...request),
  addCleaningTape: async (...request) => (await libraries()).cleaningTapes.addCleaningTape(...request),
  removeCleaningTape: async (...request) => (await libraries()).cleaningTapes.removeCleaningTape(...request),
  setCleaning: async (...request) => (await libraries()).cleaningTapes.setCleaning(...request),
  setAllocation: async (...request) => (await libraries()).setAllocation(...request),
  takeInventory: async (dir) => (await libraries()).operator.takeInventory(dir),
  protectTape: async (...request) => (await libraries()).operator.protectTape(...request),
  retireTape: async (...request) => (await libraries()).operator.retireTape(...request),
  tapeLosses: async (...request) => (await libraries()).tapeLosses(...request),
  copyTape: async (...request) => (await libraries()).copyTape(...request),
  exportTape: async (...request) => (await libraries()).exportTape(...request),
  importTape: async (...request) => (await libraries()).importTape(...request),
  forgetTape: async (...request) => (await libraries()).forgetTape(...request),
  vaultOfTapes: async (files) => (await libraries()).vaultOfTapes(files),
  gatherTapes: async (...request) => (await libraries()).gatherTapes(...request),
  eraseTape: async (...request) => (await libraries()).eraseTape(...request),
  planReclaim: async (...request) => (await import('./reclaim/index.ts')).planReclaim(...request),
  reclaimTapes: async (...request) => (await import('./reclaim/index.ts')).reclaimTapes(...request),
  vaultSpace: async (dir) => (await import('./overview/vault-space.ts')).vaultSpace(dir),
  openFolderPages: async () => (await import('./browse/folder-pages.ts')).openFolderPages(),
  openVolumes: async (folder) => new (await import('./volumes/desk.ts')).VolumeDesk(folder, () => new Date()),
  openCatalog: async (home, vault) => (await import('./catalog-reader.ts')).openCatalogReader(home, vault),
  knownDamage: async (home, vault) => (await import('./catalog-reader.ts')).knownDamage(home, vault),
  hasUnknownSets: async (...request) => (await import('./catalog-reader.ts')).hasUnknownSets(...request),
  prepare: async (kind) => {
    (await import('../platform/memory-bounds.ts')).boundMemory();
    return (await import('../platform/job-thread.ts')).spareThreads(NEEDED_FIRST[kind]);
  },
  openVaultSession: async (...request) => (await import('./vault-session.ts')).openVaultSession(...request),
  unmatchedExclusions: async (...request) =>
    (await import('./unmatched-exclusions.ts')).unmatchedExclusions(...request),
  planBackup: async (...request) => (await backups()).planBackup(...request),
  planUnopened: async (...request) => (await backups()).planUnopened(...request),
  runBackup: async (...request) => (await backups()).runBackup(...request),
  runMerge: async (...request) => (await import('./merge/index.ts')).runMerge(...request),
  planRetention: async (...request) => (await import('./retention/index.ts')).planRetention(...request),
  applyRetention: async (...request) => (await import('./retention/index.ts')).applyRetention(...request),
  planRestore: async (...request) => (await restores()).planRestore(...request),
  runRestore: async (...request) => (await restores()).runRestore(...request),
  restorePart: async (...request) => (await restores()).restorePart(...request),
  joinRestoreParts: async (...parts) => (await restores()).joinedParts(...parts),
  watchForTapes: async (...request) => (await import('./library/watch-for-tapes.ts')).watchForTapes(...request),
  runRestoreTest: async (...request) => (await restores()).runRestoreTest(...request),
  openSetVolumes: async (...request) => (await import('./restore/set-volumes.ts')).openSetVolumes(...request),
  runVerify: async (...request) => (await restores()).runVerify(...request),
  takeInVault: async (...request) => (await import('./rebuild/index.ts')).takeInVault(...request),
  runRebuild: async (...request) => (await import('./rebuild/index.ts')).runRebuild(...request),
};
