/** The home that the command line names, as `--home DIR` or `--home=DIR`; what a runtime takes for itself is left alone. */
export const homeOption = (argv: readonly string[]): string | undefined => {
  const at = argv.findIndex((argument) => argument === '--home' || argument.startsWith('--home='));
  const found = argv[at];
  if (found === undefined) return undefined;
  return found === '--home' ? argv[at + 1] : found.slice('--home='.length);
};

/** Whether the program is to start without showing its window, as it does with the session. */
export const hiddenOption = (argv: readonly string[]): boolean => argv.includes('--hidden');
