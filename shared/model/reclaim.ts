/** Tapes of which a smaller share than this is kept are worth reclaiming, percent. */
export const RECLAIM_BELOW = 30;

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
