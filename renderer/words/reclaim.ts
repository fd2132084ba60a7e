import type { ReclaimOfTape, TapeView } from '../../shared/contract/tapes.ts';
import type { ReclaimObstacle } from '../../shared/model/reclaim.ts';
import { format } from './format.ts';

const WHY: Readonly<Record<ReclaimObstacle, string>> = {
  above: 'More of it is kept.',
  empty: 'Nothing was written to it.',
  free: 'Everything on it expired: it is labelled anew when a tape is wanted.',
  missing: 'It is not in its place.',
  damaged: 'It is damaged.',
  retired: 'It is retired.',
  protected: 'It is write protected.',
  vaulted: 'It is in pool vaulted, to be taken away.',
  copy: 'It is a copy of another tape.',
  'in-use': 'A job uses it.',
  served: 'A set on it is served as a disk.',
  unreadable: 'It cannot be looked at.',
  unlisted: 'It may hold something that this home does not know.',
  'damaged-chunks': 'Something on it is whole nowhere.',
  'no-room': 'No other tape has room for what is kept of it. Label one first.',
};

const chunks = (count: number): string => (count === 1 ? '1 chunk' : `${format.count(count)} chunks`);
const tapes = (count: number): string => (count === 1 ? '1 tape' : `${format.count(count)} tapes`);

/** Whole percent, rounded down: what is not wholly kept is never called so. */
const percentOf = (part: number, whole: number): number =>
  whole <= 0 ? 0 : Math.min(100, Math.floor((part * 100) / whole));

/** What is still needed of all that was written to a tape; empty when nothing was, or nobody knows. */
const keptOf = ({ bytesLive, bytesPayload, chunks: written }: TapeView): string =>
  bytesLive === null || written === 0 || bytesPayload === 0
    ? ''
    : `${format.count(percentOf(bytesLive, bytesPayload))} %`;

export const reclaimWords = {
  reclaim: 'Reclaim',
  title: 'Reclaim tapes',
  about:
    'What is kept of these tapes moves to others, and is read back from there. Then they are labelled anew. It can be cancelled at any time: nothing is lost by it.',
  below: 'Tapes of which less is kept than',
  belowOption: (percent: number) => (percent === 100 ? 'all of it' : `${format.count(percent)} %`),
  looking: 'Looking what is kept of each tape …',
  start: (count: number) => `Reclaim ${tapes(count)}`,
  none: 'No tape can be reclaimed now.',
  sum: ({ frees, chunksMoving, bytesMoving }: { frees: number; chunksMoving: number; bytesMoving: number }) =>
    chunksMoving === 0
      ? `${tapes(frees)} ${frees === 1 ? 'becomes' : 'become'} free, and nothing has to move.`
      : `${chunks(chunksMoving)} move, ${format.bytes(bytesMoving)}, and ${tapes(frees)} ${frees === 1 ? 'becomes' : 'become'} free.`,
  kept: ({ bytesLive, bytesWritten }: ReclaimOfTape) =>
    `${format.bytes(bytesLive)} of ${format.bytes(bytesWritten)} kept`,
  share: ({ bytesLive, bytesWritten }: ReclaimOfTape) =>
    bytesWritten === 0 ? '' : `${format.count(percentOf(bytesLive, bytesWritten))} %`,
  what: ({ chunksMoving, onto }: ReclaimOfTape) =>
    chunksMoving === 0
      ? 'all that is kept of it lies elsewhere, too'
      : `${chunks(chunksMoving)} to ${onto.map(({ tape }) => tape).join(', ')}`,
  stay: (count: number) => `${tapes(count)} ${count === 1 ? 'stays' : 'stay'} as ${count === 1 ? 'it is' : 'they are'}`,
  why: ({ obstacle, detail }: ReclaimOfTape) =>
    obstacle === null ? '' : detail === '' ? WHY[obstacle] : `${WHY[obstacle]} ${detail}`,
  suggested: (count: number, vault: string) =>
    `${tapes(count)} of vault ${vault} ${count === 1 ? 'holds' : 'hold'} little that is kept`,
  suggestedAbout: (bytes: number) =>
    `${format.bytes(bytes)} on full tapes expired. What is kept can move to other tapes, so that these become free.`,
  suggestedAct: 'See what would move',
  keptHead: 'Kept',
  keptOf,
  /** What a tape's state means, and what is kept of it where that is not all: beside the state a bare share would be taken for how full it is. */
  aboutAndKept: (about: string, tape: TapeView) => {
    const kept = keptOf(tape);
    return kept === '' || kept === '100 %' ? about : `${about} ${kept} of what was written to it is kept.`.trimStart();
  },
} as const;
