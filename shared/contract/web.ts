import * as z from 'zod';
import { command } from './procedure.ts';
import { time } from './values.ts';

export const webProcedures = {
  /** A link that opens the console in a browser, once. */
  'web.link': command(z.strictObject({}), z.object({ url: z.string(), expiresAt: time })),
};
