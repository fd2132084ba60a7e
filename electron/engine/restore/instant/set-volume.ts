import type { ByteString } from '../../../../shared/byte-string.ts';
import { UNIT_BYTES } from '../../../../shared/model/element.ts';
import type { UnitKeys } from '../execute/thread-protocol.ts';
import { type UnitCacheMemory, unitCacheMemory } from './unit-cache.ts';

/** Memory for decoded units of one volume that is served, whatever its size and however many clients it has. */
const CACHE_BYTES = 64 * 1024 * 1024;

/** Where a tape is to be found. */
export interface TapePlace {
  /** Volume id. */
  readonly tape: string;
  readonly path: string;
}

/** A volume as a block set with its chain holds it: all that a thread needs to read it by itself. Crosses ports as it is. */
export interface SetVolumeSpec {
  readonly kind: 'set';
  /** The catalog of the vault. */
  readonly catalog: string;
  readonly set: string;
  /** `/NAME`. */
  readonly path: ByteString;
  readonly size: number;
  readonly tapes: readonly TapePlace[];
  readonly keys: UnitKeys;
  readonly cache: UnitCacheMemory;
}

export const unitCacheOfVolume = (): UnitCacheMemory => unitCacheMemory(CACHE_BYTES / UNIT_BYTES, UNIT_BYTES);
