import * as z from 'zod';
import { consoleEvent } from './events.ts';
import { errorData } from './jobs.ts';

export { PROTOCOL_VERSION } from './protocol.ts';

const request = z.number().int().nonnegative();
const secrets = z.strictObject({
  passphrase: z.string().optional(),
  recoveryCode: z.string().optional(),
  newPassphrase: z.string().optional(),
  signingKey: z.string().optional(),
  notice: z.string().optional(),
});

/** What a caller sends. */
export const clientFrame = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('call'),
    request,
    procedure: z.string(),
    input: z.unknown(),
    secrets: secrets.optional(),
  }),
  z.strictObject({ kind: z.literal('cancel'), request }),
]);
export type ClientFrame = z.infer<typeof clientFrame>;

/** Any event of a call that is under way, also one that only a later version knows. */
export const eventFrame = z.object({ kind: z.literal('event'), request, event: z.looseObject({ event: z.string() }) });

/** What a console answers. A call that was not `accepted` when the connection ends has not been started. */
export const serverFrame = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hello'),
    protocol: z.number(),
    version: z.string(),
    pid: z.number(),
    /** To a browser: that it is the console which let it in (`SEAL_KEY`). */
    seal: z.string().optional(),
  }),
  z.object({ kind: z.literal('accepted'), request }),
  z.object({ kind: z.literal('event'), request, event: consoleEvent }),
  z.object({ kind: z.literal('answer'), request, output: z.unknown() }),
  z.object({ kind: z.literal('error'), request, error: errorData }),
]);
export type ServerFrame = z.infer<typeof serverFrame>;
