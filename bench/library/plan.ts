/** What a measurement of the library is given. */
export interface LibraryPlan {
  /** Work folder, of its own. */
  readonly dir: string;
  readonly repeat: number;
  /** A folder of many small files. */
  readonly tree: string;
  /** Bytes of what is made of large files. */
  readonly largeBytes: number;
}
