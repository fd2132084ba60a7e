import type { OutputOf } from '../../../shared/contract/contract.ts';

type Plan = Pick<OutputOf<'restore'>, 'mounts' | 'tapes' | 'pace'>;
type Tape = Plan['tapes'][number];

/** A tape on the lane of the drive that takes it, with when, as shares of the whole restore. */
export interface MountSpan {
  readonly tape: Tape;
  readonly from: number;
  readonly until: number;
}

export interface MountPlan {
  readonly lanes: readonly { readonly drive: number; readonly spans: readonly MountSpan[] }[];
  /** Tapes that are not here, of which nothing is read. */
  readonly away: readonly Tape[];
  /** How long reading takes, milliseconds, as far as earlier restores tell; null where none does. */
  readonly durationMs: number | null;
  /** Of how many earlier restores that is. */
  readonly restores: number;
}

/**
 * What drives do over time, as plans say, one plan behind the other. Lengths are those of the content that is read: tapes of which none is told
 * share the time alike.
 */
export const mountPlan = (plans: readonly Plan[]): MountPlan => {
  const lanes = new Map<number, MountSpan[]>();
  const away = new Map<string, Tape>();
  let begun = 0;
  for (const { mounts, tapes } of plans) {
    const ofDrive = new Map<number, number>();
    for (const { tape: volume, drive, fromBytes, untilBytes } of mounts) {
      const tape = tapes.find((each) => each.tape === volume);
      if (tape === undefined) continue;
      const from = fromBytes ?? ofDrive.get(drive) ?? 0;
      // Of what takes no time at all nothing could be seen.
      const until = Math.max(untilBytes ?? from + 1, from + 1);
      ofDrive.set(drive, until);
      lanes.set(drive, [...(lanes.get(drive) ?? []), { tape, from: begun + from, until: begun + until }]);
    }
    begun += Math.max(0, ...ofDrive.values());
    for (const tape of tapes) if (!tape.present) away.set(tape.tape, tape);
  }
  const share = ({ tape, from, until }: MountSpan): MountSpan => ({ tape, from: from / begun, until: until / begun });
  const paced = plans.flatMap(({ pace }) => pace ?? []);
  return {
    lanes: [...lanes]
      .toSorted(([one], [other]) => one - other)
      .map(([drive, spans]) => ({ drive, spans: spans.map(share) })),
    away: [...away.values()],
    durationMs:
      paced.length === plans.length && paced.length > 0
        ? paced.reduce((sum, { durationMs }) => sum + durationMs, 0)
        : null,
    restores: Math.max(0, ...paced.map(({ restores }) => restores)),
  };
};
