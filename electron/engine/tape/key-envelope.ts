import * as z from 'zod';

/** Bytes of memory that opening an envelope may take. */
const MAX_MEMORY = 256 * 1024 * 1024;

const base64 = (bytes: number) =>
  z.base64().refine((text) => Buffer.from(text, 'base64').length === bytes, { error: `must hold ${bytes} bytes` });

/** The vault key, wrapped by one secret: docs/MEDIA-FORMAT.md, section 3. Costs are bounded, for they come from a tape. */
export const keyEnvelope = z
  .object({
    kind: z.enum(['passphrase', 'recovery-code']),
    kdf: z.literal('scrypt'),
    n: z
      .number()
      .int()
      .min(2)
      .max(1_048_576)
      .refine((n) => Math.log2(n) % 1 === 0),
    r: z.number().int().min(1).max(32),
    p: z.number().int().min(1).max(16),
    salt: base64(16),
    nonce: base64(12),
    wrapped: base64(48),
  })
  .refine(({ n, r }) => 128 * n * r <= MAX_MEMORY, { error: 'asks for too much memory' });
export type KeyEnvelope = z.infer<typeof keyEnvelope>;
