export { type ExecuteOptions, executePlan, refuseConflicts } from './execute/execute-plan.ts';
export type { Damage, RestoreOutcome } from './execute/outcome.ts';
export { type PlanThreadSetup, planInThread, planVerifyInThread } from './execute/plan-thread.ts';
export type { ChannelNews, RestoreDrives } from './execute/restore-drives.ts';
export type { UnitKeys } from './execute/thread-protocol.ts';
export type { RestorePlan } from './plan/restore-plan.ts';
export { type VerifyOutcome, verifySets } from './verify/verify-sets.ts';
