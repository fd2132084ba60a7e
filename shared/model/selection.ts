/** The kinds of elements that an administrator does not want: rules by kind. `free` applies to volumes only. */
export const UNPROTECTED_TYPES = ['temp', 'swap', 'spool', 'free'] as const;
export type UnprotectedType = (typeof UNPROTECTED_TYPES)[number];

export interface SelectionRoot {
  /** Absolute path, raw bytes in base64 (a path may not be UTF-8). */
  readonly pathBase64: string;
  /** Descend into other file systems mounted below it. */
  readonly crossFileSystems: boolean;
}

/** What a logical object of files consists of. */
export interface Selection {
  readonly roots: readonly SelectionRoot[];
  readonly unprotected: readonly UnprotectedType[];
  /** The user's own globs. */
  readonly exclude: readonly string[];
  /** Names of volumes, of an object that is made of them. */
  readonly volumes?: readonly string[];
  /** NBD URIs of those that are exports of other servers, by name; the others are managed volumes. */
  readonly sources?: Readonly<Record<string, string>>;
}

/** The NBD URI of the export that a volume of a selection is; null for a managed one. */
export const sourceOf = ({ sources = {} }: Pick<Selection, 'sources'>, volume: string): string | null =>
  Object.hasOwn(sources, volume) ? (sources[volume] ?? null) : null;

/** What one rule leaves out. `rule` is `temp`, `swap`, `spool`, `vault`, or `glob:PATTERN`. */
export interface LeftOut {
  readonly rule: string;
  readonly elements: number;
  readonly bytes: number;
}

/** File systems that are mounted below the roots and are not backed up with them. */
export interface NotEntered {
  readonly count: number;
  /** The first of them, as they are shown. */
  readonly first: readonly string[];
}
