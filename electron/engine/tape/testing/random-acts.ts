/** All that may be done to a library. */
export const ACTS = [
  'backup',
  'load',
  'unload',
  'eject',
  'take in',
  'label',
  'copy',
  'expire',
  'erase',
  'retire',
  'protect',
  'export',
  'import',
  'remove',
  'put back',
  'inventory',
  'clean',
  'allocate',
] as const;

/** What is done to a library: `one` and `two` draw tapes and amounts, `killedAt` counts durable writes; null: no kill. */
export interface Act {
  readonly act: (typeof ACTS)[number];
  readonly one: number;
  readonly two: number;
  readonly killedAt: number | null;
}
