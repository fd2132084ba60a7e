const NANOS_PER_MILLI = 1_000_000n;

/** Milliseconds of a clock that never goes back and is the same in every thread of the process; when it began says nothing. */
export const monotonicMillis = (): number => Number(process.hrtime.bigint() / NANOS_PER_MILLI);
