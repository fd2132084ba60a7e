import type { WarningView } from '../../../shared/contract/values.ts';
import { SLOT_BYTES } from '../../engine/mover/staging.ts';
import type { TapeRoom } from './backup-session.ts';

export interface TapeEstimate {
  /** Volume ids in the order of use. */
  readonly tapes: readonly string[];
  readonly warnings: readonly WarningView[];
}

/**
 * The tapes that so many bytes would fill at most: as if nothing were compressed and none of it on tape already. With
 * `streams` drives the first tapes are written side by side. Warns when the vault, or the disk that it lies on, may not have
 * the room; the latter null when that is not known.
 */
export const estimateTapes = (
  bytes: number,
  room: readonly TapeRoom[],
  streams: number,
  dir: string,
  bytesFreeOnDisk: number | null,
): TapeEstimate => {
  const free = room.reduce((sum, { bytesFree }) => sum + bytesFree, 0);
  let before = 0;
  const wanted = room.filter(({ bytesFree }, at) => {
    const needed = at === 0 || before < bytes;
    before += bytesFree;
    return needed;
  });
  // Each drive takes a tape when there is a piece of content for it.
  const least = Math.min(room.length, streams, Math.ceil(bytes / SLOT_BYTES));
  const tapes = room.slice(0, Math.max(wanted.length, least)).map(({ tape }) => tape);
  if (bytesFreeOnDisk !== null && bytesFreeOnDisk < Math.min(bytes, free)) {
    const message = `at most ${inMib(bytes)} to store, ${inMib(bytesFreeOnDisk)} free on the disk that the vault lies on, whatever its tapes may hold: up to ${inMib(bytes - bytesFreeOnDisk)} may find no room`;
    return { tapes, warnings: [{ code: 'MAY_RUN_OUT', path: dir, message }] };
  }
  if (bytes <= free) return { tapes, warnings: [] };
  const message = `at most ${inMib(bytes)} to store, ${inMib(free)} free on the ${room.length} tapes that can be written to: up to ${inMib(bytes - free)} may find no room. Add tapes with: coldframe tape label ${dir}`;
  return { tapes, warnings: [{ code: 'MAY_RUN_OUT', path: '', message }] };
};

const MIB = 1024 * 1024;

const inMib = (bytes: number): string => `${Math.ceil(bytes / MIB)} MiB`;
