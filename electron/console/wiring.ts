import { demandAnswer, demandWriteAnswer } from './demand-answer.ts';
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
  rebuild: ['rebuild'],
} as const;

type OfVault<Rest extends readonly unknown[], Result> = (dir: string, ...rest: Rest) => Promise<Result>;

/** Of a vault that answers. */
const reading =
  <Rest extends readonly unknown[], Result>(useCase: OfVault<Rest, Result>): OfVault<Rest, Result> =>
  async (dir, ...rest) => {
    await demandAnswer(dir);
    return await useCase(dir, ...rest);
  };

/** Of a vault that answers when it is written to. */
const writing =
  <Rest extends readonly unknown[], Result>(useCase: OfVault<Rest, Result>): OfVault<Rest, Result> =>
  async (dir, ...rest) => {
    await demandWriteAnswer(dir);
    return await useCase(dir, ...rest);
  };

/** The engine's use-cases, each loaded when it is first asked for, so that a short command starts fast. */
export const engineUseCases: UseCases = {
  createVault: async (request) => (await vaults()).createVault(request),
  inspectVault: reading(async (dir) => (await vaults()).inspectVault(dir)),
  trySecret: reading(async (...request) => (await vaults()).trySecret(...request)),
  hasTapesInFiles: reading(async (dir) => (await vaults()).hasTapesInFiles(dir)),
  unsealedTapes: reading(async (dir) => (await vaults()).unsealedTapesOf(dir)),
  recoverLibrary: writing(async (...request) => (await vaults()).recoverLibrary(...request)),
  lacksLibraryOf: reading(async (...request) => (await import('./recover-from-changer.ts')).lacksLibraryOf(...request)),
  recoverFromChanger: writing(async (...request) =>
    (await import('./recover-from-changer.ts')).recoverFromChanger(...request),
  ),
  changePassphrase: writing(async (...request) => (await vaults()).changePassphrase(...request)),
  changeRecoveryCode: writing(async (...request) => (await vaults()).changeRecoveryCode(...request)),
  showVault: reading(async (dir) => (await vaults()).showVault(dir)),
  listTapes: reading(async (dir) => (await vaults()).listTapes(dir)),
  tapeNames: reading(async (dir) => (await vaults()).tapeNames(dir)),
  labelTapes: writing(async (...request) => (await vaults()).labelTapes(...request)),
  showLibrary: reading(async (dir) => (await libraries()).operator.showLibrary(dir)),
  showRobot: reading(async (dir) => (await libraries()).showRobot(dir)),
  showRobotLog: reading(async (...request) => (await libraries()).showRobotLog(...request)),
  loadTape: writing(async (...request) => (await libraries()).operator.loadTape(...request)),
  unloadDrive: writing(async (...request) => (await libraries()).operator.unloadDrive(...request)),
  moveTape: writing(async (...request) => (await libraries()).operator.moveTape(...request)),
  ejectTape: writing(async (...request) => (await libraries()).ejectTape(...request)),
  takeInTape: writing(async (...request) => (await libraries()).takeInTape(...request)),
  cleanDrive: writing(async (...request) => (await libraries()).cleanDrive(...request)),
  addCleaningTape: writing(async (...request) => (await libraries()).cleaningTapes.addCleaningTape(...request)),
  removeCleaningTape: writing(async (...request) => (await libraries()).cleaningTapes.removeCleaningTape(...request)),
  setCleaning: writing(async (...request) => (await libraries()).cleaningTapes.setCleaning(...request)),
  setAllocation: writing(async (...request) => (await libraries()).setAllocation(...request)),
  takeInventory: writing(async (dir) => (await libraries()).operator.takeInventory(dir)),
  protectTape: writing(async (...request) => (await libraries()).operator.protectTape(...request)),
  shelveTape: writing(async (...request) => (await libraries()).operator.shelveTape(...request)),
  retireTape: writing(async (...request) => (await libraries()).operator.retireTape(...request)),
  tapeLosses: async (...request) => (await libraries()).tapeLosses(...request),
  copyTape: async (...request) => (await libraries()).copyTape(...request),
  exportTape: async (...request) => (await libraries()).exportTape(...request),
  importTape: async (...request) => (await libraries()).importTape(...request),
  forgetTape: async (...request) => (await libraries()).forgetTape(...request),
  vaultOfTapes: async (files) => (await libraries()).vaultOfTapes(files),
  gatherTapes: writing(async (...request) => (await libraries()).gatherTapes(...request)),
  eraseTape: async (...request) => (await libraries()).eraseTape(...request),
  planReclaim: async (...request) => (await import('./reclaim/index.ts')).planReclaim(...request),
  reclaimTapes: async (...request) => (await import('./reclaim/index.ts')).reclaimTapes(...request),
  vaultSpace: reading(async (dir) => (await import('./overview/vault-space.ts')).vaultSpace(dir)),
  openFolderPages: async () => (await import('./browse/folder-pages.ts')).openFolderPages(),
  openVolumes: async (folder) => new (await import('./volumes/desk.ts')).VolumeDesk(folder, () => new Date()),
  openCatalog: async (home, vault) => (await import('./catalog-reader.ts')).openCatalogReader(home, vault),
  knownDamage: async (home, vault) => (await import('./catalog-reader.ts')).knownDamage(home, vault),
  hasUnknownSets: async (home, vault) => {
    await demandAnswer(vault.dir);
    return await (await import('./catalog-reader.ts')).hasUnknownSets(home, vault);
  },
  prepare: async (kind) => {
    (await import('../platform/memory-bounds.ts')).boundMemory();
    return (await import('../platform/job-thread.ts')).spareThreads(NEEDED_FIRST[kind]);
  },
  openVaultSession: writing(async (...request) => (await import('./vault-session.ts')).openVaultSession(...request)),
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
  watchForTapes: reading(async (...request) =>
    (await import('./library/watch-for-tapes.ts')).watchForTapes(...request),
  ),
  runRestoreTest: async (...request) => (await restores()).runRestoreTest(...request),
  openSetVolumes: writing(async (...request) => (await import('./restore/set-volumes.ts')).openSetVolumes(...request)),
  runVerify: async (...request) => (await restores()).runVerify(...request),
  takeInVault: writing(async (...request) => (await import('./rebuild/index.ts')).takeInVault(...request)),
  runRebuild: writing(async (...request) => (await import('./rebuild/index.ts')).runRebuild(...request)),
};
