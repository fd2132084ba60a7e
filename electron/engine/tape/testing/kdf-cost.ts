/**
 * Stands for `kdf-cost.ts` in the processes of tests, which make and open sealed vaults by the hundred: trying a secret costs a hundredth. What
 * the built program makes has the real cost, which a test of its command line holds fast.
 */
export const COST = { n: 1024, r: 8, p: 1 } as const;
