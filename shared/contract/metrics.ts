import * as z from 'zod';
import { query } from './procedure.ts';

export const metricsProcedures = {
  /** How everything stands, in the text exposition format 0.0.4 of Prometheus. */
  metrics: query(z.strictObject({}), z.object({ text: z.string() })),
};
