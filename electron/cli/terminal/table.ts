type Align = 'left' | 'right';

export interface Column<Row> {
  readonly title: string;
  readonly align?: Align;
  readonly of: (row: Row) => string;
}

/** Rows under their titles, columns as wide as they need; nothing at the end of a line. */
export const table = <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string => {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ of }) => printable(of(row))))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => width(line[at] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((cell, at) => padded(cell, widths[at] ?? 0, columns[at]?.align ?? 'left'))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** Titles and values, one to a line. */
export const facts = (pairs: readonly (readonly [string, string])[]): string => {
  const widest = Math.max(...pairs.map(([title]) => title.length));
  return pairs.map(([title, value]) => `${title.padEnd(widest)}  ${printable(value)}`.trimEnd()).join('\n');
};

/** Text that cannot steer a terminal: control characters become visible. */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

const width = (text: string): number => Array.from(text).length;

const padded = (text: string, to: number, align: Align): string => {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return align === 'right' ? space + text : text + space;
};
