import * as z from 'zod';
import { command, query } from './procedure.ts';
import { count, time } from './values.ts';

export const check = z.object({
  area: z.string(),
  name: z.string(),
  /** `works`; `limited`: something less than full, said in `detail`; `missing`. */
  state: z.enum(['works', 'limited', 'missing']),
  detail: z.string(),
  /** What would make it work; empty when it does. */
  remedy: z.string(),
});
export type Check = z.infer<typeof check>;

const dependency = z.object({ name: z.string(), version: z.string(), licence: z.string(), text: z.string() });
export type Dependency = z.infer<typeof dependency>;

export const systemProcedures = {
  about: query(
    z.strictObject({}),
    z.object({
      version: z.string(),
      licence: z.string(),
      /** Versions of what it runs on: node, v8, sqlite, and electron in the desktop application. */
      runtime: z.record(z.string(), z.string()),
      platform: z.string(),
      /** Bundled packages with the texts of their licences, by name. */
      dependencies: z.array(dependency),
      /** What this shell can do beside the rest. */
      can: z.object({ reveal: z.boolean() }),
    }),
  ),
  doctor: query(
    z.strictObject({}),
    z.object({
      version: z.string(),
      platform: z.string(),
      home: z.string(),
      checks: z.array(check),
    }),
  ),
  ping: query(
    z.strictObject({}),
    z.object({
      version: z.string(),
      pid: count,
      host: z.string(),
      home: z.string(),
      startedAt: time,
      runningJobs: count,
    }),
  ),
  /** Ends a serving console once its running jobs are done, or at once when they are to be cancelled. */
  shutdown: command(z.strictObject({ cancelJobs: z.boolean().optional() }), z.object({ runningJobs: count })),
};
