import * as z from 'zod';

/** Bytes of memory that opening an envelope may take. */
const MAX_MEMORY = 256 * 1024 * 1024;
/** Envelopes of one place: a vault has one of each kind. */
const MAX_ENVELOPES = 8;
/** The sum of n × r × p over the envelopes of one place; one envelope may take all of it. Seconds of a processor. */
const MAX_COST = 2 ** 25;

const base64 = (bytes: number) =>
  z.base64().refine((text) => Buffer.from(text, 'base64').length === bytes, { error: `must hold ${bytes} bytes` });

/** The vault key, wrapped by one secret: docs/MEDIA-FORMAT.md, section 3. Costs are bounded, for they come from a tape. */
const keyEnvelope = z
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

/** What trying an envelope costs, in units of scrypt's inner work. */
export const costOf = ({ n, r, p }: Pick<KeyEnvelope, 'n' | 'r' | 'p'>): number => n * r * p;

/** The envelopes of a library, a node header or a tail: all of them together cost seconds, whoever wrote them. */
export const keyEnvelopes = z
  .array(keyEnvelope)
  .max(MAX_ENVELOPES)
  .refine((all) => all.reduce((sum, one) => sum + costOf(one), 0) <= MAX_COST, { error: 'cost too much to try' });
