/** What one connection has done since it opened its export. */
export interface Counters {
  readonly requests: number;
  readonly errors: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** Places in the words of a connection. */
export const COUNTER = { requests: 0, errors: 1, bytesRead: 2, bytesWritten: 3 } as const;
export const COUNTER_WORDS = 4;

export const countersOf = (words: Float64Array): Counters => ({
  requests: words[COUNTER.requests] ?? 0,
  errors: words[COUNTER.errors] ?? 0,
  bytesRead: words[COUNTER.bytesRead] ?? 0,
  bytesWritten: words[COUNTER.bytesWritten] ?? 0,
});

export const noCounters: Counters = { requests: 0, errors: 0, bytesRead: 0, bytesWritten: 0 };

export const addCounters = (one: Counters, other: Counters): Counters => ({
  requests: one.requests + other.requests,
  errors: one.errors + other.errors,
  bytesRead: one.bytesRead + other.bytesRead,
  bytesWritten: one.bytesWritten + other.bytesWritten,
});

export const count = (words: Float64Array, counter: keyof Counters, by = 1): void => {
  const place = COUNTER[counter];
  words[place] = (words[place] ?? 0) + by;
};
