import { printable } from '../../../shared/model/printable.ts';
import { cells, shortened } from './width.ts';

type Align = 'left' | 'right';

export interface Column<Row> {
  readonly title: string;
  readonly align?: Align;
  /** May be shortened where the terminal is too narrow: paths and messages, never what is typed or counted. */
  readonly flexible?: boolean;
  readonly of: (row: Row) => string;
}

const GAP = 2;
/** A flexible column is not made narrower than this. */
const LEAST = 12;

/** Rows under their titles, columns as wide as they need and the terminal has; nothing at the end of a line. */
export const table = <Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  room: number = terminalWidth(),
): string => {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ of }) => printable(of(row))))];
  const wanted = columns.map((_, at) => Math.max(...lines.map((line) => cells(line[at] ?? ''))));
  const widths = fitted(wanted, columns, room);
  return lines
    .map((line) =>
      line
        .map((cell, at) => padded(shortened(cell, widths[at] ?? 0), widths[at] ?? 0, columns[at]?.align ?? 'left'))
        .join(' '.repeat(GAP))
        .trimEnd(),
    )
    .join('\n');
};

/** Takes from the widest flexible columns what the terminal does not have. */
const fitted = (
  wanted: readonly number[],
  columns: readonly Pick<Column<unknown>, 'flexible'>[],
  room: number,
): readonly number[] => {
  const widths = [...wanted];
  let over = widths.reduce((sum, width) => sum + width + GAP, -GAP) - room;
  while (over > 0) {
    const flexible = widths.map((width, at) => (columns[at]?.flexible && width > LEAST ? width : 0));
    const widest = Math.max(...flexible);
    if (widest === 0 || !Number.isFinite(over)) break;
    widths[flexible.indexOf(widest)] = widest - 1;
    over -= 1;
  }
  return widths;
};

/** Titles and values, one to a line. */
export const facts = (pairs: readonly (readonly [string, string])[]): string => {
  const widest = Math.max(...pairs.map(([title]) => title.length));
  return pairs.map(([title, value]) => `${title.padEnd(widest)}  ${printable(value)}`.trimEnd()).join('\n');
};

/** As `printable`, of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** Where standard output goes: a terminal's width, or no bound, as whoever reads a pipe wants it whole. */
const terminalWidth = (): number => (process.stdout.isTTY ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY);

const padded = (text: string, to: number, align: Align): string => {
  const space = ' '.repeat(Math.max(0, to - cells(text)));
  return align === 'right' ? space + text : text + space;
};
