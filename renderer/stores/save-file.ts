/** How long a browser may take to fetch what it was given, milliseconds. */
const KEPT_MS = 60_000;

/** Gives a file to whoever looks: a download in a browser, a question for its place in the desktop window. */
export const saveFile = (name: string, type: string, pieces: readonly string[]): void => {
  const address = URL.createObjectURL(new Blob([...pieces], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
};
