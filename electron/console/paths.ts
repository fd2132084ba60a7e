import { type ByteString, displayText, isUtf8 } from '../../shared/byte-string.ts';
import type { PathIn } from '../../shared/contract/values.ts';
import { ColdframeError } from '../../shared/errors.ts';

/** A path of the contract as raw bytes: absolute, without a trailing slash and without NUL. */
export const bytesOfPath = (path: PathIn): ByteString => {
  const raw = 'pathBase64' in path ? Buffer.from(path.pathBase64, 'base64') : Buffer.from(path.path, 'utf8');
  const bytes = raw.toString('latin1');
  if (!bytes.startsWith('/') || bytes.includes('\0')) {
    throw new ColdframeError('USAGE', {
      message: `A path has to be absolute and free of NUL, not ${JSON.stringify(displayText(bytes as ByteString))}.`,
      guidance: 'Give the whole path, starting with a slash.',
    });
  }
  return (bytes.length > 1 ? bytes.replace(/\/+$/, '') || '/' : bytes) as ByteString;
};

/** A path on the way out: text for people, and the bytes where text would lose them. */
export const pathView = (path: ByteString): { path: string; pathBase64?: string } =>
  isUtf8(path)
    ? { path: displayText(path) }
    : { path: displayText(path), pathBase64: Buffer.from(path, 'latin1').toString('base64') };

/** The bytes of a path in base64, as a selection holds them. */
export const base64OfPath = (path: ByteString): string => Buffer.from(path, 'latin1').toString('base64');

/** A path of a selection as raw bytes. */
export const pathOfBase64 = (base64: string): ByteString =>
  Buffer.from(base64, 'base64').toString('latin1') as ByteString;
