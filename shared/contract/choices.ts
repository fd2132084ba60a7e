/** What an option may be. Here and not beside the schemas, so that a command line knows them without loading those. */
export const CODECS = ['zstd', 'deflate', 'none'] as const;
export type CodecName = (typeof CODECS)[number];

export const REQUESTED_LEVELS = ['auto', 'full', 'differential', 'incremental'] as const;
export type RequestedLevel = (typeof REQUESTED_LEVELS)[number];

/** What a run of a schedule makes: a level, or a full set that is put together from earlier ones after the backup. */
export const RUN_LEVELS = [...REQUESTED_LEVELS, 'synthetic'] as const;
export type RunLevel = (typeof RUN_LEVELS)[number];

/**
 * What a schedule does: back an object up, test that it can be restored, read it, or all of a vault, back, or let expire what no rule of it, or
 * of any object of a vault, holds.
 */
export const SCHEDULE_TASKS = ['backup', 'restore-test', 'verify', 'retention'] as const;
export type ScheduleTask = (typeof SCHEDULE_TASKS)[number];

/** Ways to find out whether what was backed up can be had back. */
export const CHECK_KINDS = ['restore-test', 'verify'] as const;
export type CheckKind = (typeof CHECK_KINDS)[number];

/**
 * `wrong`: something is not as it was; `away`: what could be read is right, and the rest lies on tapes that are not here; `failed`: it could not be
 * found out; `nothing`: there was nothing that could be tested.
 */
export const CHECK_OUTCOMES = ['right', 'wrong', 'away', 'failed', 'nothing'] as const;
export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];

/** How far an act of the audit log has come, or how it ended. */
export const AUDIT_PHASES = ['begun', 'done', 'warned', 'failed', 'cancelled', 'unknown'] as const;
export type AuditPhase = (typeof AUDIT_PHASES)[number];

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When a level rule holds: on a day of the week, or for the first run of a month. */
export const RULE_DAYS = [...WEEKDAYS, 'month'] as const;
export type RuleDay = (typeof RULE_DAYS)[number];

/** What becomes of a run that is under way when its window ends. */
export const WINDOW_ENDS = ['pause', 'finish', 'cancel'] as const;
export type WindowEnd = (typeof WINDOW_ENDS)[number];

/** Which of several runs that wait goes first. */
export const PRIORITIES = ['low', 'normal', 'high'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What a restore does with what is there already. */
export const CONFLICT_POLICIES = ['fail', 'skip', 'overwrite', 'rename'] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

/** Pools of tapes: to be used by anyone, in use, and taken away to be kept. */
export const POOLS = ['scratch', 'data', 'vaulted'] as const;
export type PoolName = (typeof POOLS)[number];

/** Where backups begin: on the tape that has room, each run on a tape that nothing was written to, or the first of each period on one. */
export const ALLOCATION_POLICIES = ['continue', 'new', 'calendar'] as const;
export type AllocationPolicy = (typeof ALLOCATION_POLICIES)[number];
export const CALENDAR_PERIODS = ['day', 'week', 'month'] as const;
export type CalendarPeriod = (typeof CALENDAR_PERIODS)[number];

/** What a snapshot preserves: protected segments only, or all of them (those are filtered when it is read). */
export const PRESERVE_MODES = ['protected', 'all'] as const;
/** What happens to a writer when the snapshot storage is full: it waits a while; then, or at once, the snapshot is given up. */
export const FULL_POLICIES = ['block', 'invalidate'] as const;
/** Where preserved segments go. */
export const STORAGE_KINDS = ['file', 'memory'] as const;

/** Moments of a schedule that are counted where they are not listed: it may have been without a console for years. */
export const MOST_COUNTED = 2000;
