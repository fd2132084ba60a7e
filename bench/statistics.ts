/** The middle of some numbers; of an even count the mean of the two in the middle. Errors: no number at all. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError('There is no median of nothing.');
  return (low + high) / 2;
}

/** The number below which this part of them lies. Errors: no number at all. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  if (found === undefined) throw new RangeError('There is no quantile of nothing.');
  return found;
}

/** Medians of what was measured several times. */
export interface Summary {
  readonly wallMs: number;
  readonly fastestMs: number;
  readonly slowestMs: number;
  readonly cpuMs: number;
  readonly peakTreeBytes: number;
  readonly peakProcessBytes: number;
  readonly storedBytes: number | null;
}

interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakTreeBytes: number;
  readonly peakProcessBytes: number;
  readonly storedBytes?: number | null;
}

/** Sums up the repetitions of one operation; null when there is none. */
export function summarize(samples: readonly Measured[]): Summary | null {
  if (samples.length === 0) return null;
  const walls = samples.map(({ wallMs }) => wallMs);
  const stored = samples.flatMap(({ storedBytes }) => storedBytes ?? []);
  return {
    wallMs: median(walls),
    fastestMs: Math.min(...walls),
    slowestMs: Math.max(...walls),
    cpuMs: median(samples.map(({ cpuMs }) => cpuMs)),
    peakTreeBytes: median(samples.map(({ peakTreeBytes }) => peakTreeBytes)),
    peakProcessBytes: median(samples.map(({ peakProcessBytes }) => peakProcessBytes)),
    storedBytes: stored.length === 0 ? null : median(stored),
  };
}
