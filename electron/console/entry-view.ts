import type { ByteString } from '../../shared/byte-string.ts';
import type { Entry } from '../../shared/contract/browse.ts';
import type { Timestamp } from '../../shared/model/element.ts';
import { pathView } from './paths.ts';

/** An element as the catalog gives it. */
export interface FoundElement {
  readonly path: ByteString;
  readonly type: Entry['type'];
  readonly bytes: number;
  readonly modifiedAt: Timestamp | null;
  readonly set: string;
}

/** An element as the contract has it. */
export const entryView = (found: FoundElement): Entry => ({
  ...pathView(found.path),
  type: found.type,
  bytes: found.bytes,
  modifiedAt: found.modifiedAt && isoOf(found.modifiedAt),
  set: found.set,
});

/** A time stamp to the millisecond; one that no calendar holds is given as the nearest that it does. */
export const isoOf = ({ seconds, nanos }: Timestamp): string => {
  const at = Math.max(-62_167_219_200_000, Math.min(253_402_300_799_999, seconds * 1000 + Math.floor(nanos / 1e6)));
  return new Date(at).toISOString();
};
