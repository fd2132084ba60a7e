import * as z from 'zod';
import { ATTENTION_CODES } from './attention-codes.ts';

export { ATTENTION_CODES, type AttentionCode } from './attention-codes.ts';

/** Something that a person should look at. Words are the screen's business: it has the code and what they need. */
export const attention = z.object({
  code: z.enum(ATTENTION_CODES),
  /** `look`: not as it should be; `lost`: what is wanted is not protected, or cannot be restored. */
  severity: z.enum(['look', 'lost']),
  object: z.string().nullable(),
  /** Folder of the vault. */
  vault: z.string().nullable(),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** What a button would call; null when only a person can help. */
  action: z.object({ procedure: z.string(), input: z.record(z.string(), z.unknown()) }).nullable(),
});
export type Attention = z.infer<typeof attention>;
