import { ERROR_CODES, type ErrorCode } from '../../shared/error-codes.ts';
import { ColdframeError, type ErrorData } from '../../shared/errors.ts';
import { transportWords } from '../words/transport.ts';

/** An error as it came over the wire; a code of a newer console keeps its message and guidance. */
export const fromWire = (data: Omit<ErrorData, 'code' | 'kind'> & { code: string; kind: string }): ColdframeError => {
  const code: ErrorCode = Object.hasOwn(ERROR_CODES, data.code) ? (data.code as ErrorCode) : 'INTERNAL';
  return new ColdframeError(code, { message: data.message, guidance: data.guidance, context: data.context });
};

export const connectionLost = (): ColdframeError => new ColdframeError('CONSOLE_LOST', transportWords.lost);
export const notAnswering = (): ColdframeError => new ColdframeError('CONSOLE_SILENT', transportWords.notAnswering);
export const notConnected = (): ColdframeError => new ColdframeError('CONSOLE_LOST', transportWords.notConnected);
export const tooLong = (bytes: number, most: number): ColdframeError =>
  new ColdframeError('TOO_MANY', { ...transportWords.tooLong(bytes, most), context: { bytes, most } });
export const otherVersion = (version: string): ColdframeError =>
  new ColdframeError('CONSOLE_LOST', transportWords.otherVersion(version));
export const foreignAnswer = (procedure: string): ColdframeError =>
  new ColdframeError('INTERNAL', transportWords.foreignAnswer(procedure));

/** Whether a console answers that it has no such procedure: one of an older version has what this window asks for only once it is started anew. */
export const isUnknownProcedure = ({ code, context }: Pick<ColdframeError, 'code' | 'context'>): boolean =>
  code === 'USAGE' && context.procedure !== undefined && context.field === undefined;
