export { readTapes } from './read-tapes.ts';
export { refreshCopy, runRebuild } from './run-rebuild.ts';
export { takeInVault } from './take-in-vault.ts';
