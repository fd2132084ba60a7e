export { executePlan } from './execute/execute-plan.ts';
export type { RestoreOutcome } from './execute/outcome.ts';
export { namesInThread, planInThread, planVerifyInThread } from './execute/plan-thread.ts';
export type { RestoreDrives } from './execute/restore-drives.ts';
export { refuseConflicts } from './plan/refuse-conflicts.ts';
export type { RestorePlan } from './plan/restore-plan.ts';
export { shownMapping } from './plan/shown-mapping.ts';
export { verifySets } from './verify/verify-sets.ts';
