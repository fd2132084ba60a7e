/** Tapes of which a smaller share than this is kept are worth reclaiming, percent. */
export const RECLAIM_BELOW = 30;

/** Whether tapes of a vault can be reclaimed at all: one of a changer is held in a drive while another one writes. */
export const canReclaim = (inChanger: boolean, drives: number): boolean => !inChanger || drives > 1;

/**
 * Why a tape is not reclaimed. `above`: more of it is kept than was asked for. `empty`: nothing was written to it. `free`: it may be labelled anew already.
 * `unlisted`: it holds chunks of which this home's catalog knows nothing. `damaged-chunks`: what is kept of it lies nowhere undamaged. `unreadable`: it cannot be
 * looked at. `served`: a set on it is served as a disk. `no-room`: what is kept of it fits on no other tape.
 */
export const RECLAIM_OBSTACLES = [
  'above',
  'empty',
  'free',
  'missing',
  'damaged',
  'retired',
  'protected',
  'vaulted',
  'copy',
  'in-use',
  'served',
  'unreadable',
  'unlisted',
  'damaged-chunks',
  'no-room',
] as const;
export type ReclaimObstacle = (typeof RECLAIM_OBSTACLES)[number];

interface KeptOnTape {
  readonly id: string;
  readonly pool: string;
  readonly state: string;
  readonly away: boolean;
  readonly writeProtected: boolean;
  readonly copyOf: string | null;
  readonly expiredAt: string | null;
  readonly bytesLive: number | null;
  readonly bytesPayload: number;
}

/**
 * Tapes that are worth a look for reclaiming, as far as their records tell, and the payload on them that nothing needs, bytes. Those that still get
 * more are not: what is written next changes their share.
 */
export const worthReclaiming = (
  tapes: readonly KeptOnTape[],
): { readonly tapes: readonly string[]; readonly bytesWon: number } => {
  const worth = tapes.filter(
    ({ pool, state, away, writeProtected, copyOf, expiredAt, bytesLive, bytesPayload }) =>
      state === 'full' &&
      pool === 'data' &&
      !away &&
      !writeProtected &&
      copyOf === null &&
      expiredAt === null &&
      // Of one on which nothing is known to be kept it is not known why it is not free.
      bytesLive !== null &&
      bytesLive > 0 &&
      bytesLive * 100 < bytesPayload * RECLAIM_BELOW,
  );
  const bytesWon = worth.reduce((sum, { bytesLive, bytesPayload }) => sum + bytesPayload - (bytesLive ?? 0), 0);
  return { tapes: worth.map(({ id }) => id), bytesWon };
};
