import * as z from 'zod';

/** A length or a number of bytes. */
export const byteCount = z.number().int().nonnegative();
/** A number of things. */
export const count = z.number().int().nonnegative();
/** A point in time, ISO 8601 in UTC. */
export const time = z.iso.datetime();
/** What a clock shows, to the minute. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:00');
/** How long before its moment a snapshot is announced. */
export const noticeMs = z.number().int().min(0).max(86_400_000);
/** A line for the shell that reads a notice from its standard input. */
export const noticeCommand = z.string().max(4096);

/** A time span in milliseconds. */
export const durationMs = z.number().nonnegative();
/** An id of 16 bytes in hexadecimal. */
export const id = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits');
/** What a person may type for an id: the id or a prefix of it. */
export const idPrefix = z.string().regex(/^[0-9a-f]{1,32}$/, 'must be the first digits of an id');
/** An absolute local directory or file named by the user; text, because it is ours to choose. */
export const place = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes('\0'), { error: 'must be free of NUL' });
/** The name of an object or a vault: shown, typed, and never part of a path. */
export const name = z
  .string()
  .regex(/^[^@/\s\p{C}][^@/\p{C}]{0,127}$/u, 'must be 1 to 128 characters without @ and /, not starting with a space');

/** A path as people read it; `pathBase64` carries its bytes when they are not UTF-8. */
export const pathOut = { path: z.string(), pathBase64: z.base64().optional() };
/** A path on the way in: text, or its bytes in base64. */
export const pathIn = z.union([
  z.strictObject({ path: z.string().min(1) }),
  z.strictObject({ pathBase64: z.base64() }),
]);
export type PathIn = z.infer<typeof pathIn>;

/** Where a list goes on: opaque, given back as `after`; null at the end. */
export const cursor = z.string().max(16384).nullable();
/** The part of a long list that is wanted. */
export const page = { after: z.string().max(16384).optional(), limit: z.number().int().min(1).max(10_000).optional() };

/** Where a tape was when the library last knew; both numbers null when it was in no place. */
export const tapePlace = {
  slot: count.nullable().default(null),
  drive: count.nullable().default(null),
  /** Import/export slot that it is in, where no job reaches it; not there when it is in none. */
  importExport: count.nullable().optional(),
  pool: z.string().default('data'),
  /** Where a person keeps it, in their words; not there when nobody said. */
  shelf: z.string().nullable().optional(),
};
/** A tape by volume id and barcode, with the place that it was in. */
export const placedTape = z.object({ tape: z.string(), barcode: z.string(), ...tapePlace });

export const warning = z.object({ code: z.string(), path: z.string(), message: z.string() });
export type WarningView = z.infer<typeof warning>;
