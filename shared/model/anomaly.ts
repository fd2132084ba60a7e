/** What is unusual about a backup, so that nothing older is let go before somebody has looked. */
export const ANOMALY_KINDS = [
  /** Far more was read than usual, bytes. */
  'much-changed',
  /** Many files were written anew at once, or came in the place of others, elements. */
  'many-changed',
  /** Many elements of the set before are gone. */
  'many-removed',
  /** Far less is there than in the set before, bytes. */
  'much-removed',
  /** Many files came back under another extension. */
  'other-extensions',
  /** What changed no longer compresses as it used to, in parts of a thousand that are left: encrypted files do not. */
  'incompressible',
  /** Folders lack the disks that they were on, so many. */
  'not-mounted',
  /** Files, so many, whose content the set before has, and which could not be read, or lie in what could not be. */
  'unreadable',
] as const;
export type AnomalyKind = (typeof ANOMALY_KINDS)[number];

export interface Anomaly {
  readonly kind: AnomalyKind;
  readonly usual: number;
  readonly now: number;
}
