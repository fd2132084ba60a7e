/** What it costs to try a secret on an envelope that is made now: scrypt with 32 MiB, three times, half a second of a processor. */
export const COST = { n: 32768, r: 8, p: 3 } as const;
