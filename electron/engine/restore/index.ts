export { executePlan } from './execute/execute-plan.ts';
export type { DriveFailure } from './execute/failed-drives.ts';
export { kindsNotSet, type RestoreOutcome } from './execute/outcome.ts';
export {
  compareSampleInThread,
  drawSampleInThread,
  namesInThread,
  planInThread,
  planVerifyInThread,
  readRangesInThread,
  wholeTapesInThread,
} from './execute/plan-thread.ts';
export type { RestoreDrives } from './execute/restore-drives.ts';
export { plannedMounts } from './plan/mount-order.ts';
export { refuseConflicts } from './plan/refuse-conflicts.ts';
export type { RestorePlan, Side } from './plan/restore-plan.ts';
export { shownMapping } from './plan/shown-mapping.ts';
export type { TestFailure } from './restore-test/compare-sample.ts';
export type { VerifyOrder, VerifyPlan } from './verify/verify-plan.ts';
export { verifySets } from './verify/verify-sets.ts';
