export { runRebuild } from './run-rebuild.ts';
export { takeInVault } from './take-in-vault.ts';
