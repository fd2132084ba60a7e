/** Stands for `look-interval.ts` in the processes of tests, which put tapes back at once and would wait out every second. */
export const LOOK_MS = 100;
