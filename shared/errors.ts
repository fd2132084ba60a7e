import { ERROR_CODES, type ErrorCode, type ErrorKind } from './error-codes.ts';

/** What a port (IPC, socket, worker) carries of an error: plain data, no stack, no secrets. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly guidance: string;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;
}

export interface ErrorDetails {
  /** What went wrong and where: names the device, path, tape or block. */
  readonly message: string;
  /** What the user does next. */
  readonly guidance: string;
  readonly context?: ErrorData['context'];
  readonly cause?: unknown;
}

/**
 * The one error type. `code` has a row in `shared/error-codes.ts` and in `docs/errors.md`; the row gives the kind, the
 * kind gives the exit status.
 */
export class ColdframeError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly guidance: string;
  readonly context: ErrorData['context'];

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ColdframeError';
    this.code = code;
    this.kind = ERROR_CODES[code].kind;
    this.guidance = details.guidance;
    this.context = details.context ?? {};
  }

  /** The error as it crosses a port. */
  toData(): ErrorData {
    return { code: this.code, kind: this.kind, message: this.message, guidance: this.guidance, context: this.context };
  }

  static fromData(data: ErrorData): ColdframeError {
    return new ColdframeError(data.code, data);
  }
}

/**
 * Any thrown value as a ColdframeError: a full or failing disk is told as one; what else is none becomes `INTERNAL`,
 * keeping its cause.
 */
export const asColdframeError = (thrown: unknown): ColdframeError => {
  if (thrown instanceof ColdframeError) return thrown;
  if (saysDiskFull(thrown)) {
    return new ColdframeError('DISK_FULL', {
      message: `There is no room on the disk: ${thrown.message}.`,
      guidance: 'Make room on the disks that hold the home, the vault and the temporary files, then try again.',
      cause: thrown,
    });
  }
  if (saysDiskFails(thrown)) {
    return new ColdframeError('IO', {
      message: `A disk reported an error: ${thrown.message}.`,
      guidance: 'Check the disks that hold the home, the vault and the temporary files, then try again.',
      cause: thrown,
    });
  }
  return new ColdframeError('INTERNAL', {
    message: thrown instanceof Error ? thrown.message : String(thrown),
    guidance:
      'This is a defect of Coldframe. Nothing that was reported as done is lost; please report it with the log.',
    cause: thrown,
  });
};

/** Result codes of SQLite (sqlite.org/rescode.html); IOERR_SHMSIZE: no room for the index of the write-ahead log. */
const SQLITE = { IOERR: 10, FULL: 13, IOERR_SHMSIZE: 4874 } as const;

/** Whether an error of SQLite or of the operating system says that there is no room. */
const saysDiskFull = (thrown: unknown): thrown is Error => {
  if (!(thrown instanceof Error) || !('code' in thrown)) return false;
  const { code } = thrown;
  return code === 'ENOSPC' || code === 'EDQUOT' || sqliteSaysFull(sqliteCode(thrown));
};

const saysDiskFails = (thrown: unknown): thrown is Error =>
  thrown instanceof Error &&
  (('code' in thrown && thrown.code === 'EIO') || primary(sqliteCode(thrown)) === SQLITE.IOERR);

/** The extended result code of an error of SQLite; null of any other error. */
const sqliteCode = (error: Error): number | null =>
  'code' in error && error.code === 'ERR_SQLITE_ERROR' && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : null;

/** Whether an extended result code of SQLite says that there is no room. */
export const sqliteSaysFull = (code: number | null): boolean =>
  primary(code) === SQLITE.FULL || code === SQLITE.IOERR_SHMSIZE;

const primary = (code: number | null): number | null => (code === null ? null : code & 255);
