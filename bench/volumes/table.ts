/** A Markdown table; columns but the first are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

export const decimals = (value: number, places = 2): string => value.toFixed(places);

export const mebibytes = (bytes: number): string => {
  const value = bytes / 1048576;
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
};
