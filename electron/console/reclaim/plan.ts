import type { ReclaimObstacle } from '../../../shared/model/reclaim.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';

/** What a look at a tape told; only those are looked at that may be worth it. */
export interface TapeLook {
  /** Payload bytes of each chunk that has to be copied to another tape. */
  readonly moving: readonly number[];
  readonly obstacle: 'served' | 'unreadable' | 'unlisted' | 'damaged-chunks' | null;
  /** More about the obstacle, for people; empty without one. */
  readonly detail: string;
}

/** What the plan has to know of a tape. Bytes are those of payload. */
export interface TapeToJudge {
  readonly tape: Pick<
    TapeRecord,
    'volume' | 'barcode' | 'state' | 'pool' | 'writeProtected' | 'copyOf' | 'expiredAt' | 'payloadBytes' | 'chunks'
  >;
  readonly held: boolean;
  readonly live: { readonly chunks: number; readonly bytes: number };
  readonly look: TapeLook | null;
}

export interface RoomOnTape {
  readonly tape: string;
  /** For chunks with their frames. */
  readonly bytesFree: number;
}

export interface JudgedTape {
  readonly tape: TapeToJudge['tape'];
  readonly live: TapeToJudge['live'];
  /** Payload that was written to it, bytes. */
  readonly written: number;
  /** Null when it is to be reclaimed. */
  readonly obstacle: ReclaimObstacle | null;
  readonly detail: string;
  readonly moving: { readonly chunks: number; readonly bytes: number };
  /** Where that goes, as far as can be told: drives may fill other tapes first. Bytes of payload. */
  readonly onto: readonly { readonly tape: string; readonly bytes: number }[];
}

export interface ReclaimRoom {
  /** Tapes that can be written to, in the order in which they are. */
  readonly tapes: readonly RoomOnTape[];
  /** Of a tape that was just labelled. */
  readonly ofEmptyTape: number;
  /** What a chunk takes up with its frame. */
  readonly framed: (payloadBytes: number) => number;
}

/** Of what was written to a tape, the share that is kept; null of one to which nothing was. */
export const liveShare = ({ tape, live }: Pick<TapeToJudge, 'tape' | 'live'>): number | null => {
  const written = writtenOn({ tape, live });
  return written === 0 ? null : live.bytes / written;
};

const writtenOn = ({ tape, live }: Pick<TapeToJudge, 'tape' | 'live'>): number =>
  Math.max(tape.payloadBytes, live.bytes);

/** Why a tape is not to be reclaimed, as far as catalog and library tell; null when it is worth a look. `below`: percent, null for whatever share. Pure. */
export const obstacleOf = (judging: Omit<TapeToJudge, 'look'>, below: number | null): ReclaimObstacle | null => {
  const { tape, held } = judging;
  if (tape.state === 'missing' || tape.state === 'damaged' || tape.state === 'retired') return tape.state;
  if (tape.state === 'blank' || tape.state === 'labelled') return 'empty';
  if (tape.expiredAt !== null) return 'free';
  if (tape.copyOf !== null) return 'copy';
  if (tape.pool === 'vaulted') return 'vaulted';
  if (tape.writeProtected) return 'protected';
  if (held) return 'in-use';
  const share = liveShare(judging);
  return below !== null && share !== null && share * 100 >= below ? 'above' : null;
};

/**
 * Which tapes are to be reclaimed, what has to move and onto which others, and why the rest stays as it is. Those that take the least room come first;
 * one that was freed gives room for the next. Pure.
 */
export const planReclaim = (
  tapes: readonly TapeToJudge[],
  below: number | null,
  { tapes: rooms, ofEmptyTape, framed }: ReclaimRoom,
): JudgedTape[] => {
  const judged = tapes.map((each): JudgedTape => {
    const obstacle = obstacleOf(each, below) ?? each.look?.obstacle ?? null;
    const moving = obstacle === null ? (each.look?.moving ?? []) : [];
    return {
      tape: each.tape,
      live: each.live,
      written: writtenOn(each),
      obstacle,
      detail: obstacle !== null && obstacle === each.look?.obstacle ? each.look.detail : '',
      moving: { chunks: moving.length, bytes: sum(moving) },
      onto: [],
    };
  });
  const sources = new Set(judged.filter(({ obstacle }) => obstacle === null).map(({ tape }) => tape.volume as string));
  const left = rooms.filter(({ tape }) => !sources.has(tape)).map((room) => ({ ...room }));
  const placed = new Map<string, JudgedTape>();
  for (const each of judged.filter(({ obstacle }) => obstacle === null).toSorted(byRoom)) {
    const sizes = tapes.find(({ tape }) => tape === each.tape)?.look?.moving ?? [];
    const onto = placeOn(left, sizes, framed);
    placed.set(each.tape.volume, onto === null ? { ...each, obstacle: 'no-room' } : { ...each, onto });
    if (onto !== null) left.push({ tape: each.tape.volume, bytesFree: ofEmptyTape });
  }
  return judged.map((each) => placed.get(each.tape.volume) ?? each);
};

const byRoom = (one: JudgedTape, other: JudgedTape): number =>
  one.moving.bytes - other.moving.bytes || (one.tape.volume < other.tape.volume ? -1 : 1);

/** Takes room for chunks, in the order of the tapes; null, taking none, when there is not enough. */
const placeOn = (
  rooms: { readonly tape: string; bytesFree: number }[],
  sizes: readonly number[],
  framed: (bytes: number) => number,
): { readonly tape: string; readonly bytes: number }[] | null => {
  const taken = new Map<string, { bytes: number; framed: number }>();
  for (const size of sizes) {
    const needed = framed(size);
    const room = rooms.find(({ tape, bytesFree }) => bytesFree - (taken.get(tape)?.framed ?? 0) >= needed);
    if (room === undefined) return null;
    const before = taken.get(room.tape) ?? { bytes: 0, framed: 0 };
    taken.set(room.tape, { bytes: before.bytes + size, framed: before.framed + needed });
  }
  for (const room of rooms) room.bytesFree -= taken.get(room.tape)?.framed ?? 0;
  return [...taken].map(([tape, { bytes }]) => ({ tape, bytes }));
};

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
