import type { NeededTape, RestorePlan } from './restore-plan.ts';

/** A tape of a plan in a drive. What is read is counted in content, before compression: the only length that is known before a tape was read. */
export interface PlannedMount {
  readonly tape: string;
  readonly drive: number;
  /** Content that is read in that drive before it, and until it is done, bytes. */
  readonly fromBytes: number;
  readonly untilBytes: number;
}

/** The tapes that a restore mounts, in the order in which drives take them: whichever is done takes the next. */
export const mountOrder = ({ tapes }: Pick<RestorePlan, 'tapes'>): NeededTape[] =>
  tapes.filter(({ present }) => present);

/** How the mounts spread over drives that are all as fast, and that no other job has. Pure. */
export const plannedMounts = (plan: Pick<RestorePlan, 'tapes'>, drives: readonly number[]): PlannedMount[] => {
  const order = mountOrder(plan);
  const channels = drives.slice(0, order.length).map((drive) => ({ drive, read: 0 }));
  return order.flatMap(({ tape, bytes }) => {
    const [next] = channels.toSorted((one, other) => one.read - other.read || one.drive - other.drive);
    if (next === undefined) return [];
    const fromBytes = next.read;
    next.read += bytes;
    return [{ tape, drive: next.drive, fromBytes, untilBytes: next.read }];
  });
};
