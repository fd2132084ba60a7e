import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { bytes, millis, objectId, setId } from '../../../shared/units.ts';
import type { JobControl, ProtectedObject, UseCases, VaultInfo } from '../use-cases.ts';

/** What a fake backup does until it returns: tests step in here. */
export type FakeBackup = (object: ProtectedObject, job: JobControl, resume: string | null) => Promise<void>;

/** The use-cases of an engine that moves nothing, for tests of what stands above it. */
export const fakeUseCases = (backup: FakeBackup = async () => undefined): UseCases => {
  const vaults = new Map<string, VaultInfo>();
  const vaultAt = (dir: string): VaultInfo => vaults.get(dir) ?? fakeVault(dir, false);
  const unused = () => Promise.reject(new Error('this fake has no such use-case'));
  return {
    createVault: async ({ dir, passphrase }) => {
      const vault = fakeVault(dir, passphrase !== null);
      vaults.set(dir, vault);
      return { vault, recoveryCode: passphrase === null ? null : 'CODE' };
    },
    hasTapesInFiles: async () => true,
    prepare: async () => ({ end: async () => undefined }),
    inspectVault: async (dir) => vaultAt(dir),
    trySecret: async () => undefined,
    unsealedTapes: async () => [],
    recoverLibrary: async () => false,
    lacksLibraryOf: unused,
    recoverFromChanger: unused,
    changePassphrase: async () => ({ refreshed: [], skipped: [] }),
    changeRecoveryCode: unused,
    showVault: unused,
    listTapes: async () => [],
    tapeNames: async () => [],
    labelTapes: unused,
    showLibrary: unused,
    showRobot: unused,
    showRobotLog: unused,
    loadTape: unused,
    unloadDrive: unused,
    moveTape: unused,
    ejectTape: unused,
    takeInTape: unused,
    cleanDrive: unused,
    addCleaningTape: unused,
    removeCleaningTape: unused,
    setCleaning: unused,
    setAllocation: unused,
    takeInventory: unused,
    protectTape: unused,
    shelveTape: unused,
    retireTape: unused,
    tapeLosses: unused,
    eraseTape: unused,
    copyTape: unused,
    planReclaim: unused,
    reclaimTapes: unused,
    exportTape: unused,
    importTape: unused,
    vaultOfTapes: unused,
    forgetTape: unused,
    gatherTapes: unused,
    vaultSpace: unused,
    openFolderPages: unused,
    openVolumes: unused,
    openCatalog: async () => null,
    knownDamage: async () => [],
    hasUnknownSets: async () => false,
    openVaultSession: async (dir) => ({ info: vaultAt(dir), close: async () => undefined }) as never,
    unmatchedExclusions: async () => [],
    planBackup: unused,
    planUnopened: unused,
    runBackup: async (_, object, { resume }, job) => {
      await backup(object, job, resume);
      return { set: fakeSet(object) };
    },
    runMerge: unused,
    planRetention: unused,
    applyRetention: unused,
    planRestore: unused,
    runRestore: unused,
    restorePart: unused,
    joinRestoreParts: unused,
    watchForTapes: unused,
    runRestoreTest: unused,
    openSetVolumes: unused,
    runVerify: unused,
    takeInVault: async () => ({ sets: 0, incompleteSets: 0, warnings: [] }),
    runRebuild: unused,
  };
};

export const fakeVault = (dir: string, sealed: boolean): VaultInfo => ({
  id: idOf(dir),
  name: 'vault',
  dir,
  sealed,
  createdAt: 0,
});

const idOf = (text: string): string => Buffer.from(text).toString('hex').padEnd(32, '0').slice(-32);

const fakeSet = (object: ProtectedObject): BlockSetSummary => ({
  id: setId('ab'.repeat(16)),
  object: { id: objectId(object.id), name: object.name },
  level: 'full',
  state: 'complete',
  parent: null,
  createdAt: millis(0),
  finishedAt: millis(1),
  elements: 1,
  logicalBytes: bytes(1),
  bytesRead: bytes(1),
  bytesStored: bytes(1),
  segments: 1,
  tapes: [],
  drives: 1,
  durationMs: millis(1),
  warnings: [],
});
