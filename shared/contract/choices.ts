/** What an option may be. Here and not beside the schemas, so that a command line knows them without loading those. */
export const CODECS = ['zstd', 'deflate', 'none'] as const;
export type CodecName = (typeof CODECS)[number];

export const REQUESTED_LEVELS = ['auto', 'full', 'differential', 'incremental'] as const;
export type RequestedLevel = (typeof REQUESTED_LEVELS)[number];

/** What a restore does with what is there already. */
export const CONFLICT_POLICIES = ['fail', 'skip', 'overwrite', 'rename'] as const;
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

/** Pools of tapes: to be used by anyone, in use, and taken away to be kept. */
export const POOLS = ['scratch', 'data', 'vaulted'] as const;
export type PoolName = (typeof POOLS)[number];
