/** The oldest that has what the program is built upon: SQLite, zstd and the compile cache. */
const OLDEST_NODE = 24;

/** Ends the program with the error NODE_TOO_OLD where what it needs is missing, before anything is loaded that would fail without a word. */
export const demandNode = (version: string, args: readonly string[]): void => {
  if (Number(version.split('.')[0]) >= OLDEST_NODE) return;
  const error = {
    code: 'NODE_TOO_OLD',
    message: `Coldframe needs Node ${OLDEST_NODE} or later, and this is Node ${version}.`,
    guidance:
      'In a checkout "npm start" and "npm run coldframe --" bring their own; elsewhere put a newer one first in the PATH.',
    context: { version },
  };
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ error })}\n`);
  else process.stderr.write(`Error: ${error.message}\n${error.guidance}\n`);
  process.exit(1);
};
