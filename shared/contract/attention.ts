import * as z from 'zod';

export const ATTENTION_CODES = [
  'NEVER_BACKED_UP',
  'OVERDUE',
  'LAST_FAILED',
  'LAST_INTERRUPTED',
  'LAST_WARNED',
  'ROOT_MISSING',
  'SET_INCOMPLETE',
  'VAULT_UNREACHABLE',
  'VAULT_NEARLY_FULL',
  'VAULT_FULL',
  'TAPES_DAMAGED',
  'TAPES_MISSING',
] as const;
export type AttentionCode = (typeof ATTENTION_CODES)[number];

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
