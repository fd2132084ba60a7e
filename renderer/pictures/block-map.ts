/** What a cell of a block map stands for. */
export const CELL_KINDS = ['copied', 'waiting', 'unchanged', 'unprotected'] as const;
export type CellKind = (typeof CELL_KINDS)[number];

export type Shares = Readonly<Record<CellKind, number>>;

export interface BlockMap {
  readonly cells: readonly CellKind[];
  readonly columns: number;
  /** Bytes that a cell stands for. */
  readonly cellBytes: number;
}

/**
 * Shares out cells by bytes. Whatever is there at all has a cell of its own, so that the last waiting block and the smallest
 * unprotected file can be seen; rounding is paid for by the largest share.
 */
export const layBlockMap = (shares: Shares, columns: number, rows: number): BlockMap => {
  const room = columns * rows;
  const total = CELL_KINDS.reduce((sum, kind) => sum + shares[kind], 0);
  if (total === 0 || room === 0) return { cells: [], columns, cellBytes: 0 };
  const counts = CELL_KINDS.map((kind) =>
    shares[kind] > 0 ? Math.max(1, Math.round((shares[kind] / total) * room)) : 0,
  );
  const largest = counts.indexOf(Math.max(...counts));
  counts[largest] = (counts[largest] ?? 0) + room - counts.reduce((sum, count) => sum + count, 0);
  return {
    cells: CELL_KINDS.flatMap((kind, index) => Array<CellKind>(Math.max(0, counts[index] ?? 0)).fill(kind)),
    columns,
    cellBytes: total / room,
  };
};
