import * as z from 'zod';
import { command, query } from './procedure.ts';

/** With the session of the user, as the desktop or as a console without a window; or as a service of the user. */
export const STARTS = ['session', 'service'] as const;

export const start = z.object({
  what: z.enum(STARTS),
  /** `foreign`: a file of that name is not as Coldframe wrote it, so it is left alone. `unsupported`: not on this system. */
  state: z.enum(['on', 'off', 'foreign', 'unsupported']),
  /** The file that does it; null where the system keeps that elsewhere. */
  path: z.string().nullable(),
  /** What is started; null when nothing can be. */
  command: z.array(z.string()).nullable(),
});
export type Start = z.infer<typeof start>;

const answer = z.object({ starts: z.array(start) });

export const autostartProcedures = {
  'autostart.get': query(z.strictObject({}), answer),
  'autostart.set': command(z.strictObject({ what: z.enum(STARTS), on: z.boolean() }), answer),
};
