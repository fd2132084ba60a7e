import type { ByteString } from '../../../shared/byte-string.ts';
import type { ElementAttributes } from '../../../shared/model/element.ts';
import type { ContentRun } from './content-run.ts';

/** An element of the source, open for reading. What the front end needs of a source and nothing more. */
export interface OpenSource {
  /** Reads up to `length` bytes; fewer only at the end. Throws `IO`. */
  read(into: Buffer, length: number, position: number): number;
  /** Whether the element is still as the attributes say: its configuration id did not change. Throws `IO`. */
  unchanged(since: ElementAttributes): boolean;
  /** The attributes as they are now, also when its name is gone. Throws `IO`. */
  attributes(): ElementAttributes;
  /** The map as it is now: runs of content in [start, end), ascending. Throws `IO`. */
  runs(start: number, end: number): ContentRun[];
  /** What of a run is content, where whoever made the map could not ask. Throws as `read` does. */
  data?(run: ContentRun): readonly ContentRun[];
  /** Content in [start, end) is in staging: it will not be read again. */
  copied(start: number, end: number): void;
  close(): void;
}

export interface SourceAccess {
  /**
   * Opens a regular file without following a symbolic link anywhere below its root, and without touching its access time
   * where the system allows. Returns why not: it is gone, or the message of the system's refusal.
   */
  open(path: ByteString): OpenSource | { readonly gone: true } | { readonly refused: string };
  /** Lets go of what it keeps open between files. */
  close(): void;
}
