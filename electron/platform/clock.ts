import { type Millis, millis } from '../../shared/units.ts';

/** Time as the engine sees it; tests have one that stands still. */
export interface Clock {
  /** Wall time in milliseconds since 1970 UTC. */
  now(): Millis;
  /** Milliseconds that only grow, from an arbitrary start: for durations and deadlines. */
  elapsed(): number;
}

export const systemClock: Clock = {
  now: () => millis(Date.now()),
  elapsed: () => performance.now(),
};
