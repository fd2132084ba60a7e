import { type ByteString, joinBytes } from '../../../../shared/byte-string.ts';
import { rowsOf } from '../write/element-row.ts';
import { directoryPath } from './destination-root.ts';
import { readPiece } from './piece-codec.ts';
import { PlanStore } from './plan-store.ts';
import type { RestorePlan } from './restore-plan.ts';

/** A row of the re-mapping table: a run within a unit of a chunk, and where it goes. */
export interface ShownMapping {
  /** At the destination. */
  readonly path: ByteString;
  readonly offset: number;
  readonly length: number;
  readonly set: string;
  readonly chunk: number;
  readonly unit: number;
  readonly unitOffset: number;
  /** Null when no tape is known. */
  readonly tape: string | null;
}

type Row = [directory: number, name: string, extents: Uint8Array, set: string, sequence: number, tape: string | null];

const COLUMNS = 'e.directory, e.name, x.extents, c.set_id, c.sequence, c.tape';
/** Both in the order in which the plan was made, so that nothing has to be sorted. */
const QUERIES = [
  `SELECT ${COLUMNS} FROM element x JOIN element e ON e.id = x.id JOIN chunk c ON c.id = x.chunk ORDER BY x.id`,
  `SELECT ${COLUMNS} FROM piece x JOIN element e ON e.id = x.element JOIN chunk c ON c.id = x.chunk ORDER BY x.rowid`,
];

/** The first rows of the re-mapping table of a plan, at most `limit`, and whether there are more. */
export const shownMapping = (
  { file, destination }: Pick<RestorePlan, 'file' | 'destination'>,
  limit: number,
): { readonly rows: ShownMapping[]; readonly more: boolean } => {
  const store = PlanStore.open(file);
  try {
    const rows: ShownMapping[] = [];
    for (const row of mapped(store, destination.root)) {
      if (rows.length === limit) return { rows, more: true };
      rows.push(row);
    }
    return { rows, more: false };
  } finally {
    store.close();
  }
};

function* mapped(store: PlanStore, root: ByteString): Generator<ShownMapping> {
  for (const sql of QUERIES) {
    for (const [directory, name, extents, set, chunk, tape] of rowsOf<Row>(store, sql)) {
      const path = joinBytes(directoryPath(store, root, directory), name as ByteString);
      for (const { offset, length, unit, unitOffset } of readPiece(extents))
        yield { path, offset, length, set, chunk, unit, unitOffset, tape };
    }
  }
}
