import type * as z from 'zod';
import { padEven } from './container.ts';
import { tapeDamaged } from './tape-errors.ts';

const SPACE = 0x20;

/** A value as one record: JSON in UTF-8, padded with a space to an even length. */
export const encodeJsonRecord = (value: unknown): Buffer =>
  Buffer.from(padEven(Buffer.from(JSON.stringify(value)), SPACE));

/** Reads JSON of a tape by its schema. Throws TAPE_DAMAGED; `what` names it in the message. */
export const decodeJson = <T>(schema: z.ZodType<T>, bytes: Uint8Array, tape: string, what: string): T => {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw tapeDamaged(tape, `${what} is not JSON`, null, cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw tapeDamaged(tape, `${what} has a wrong field "${issue?.path.join('.') ?? ''}"`, null, parsed.error);
};
