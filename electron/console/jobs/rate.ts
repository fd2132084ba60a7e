import type { ProgressSample } from '../../../shared/contract/jobs.ts';
import type { ProgressCounters } from '../use-cases.ts';

/** How far back the rate looks. */
const WINDOW_MS = 5000;
/** No remaining time is told before this long a look and this much of the way. */
const HONEST_MS = 3000;
const HONEST_SHARE = 0.02;

interface Point {
  readonly at: number;
  readonly bytes: number;
}

/** Turns counters into samples: the rate of the last seconds, and the remaining time once it can be told honestly. */
export class RateMeter {
  #points: Point[] = [];
  #phase = '';

  sample(counters: ProgressCounters, at: number): ProgressSample {
    if (counters.phase !== this.#phase) {
      this.#phase = counters.phase;
      this.#points = [];
    }
    this.#points.push({ at, bytes: counters.bytesRead });
    while (this.#points.length > 2 && at - (this.#points[1]?.at ?? at) >= WINDOW_MS) this.#points.shift();
    const first = this.#points[0] as Point;
    const span = at - first.at;
    const rate = span > 0 ? Math.max(0, Math.round(((counters.bytesRead - first.bytes) * 1000) / span)) : 0;
    return { ...counters, rate, etaMs: remaining(counters, rate, span) };
  }
}

const remaining = ({ bytesRead, bytesTotal }: ProgressCounters, rate: number, span: number): number | null => {
  // What is still done when everything is read has no rate to tell its end from.
  if (
    bytesTotal === null ||
    bytesRead >= bytesTotal ||
    rate === 0 ||
    span < HONEST_MS ||
    bytesRead < bytesTotal * HONEST_SHARE
  )
    return null;
  return Math.max(0, Math.round(((bytesTotal - bytesRead) * 1000) / rate));
};
