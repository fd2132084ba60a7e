import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret that nobody guesses: 32 random bytes, written so that they fit into an address and a cookie. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is kept of a secret: its digest tells it when it comes back, and cannot be used in its place. */
export type SecretDigest = Buffer;

export const secretDigest = (secret: string): SecretDigest => createHash('sha256').update(secret).digest();

/** Compares digests in the same time whatever they are. */
export const sameSecret = (one: SecretDigest, other: SecretDigest): boolean => timingSafeEqual(one, other);
