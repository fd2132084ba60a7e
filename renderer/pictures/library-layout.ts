import type { LibraryView, TapeView } from '../../shared/contract/tapes.ts';

/** A place of a library: what it is, what lies in it, and which tape belongs there while that is elsewhere. */
export interface LibraryPlace {
  readonly key: string;
  readonly kind: 'drive' | 'slot' | 'importExport' | 'outside';
  readonly number: number;
  readonly tape: TapeView | null;
  /** Of a slot whose tape is in a drive, or in an import/export slot. */
  readonly lent: { readonly tape: TapeView; readonly to: 'drive' | 'importExport'; readonly number: number } | null;
  /** Of an import/export slot with a tape that the library does not know, or a drive with a cleaning tape: what stands on it. */
  readonly stranger: string | null;
  /** Of a drive: a job works with it. */
  readonly inUse: boolean;
  /** Of a drive. */
  readonly wantsCleaning: boolean;
}

/** A library as it is drawn: every drive, every slot, the slots to the outside, and the tapes that are in none of them. */
export interface LibraryLayout {
  readonly drives: readonly LibraryPlace[];
  readonly slots: readonly LibraryPlace[];
  readonly importExport: readonly LibraryPlace[];
  readonly outside: readonly LibraryPlace[];
}

export const layLibrary = ({
  drives,
  slots,
  importExport,
  tapes,
}: Pick<LibraryView, 'drives' | 'slots' | 'importExport' | 'tapes'>): LibraryLayout => {
  const byId = new Map(tapes.map((tape) => [tape.id, tape]));
  const tapeOf = (id: string | null): TapeView | null => (id === null ? null : (byId.get(id) ?? null));
  const elsewhere = new Map<string | null, { readonly to: 'drive' | 'importExport'; readonly number: number }>([
    ...drives.map(({ tape, number }) => [tape, { to: 'drive', number }] as const),
    ...importExport.map(({ tape, number }) => [tape, { to: 'importExport', number }] as const),
  ]);
  const placed = new Set([...slots, ...drives, ...importExport].map(({ tape }) => tape));
  const vacant = { tape: null, lent: null, inUse: false, wantsCleaning: false, stranger: null };
  return {
    drives: drives.map(({ number, tape, inUse, cleaning }) => ({
      ...vacant,
      key: `drive-${number}`,
      kind: 'drive',
      number,
      tape: tapeOf(tape),
      stranger: cleaning.tape,
      wantsCleaning: cleaning.wanted !== null,
      inUse,
    })),
    slots: slots.map(({ number, tape: id }) => {
      const tape = tapeOf(id);
      const where = id === null ? undefined : elsewhere.get(id);
      const lent = tape !== null && where !== undefined ? { tape, ...where } : null;
      return { ...vacant, key: `slot-${number}`, kind: 'slot', number, tape: lent ? null : tape, lent };
    }),
    importExport: importExport.map(({ number, tape, barcode }) => ({
      ...vacant,
      key: `import-export-${number}`,
      kind: 'importExport',
      number,
      tape: tapeOf(tape),
      stranger: tapeOf(tape) === null ? barcode : null,
    })),
    outside: tapes
      .filter(({ id }) => !placed.has(id))
      .map((tape) => ({ ...vacant, key: `outside-${tape.id}`, kind: 'outside', number: 0, tape })),
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
