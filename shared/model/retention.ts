/** How many block sets are kept by each rule; 0: none by that rule. All 0: there are no rules, and nothing ever expires. */
export interface KeepRules {
  /** The newest ones. */
  readonly keepLast: number;
  /** The newest one of each of so many days, weeks, months or years that have one, counted back from the newest. */
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
}

export const NO_RULES: KeepRules = { keepLast: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

export const hasRules = ({ keepLast, daily, weekly, monthly, yearly }: KeepRules): boolean =>
  keepLast + daily + weekly + monthly + yearly > 0;

/** Why a set stays. `of` says more: a period, a time, a note, or the id of another set. */
export const KEEP_REASONS = [
  /** The object has no rules. */
  'no-rules',
  'last',
  /** `of`: 2026-11-20, 2026-W47, 2026-11, 2026. */
  'daily',
  'weekly',
  'monthly',
  'yearly',
  /** `of`: until when, ISO 8601. */
  'until',
  /** `of`: the note that was made of it. */
  'hold',
  /** The newest one that is known to be whole. */
  'last-good',
  /** The newest good one before a set at which nobody has looked, though something is unusual about it. `of`: that set. */
  'before-unusual',
  /** No set of the object is known to be whole, so none goes. */
  'none-good',
  /** `of`: the set that stays and cannot be restored without it. */
  'needed',
  /** It is being written, or an attempt that a backup may still go on from. */
  'unfinished',
  /** It is served as a disk. */
  'served',
  /** A restore, verification or merge waits for tapes of it. */
  'wanted',
] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

/** Why a set goes: no rule holds it, or it is an attempt that was interrupted and a whole set is newer. */
export const EXPIRE_REASONS = ['no-rule', 'interrupted'] as const;
export type ExpireReason = (typeof EXPIRE_REASONS)[number];

/** Why nothing is let go before somebody has said so by name. */
export const HOLD_KINDS = [
  /** Something is unusual about the set, and nobody has looked. */
  'unusual',
  /** A verification found damage, and nothing was found right since. */
  'damage',
  /** What the newest backup wrote is to be read back first, and was not found right yet. */
  'unread',
] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];
