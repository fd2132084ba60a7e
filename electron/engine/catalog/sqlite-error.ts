import { ColdframeError, sqliteSaysFull } from '../../../shared/errors.ts';

/** Primary result codes (sqlite.org/rescode.html). */
const IOERR = 10;
const CORRUPT = 11;
const NOTADB = 26;

/** An error of SQLite as one of ours where it is about the disk or the file; any other error as it is. */
export const fromSqlite = (error: unknown, file: string): unknown => {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error;
  const code = error.errcode & 255;
  if (code === CORRUPT || code === NOTADB) {
    return new ColdframeError('CATALOG_DAMAGED', {
      message: `The catalog ${file} is damaged: ${error.message}.`,
      guidance: 'Nothing on tape is affected. Rebuild the catalog from the tapes with "vault rebuild".',
      context: { file },
      cause: error,
    });
  }
  const full = sqliteSaysFull(error.errcode);
  if (!full && code !== IOERR) return error;
  return new ColdframeError(full ? 'DISK_FULL' : 'IO', {
    message: `The catalog ${file} could not be read or written: ${error.message}.`,
    guidance: `${full ? 'Make room on' : 'Check'} the disk that holds the home, then repeat the job.`,
    context: { file },
    cause: error,
  });
};
