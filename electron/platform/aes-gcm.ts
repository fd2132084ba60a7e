import { bindNative } from './linux/koffi.ts';

/** A key of 32 bytes, 12 bytes used once with it, and what is vouched for beside the content. */
export interface Sealing {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly context: Uint8Array;
}

export const TAG_BYTES = 16;

interface Library {
  /** Seals `plain` into as many bytes of `into`, and its tag into `tag`; false when nothing was done. */
  seal(plain: Uint8Array, into: Uint8Array, tag: Uint8Array, sealing: Sealing): boolean;
  /** Opens `sealed` into as many bytes of `into`; false when the tag does not vouch for it: what `into` holds then is worth nothing. */
  open(sealed: Uint8Array, into: Uint8Array, tag: Uint8Array, sealing: Sealing): boolean;
}

let library: Library | null | undefined;

/**
 * Seals with AES-256-GCM from memory to memory: the runtime's own OpenSSL, the same bytes as `createCipheriv`, which would make
 * two buffers for each piece and copy it twice. `into` holds the content, which may lie there already, and behind it the tag. False when the
 * runtime does not offer its library this way, and nothing was done: then go by `node:crypto`. Throws when it fails halfway.
 */
export const sealInto = (plain: Uint8Array, into: Uint8Array, sealing: Sealing): boolean => {
  const end = plain.length + TAG_BYTES;
  if (into.length < end) throw new RangeError('there is no room for what is sealed');
  if (library === undefined) library = bind();
  return library?.seal(plain, into.subarray(0, plain.length), into.subarray(plain.length, end), sealing) ?? false;
};

/**
 * Opens what was sealed so, likewise; the tag lies behind the content. False when the runtime does not offer its library, or when
 * the seal does not open: `node:crypto` says which.
 */
export const openInto = (sealed: Uint8Array, into: Uint8Array, sealing: Sealing): boolean => {
  const end = sealed.length - TAG_BYTES;
  if (end < 0 || into.length < end) throw new RangeError('there is no room for what is opened');
  if (library === undefined) library = bind();
  return library?.open(sealed.subarray(0, end), into, sealed.subarray(end), sealing) ?? false;
};

// Of openssl/evp.h.
const EVP_CTRL_AEAD_GET_TAG = 0x10;
const EVP_CTRL_AEAD_SET_TAG = 0x11;

const bind = (): Library | null => {
  if (process.platform !== 'linux') return null;
  try {
    return bindNative((koffi) => {
      const evp = koffi.load(null);
      const cipher: unknown = evp.func('void *EVP_aes_256_gcm()')();
      const context: unknown = evp.func('void *EVP_CIPHER_CTX_new()')();
      if (cipher === null || context === null) return null;
      const reset = evp.func('int EVP_CIPHER_CTX_reset(void *)');
      const control = evp.func('int EVP_CIPHER_CTX_ctrl(void *, int, int, void *)');
      const callsOf = (direction: 'Encrypt' | 'Decrypt') => ({
        init: evp.func(`int EVP_${direction}Init_ex(void *, void *, void *, void *, void *)`),
        update: evp.func(`int EVP_${direction}Update(void *, void *, void *, void *, int)`),
        final: evp.func(`int EVP_${direction}Final_ex(void *, void *, void *)`),
      });
      const encrypt = callsOf('Encrypt');
      const decrypt = callsOf('Decrypt');
      const length = new Int32Array(1);
      const nothing = Buffer.alloc(TAG_BYTES);

      const begin = ({ init, update }: typeof encrypt, { key, nonce, context: vouched }: Sealing): boolean =>
        init(context, cipher, null, key, nonce) === 1 && update(context, null, length, vouched, vouched.length) === 1;
      /** Everything but the end: the content of `from` goes to `to`. */
      const through = ({ update }: typeof encrypt, from: Uint8Array, to: Uint8Array): boolean =>
        from.length === 0 || (update(context, to, length, from, from.length) === 1 && length[0] === from.length);

      return {
        seal(plain, into, tag, sealing) {
          demandLengths(sealing);
          try {
            if (!begin(encrypt, sealing)) return false;
            const done =
              through(encrypt, plain, into) &&
              encrypt.final(context, nothing, length) === 1 &&
              control(context, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, tag) === 1;
            // What is sealed where it lies is gone by now: to seal it once more would vouch for what it never was.
            if (!done) throw new Error('the cipher failed halfway');
            return true;
          } finally {
            reset(context);
          }
        },
        open(sealed, into, tag, sealing) {
          demandLengths(sealing);
          const done =
            begin(decrypt, sealing) &&
            through(decrypt, sealed, into) &&
            control(context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) === 1 &&
            decrypt.final(context, nothing, length) === 1;
          reset(context);
          return done;
        },
      };
    });
  } catch {
    // A runtime that keeps its library to itself.
    return null;
  }
};

/** The library would read as many bytes as it needs, whether they are there or not. */
const demandLengths = ({ key, nonce }: Sealing): void => {
  if (key.length !== 32) throw new RangeError('a key has 32 bytes');
  if (nonce.length !== 12) throw new RangeError('a nonce has 12 bytes');
};
