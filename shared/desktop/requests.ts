import * as z from 'zod';
import { errorData } from '../contract/error-data.ts';

/** What only a desktop window can do, beside carrying the contract. */
export const DESKTOP_REQUESTS = {
  /** The system's own dialog; null when nothing was chosen. */
  'folder.choose': {
    input: z.strictObject({ title: z.string().max(256), start: z.string().max(4096).nullable() }),
    output: z.string().nullable(),
  },
  /** Whether leaving is to be asked about: something is shown that cannot be shown again. */
  'leaving.ask': { input: z.strictObject({ asks: z.boolean() }), output: z.null() },
  /** Why there is no console at the moment; null when there is, or when one is still being looked for. */
  trouble: { input: z.strictObject({}), output: errorData.nullable() },
} as const;

export type DesktopRequest = keyof typeof DESKTOP_REQUESTS;
export type DesktopInput<R extends DesktopRequest> = z.infer<(typeof DESKTOP_REQUESTS)[R]['input']>;
export type DesktopOutput<R extends DesktopRequest> = z.infer<(typeof DESKTOP_REQUESTS)[R]['output']>;

/** What a request is answered with. */
export const desktopReply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), output: z.unknown() }),
  z.object({ ok: z.literal(false), error: errorData }),
]);
export type DesktopReply = z.infer<typeof desktopReply>;
