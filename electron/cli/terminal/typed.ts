/** A name or path as it has to be typed in a shell. */
export const typed = (text: string): string =>
  /^[\w.,:+%@/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
