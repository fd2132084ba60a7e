import { randomBytes } from 'node:crypto';

/** A new random id: 16 random bytes as 32 lowercase hexadecimal digits. */
export const randomId = (): string => randomBytes(16).toString('hex');
