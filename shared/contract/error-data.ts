import * as z from 'zod';

/** An error as data: what it is, and what to do. */
export const errorData = z.object({
  code: z.string(),
  kind: z.string(),
  message: z.string(),
  guidance: z.string(),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
