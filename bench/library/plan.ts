/** What a measurement of the library is given. */
export interface LibraryPlan {
  /** Work folder, of its own. */
  readonly dir: string;
  readonly repeat: number;
  /** A folder of many small files. */
  readonly tree: string;
  /** Bytes of what is made of large files. */
  readonly largeBytes: number;
  /** Bytes a second that each tape gives at most while it is restored from by drives; null for what a file gives. */
  readonly rate: number | null;
}
