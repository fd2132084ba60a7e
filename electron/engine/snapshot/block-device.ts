import type { Bytes } from '../../../shared/units.ts';

/**
 * Facts about a run of bytes, each of its own (the terms of NBD's `base:allocation`):
 *
 * | | hole | zero |
 * | --- | --- | --- |
 * | data that was written | no | no |
 * | zeroes that take up space | no | yes |
 * | a hole that reads as zeroes (a sparse file) | yes | yes |
 * | a hole whose content is undefined | yes | no |
 */
export interface Allocation {
  readonly offset: number;
  readonly length: number;
  readonly hole: boolean;
  readonly zero: boolean;
}

/** How a run may be made zero. */
export interface ZeroOptions {
  /** Durable before the call returns. */
  readonly durable: boolean;
  /** False: the space stays allocated. */
  readonly mayPunch: boolean;
  /** True: an error (`ENOTSUP`) rather than writing zeroes at the speed of a write. */
  readonly onlyFast: boolean;
}

/** What else is known of a volume, by run; an NBD client asks for it as a meta context. */
export interface StatusContext {
  /** As `coldframe:protected`, or `coldframe:dirty:NAME` (changed since the checkpoint NAME). */
  readonly name: string;
  /** Runs in order, without gaps, from `offset` on, at most `limit`; the meaning of `flags` is the context's own. */
  status(offset: number, length: number, limit: number): { readonly length: number; readonly flags: number }[];
}

/**
 * A disk as one thread sees it: every call blocks until it is done. Several threads may each hold a device of the same volume.
 *
 * What an implementation owes:
 * - a read sees every write that returned before it began, whichever thread made it (so that several connections of
 *   one client may be used as one);
 * - `flush` makes durable every write that returned before it began, whichever thread made it;
 * - offsets and lengths lie within `size` (callers check) and need not be aligned to anything;
 * - errors are thrown as `ColdframeError` with the `errno` name of the failed call in `context.errno`; after one the device can still be used.
 */
export interface BlockDevice {
  readonly size: Bytes;
  readonly readOnly: boolean;
  readonly contexts: readonly StatusContext[];
  read(into: Uint8Array, offset: number): void;
  /** `durable`: like a flush of just these bytes (FUA). */
  write(from: Uint8Array, offset: number, durable: boolean): void;
  /** The content of the run may be forgotten; it reads as zeroes or as before until it is written. */
  trim(offset: number, length: number, durable: boolean): void;
  zero(offset: number, length: number, options: ZeroOptions): void;
  flush(): void;
  /** Runs in order, without gaps, that cover [offset, offset + length), at most `limit` of them (then what they cover is shorter). */
  allocation(offset: number, length: number, limit: number): Allocation[];
  close(): void;
}
