import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ElementAttributes } from '../../../../shared/model/element.ts';
import { ByteReader } from '../../blockset/byte-reader.ts';
import { readAttributes } from '../../blockset/element-codec.ts';
import type { PlanStore } from '../plan/plan-store.ts';

/** An element of the plan, as the threads that write it see it. */
export interface PlannedElement {
  readonly id: number;
  readonly directory: number;
  /** Name at the destination. */
  readonly name: ByteString;
  /** One of ELEMENT_ACTION. */
  readonly action: number;
  readonly pieces: number;
  readonly attributes: ElementAttributes;
}

/** The columns that `elementOf` takes, in its order. */
export const ELEMENT_COLUMNS = 'e.id, e.directory, e.name, e.action, e.pieces, e.attributes';

export type ElementColumns = [number, number, string, number, number, Uint8Array, ...unknown[]];

/** A row of ELEMENT_COLUMNS, read as an array. */
export const elementOf = (row: ElementColumns): PlannedElement => ({
  id: row[0],
  directory: row[1],
  name: row[2] as ByteString,
  action: row[3],
  pieces: row[4],
  attributes: readAttributes(new ByteReader(row[5])),
});

/** Rows of a query as arrays, one at a time. Queries of one text do not nest. */
export const rowsOf = <Row extends unknown[]>(
  store: PlanStore,
  sql: string,
  ...values: number[]
): IterableIterator<Row> => {
  const statement = store.statement(sql);
  statement.setReturnArrays(true);
  return statement.iterate(...values) as unknown as IterableIterator<Row>;
};

/** One element by its number. */
export const elementById = (store: PlanStore, id: number): PlannedElement => {
  const [row] = [...rowsOf<ElementColumns>(store, `SELECT ${ELEMENT_COLUMNS} FROM element e WHERE e.id = ?`, id)];
  if (row === undefined) throw new RangeError(`the plan has no element ${id}`);
  return elementOf(row);
};
