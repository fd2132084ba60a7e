import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scrypt } from 'node:crypto';
import { ColdframeError } from '../../../shared/errors.ts';
import type { SetId, TapeId, VaultId } from '../../../shared/units.ts';
import { secretNotText } from '../../platform/secret-file.ts';
import { sealContext, type UnitSeal } from '../blockset/unit.ts';
import { COST } from './kdf-cost.ts';
import { costOf, type KeyEnvelope } from './key-envelope.ts';

const KEY_BYTES = 32;

/** The random key of a sealed vault, and the keys that follow from it: docs/MEDIA-FORMAT.md, section 3. */
export class VaultKeys {
  readonly vault: VaultId;
  readonly #key: Uint8Array;

  /** `key` is the vault key, 32 bytes. */
  constructor(vault: VaultId, key: Uint8Array) {
    if (key.length !== KEY_BYTES) throw new RangeError('a vault key has 32 bytes');
    this.vault = vault;
    this.#key = Uint8Array.from(key);
  }

  static generate(vault: VaultId): VaultKeys {
    return new VaultKeys(vault, randomBytes(KEY_BYTES));
  }

  /** The vault key itself, to hand it to a worker thread; never to a file, a log or another process. */
  exportKey(): Uint8Array {
    return Uint8Array.from(this.#key);
  }

  /** Seals the units of a set's chunks. */
  setKey(set: SetId): Uint8Array {
    return this.#derive(Buffer.from(set, 'hex'), 'coldframe set v1');
  }

  /** Seals chunk headers. */
  headerKey(): Uint8Array {
    return this.#derive(Buffer.from(this.vault, 'hex'), 'coldframe header v1');
  }

  /** Seals directory and catalog of a tape. */
  tapeKey(volume: TapeId): Uint8Array {
    return this.#derive(Buffer.from(volume, 'latin1'), 'coldframe tape v1');
  }

  /** What binds the units of one chunk of a set to their place. Derives the key anew; keep `setKey` in a hot loop. */
  unitSeal(set: SetId, sequence: number): UnitSeal {
    return { key: this.setKey(set), context: sealContext(Buffer.from(set, 'hex'), sequence) };
  }

  /** JSON.stringify and logs show that there is a key and not which. */
  toJSON(): string {
    return '[vault keys]';
  }

  #derive(salt: Uint8Array, info: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#key, salt, info, KEY_BYTES));
  }
}

/** Wraps the vault key by a secret. `secret` as `normalizePassphrase` or `normalizeRecoveryCode` gives it. Rejects with PASSPHRASE_NOT_TEXT. */
export const wrapKey = async (keys: VaultKeys, kind: KeyEnvelope['kind'], secret: string): Promise<KeyEnvelope> => {
  if (!secret.isWellFormed()) throw secretNotText('The secret that was given');
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const wrapping = await stretch(secret, salt, COST);
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce);
  cipher.setAAD(boundTo(keys.vault));
  const wrapped = Buffer.concat([cipher.update(keys.exportKey()), cipher.final(), cipher.getAuthTag()]);
  const text = (bytes: Buffer): string => bytes.toString('base64');
  return { kind, kdf: 'scrypt', ...COST, salt: text(salt), nonce: text(nonce), wrapped: text(wrapped) };
};

/**
 * The keys from the first envelope that the secret opens, the cheapest tried first. `secret` as a person typed it;
 * `called`: the vault's name in an error. Errors: PASSPHRASE_WRONG, CANCELLED as soon as the signal is aborted.
 */
export const unlockKeys = async (
  vault: VaultId,
  envelopes: readonly KeyEnvelope[],
  secret: string,
  signal?: AbortSignal,
  called = 'this vault',
): Promise<VaultKeys> => {
  for (const envelope of envelopes.toSorted((one, other) => costOf(one) - costOf(other))) {
    const typed = envelope.kind === 'passphrase' ? normalizePassphrase(secret) : normalizeRecoveryCode(secret);
    const key = typed === null ? null : await unlessAborted(unwrap(vault, envelope, typed), signal);
    if (key) return new VaultKeys(vault, key);
  }
  throw new ColdframeError('PASSPHRASE_WRONG', {
    message: `The passphrase or recovery code does not open ${called}.`,
    guidance: 'Try again; the recovery code that was made last opens it too.',
    context: { vault },
  });
};

/** The result, or CANCELLED as soon as the signal is aborted: what was begun goes on unheard. */
const unlessAborted = async <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return await work;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void =>
    aborted.reject(
      new ColdframeError('CANCELLED', {
        message: 'The job was cancelled while the vault was unlocked.',
        guidance: 'Start it again when you want it.',
      }),
    );
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([aborted.promise, work]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** A passphrase as it is hashed: one trailing newline removed. */
export const normalizePassphrase = (typed: string): string => typed.replace(/\r?\n$/, '');

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 32;

/** A new recovery code as it is shown, and the vault key wrapped by it. */
export const wrapRecoveryCode = async (
  keys: VaultKeys,
): Promise<{ readonly recoveryCode: string; readonly envelope: KeyEnvelope }> => {
  const recoveryCode = newRecoveryCode();
  return { recoveryCode, envelope: await wrapKey(keys, 'recovery-code', normalizeRecoveryCode(recoveryCode) ?? '') };
};

/** A new recovery code: 32 letters and digits of Crockford's base 32 (160 bits), in groups of four. */
export const newRecoveryCode = (): string => {
  const letters = Array.from(randomBytes(CODE_LENGTH), (byte) => ALPHABET[byte & 31] ?? '').join('');
  return (letters.match(/.{4}/g) ?? []).join('-');
};

/** A recovery code as it is hashed, from what a person typed: O is 0, I and L are 1; null when it cannot be one. */
export const normalizeRecoveryCode = (typed: string): string | null => {
  const plain = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return plain.length === CODE_LENGTH && Array.from(plain).every((letter) => ALPHABET.includes(letter)) ? plain : null;
};

const unwrap = async (vault: VaultId, envelope: KeyEnvelope, secret: string): Promise<Uint8Array | null> => {
  const wrapping = await stretch(secret, Buffer.from(envelope.salt, 'base64'), envelope);
  const wrapped = Buffer.from(envelope.wrapped, 'base64');
  const options = { authTagLength: 16 };
  const cipher = createDecipheriv('aes-256-gcm', wrapping, Buffer.from(envelope.nonce, 'base64'), options);
  cipher.setAAD(boundTo(vault));
  cipher.setAuthTag(wrapped.subarray(KEY_BYTES));
  try {
    return Buffer.concat([cipher.update(wrapped.subarray(0, KEY_BYTES)), cipher.final()]);
  } catch {
    return null;
  }
};

const boundTo = (vault: VaultId): Buffer => Buffer.from(`coldframe-envelope-v1:${vault}`);

/** scrypt, off the calling thread. `maxmem` is above what the costs need; the envelope's schema bounds them. */
const stretch = (secret: string, salt: Uint8Array, { n, r, p }: { n: number; r: number; p: number }): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const maxmem = 256 * r * (n + p) + 65536;
    scrypt(Buffer.from(secret), salt, KEY_BYTES, { N: n, r, p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
