import type { LibraryView, TapeView } from '../../shared/contract/tapes.ts';

/** A place of a library: what it is, what lies in it, and which tape belongs there while that is elsewhere. */
export interface LibraryPlace {
  readonly key: string;
  readonly kind: 'drive' | 'slot' | 'outside';
  readonly number: number;
  readonly tape: TapeView | null;
  /** Of a slot whose tape is in a drive. */
  readonly lent: { readonly tape: TapeView; readonly drive: number } | null;
  /** Of a drive: a job works with it. */
  readonly inUse: boolean;
}

/** A library as it is drawn: every drive, every slot, and the tapes that are in none of them. */
export interface LibraryLayout {
  readonly drives: readonly LibraryPlace[];
  readonly slots: readonly LibraryPlace[];
  readonly outside: readonly LibraryPlace[];
}

export const layLibrary = ({
  drives,
  slots,
  tapes,
}: Pick<LibraryView, 'drives' | 'slots' | 'tapes'>): LibraryLayout => {
  const byId = new Map(tapes.map((tape) => [tape.id, tape]));
  const tapeOf = (id: string | null): TapeView | null => (id === null ? null : (byId.get(id) ?? null));
  const inDrive = new Map(drives.flatMap(({ number, tape }) => (tape === null ? [] : [[tape, number] as const])));
  const placed = new Set([...slots, ...drives].map(({ tape }) => tape));
  return {
    drives: drives.map(({ number, tape, inUse }) => ({
      key: `drive-${number}`,
      kind: 'drive',
      number,
      tape: tapeOf(tape),
      lent: null,
      inUse,
    })),
    slots: slots.map(({ number, tape: id }) => {
      const tape = tapeOf(id);
      const drive = id === null ? undefined : inDrive.get(id);
      const lent = tape !== null && drive !== undefined ? { tape, drive } : null;
      return { key: `slot-${number}`, kind: 'slot', number, tape: lent ? null : tape, lent, inUse: false };
    }),
    outside: tapes
      .filter(({ id }) => !placed.has(id))
      .map((tape) => ({ key: `outside-${tape.id}`, kind: 'outside', number: 0, tape, lent: null, inUse: false })),
  };
};

/** What can be a place on the screen: its box. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How much farther a place counts that lies to the side of the way than one that lies on it. */
const ASIDE = 3;

/** The place that an arrow key goes to from another: the nearest one in that direction; null when there is none. */
export const placeBeside = (key: string, from: Box, others: readonly Box[]): number | null => {
  const across = key === 'ArrowLeft' || key === 'ArrowRight';
  const sign = key === 'ArrowLeft' || key === 'ArrowUp' ? -1 : 1;
  if (!across && key !== 'ArrowUp' && key !== 'ArrowDown') return null;
  const middle = (box: Box) => [box.left + box.width / 2, box.top + box.height / 2] as const;
  const [x, y] = middle(from);
  let best: { index: number; distance: number } | null = null;
  for (const [index, box] of others.entries()) {
    const [otherX, otherY] = middle(box);
    const ahead = sign * (across ? otherX - x : otherY - y);
    const aside = Math.abs(across ? otherY - y : otherX - x);
    if (ahead < 1 || (across && aside > from.height / 2)) continue;
    const distance = ahead + ASIDE * aside;
    if (best === null || distance < best.distance) best = { index, distance };
  }
  return best?.index ?? null;
};
