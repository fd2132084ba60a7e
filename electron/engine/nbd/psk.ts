import { readFileSync, statSync } from 'node:fs';
import { ColdframeError } from '../../../shared/errors.ts';

/** Users of pre-shared keys and their keys. */
export type PskKeys = ReadonlyMap<string, Uint8Array>;

/** Suites that need no certificate; those of TLS 1.3 have no key exchange in their name. */
export const PSK_CIPHERS =
  'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:' +
  'ECDHE-PSK-CHACHA20-POLY1305:DHE-PSK-AES256-GCM-SHA384:DHE-PSK-CHACHA20-POLY1305:DHE-PSK-AES128-GCM-SHA256';

/** Shorter keys can be guessed from one handshake that was listened to. */
const MIN_KEY_BYTES = 16;
/** Longer ones are not taken by others (RFC 4279, section 5.3). */
const MAX_KEY_BYTES = 64;
const LINE = /^([^:\s]{1,128}):((?:[0-9a-fA-F]{2})+)$/;

/**
 * @public
 * Reads a file of lines `USER:HEXKEY`, as `psktool` of GnuTLS writes it and qemu and nbdkit read it. Errors:
 * PSK_FILE_UNSAFE, which never says what the file holds.
 */
export const readPskFile = (path: string): PskKeys => {
  const keys = parsePskKeys(contentOf(path));
  if (typeof keys === 'number') throw unsafe(path, `line ${keys} is not USER:HEXKEY with 16 to 64 bytes of key`);
  if (keys.size === 0) throw unsafe(path, 'there is no key in it');
  return keys;
};

/** A user of a pre-shared key, and the key. */
export interface PskKey {
  readonly user: string;
  readonly key: Uint8Array;
}

/** The key of a user in such a file; of nobody by name, the only one in it. Errors: PSK_FILE_UNSAFE. */
export const pskOf = (path: string, user: string | null): PskKey => {
  const keys = readPskFile(path);
  if (user === null && keys.size > 1)
    throw unsafe(path, 'there are keys of several users in it, and the address names none');
  const [chosen] = user === null ? keys.keys() : [user];
  const key = chosen === undefined ? undefined : keys.get(chosen);
  if (chosen === undefined || key === undefined) throw unsafe(path, 'there is no key of the user of the address in it');
  return { user: chosen, key };
};

/** The keys, or the number of the line that is none. */
export const parsePskKeys = (content: string): PskKeys | number => {
  const keys = new Map<string, Uint8Array>();
  for (const [index, line] of content.split('\n').entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const [, user, hex] = LINE.exec(text) ?? [];
    const key = Buffer.from(hex ?? '', 'hex');
    if (user === undefined || key.length < MIN_KEY_BYTES || key.length > MAX_KEY_BYTES) return index + 1;
    keys.set(user, new Uint8Array(key));
  }
  return keys;
};

const contentOf = (path: string): string => {
  try {
    const readableByOthers = process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
    if (readableByOthers) throw unsafe(path, 'others than its owner can read it');
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof ColdframeError) throw error;
    throw unsafe(path, error instanceof Error ? error.message : 'it cannot be read', error);
  }
};

const unsafe = (path: string, why: string, cause?: unknown): ColdframeError =>
  new ColdframeError('PSK_FILE_UNSAFE', {
    message: `The keys in ${path} cannot be used: ${why}.`,
    guidance:
      'Make one with `psktool -u USER -p FILE`, or write USER:HEXKEY into a file that only you can read (chmod 600).',
    context: { path },
    cause,
  });
