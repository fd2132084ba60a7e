import type * as z from 'zod';
import { activityProcedures } from './activity.ts';
import { auditProcedures } from './audit.ts';
import { autostartProcedures } from './autostart.ts';
import { backupProcedures } from './backup.ts';
import { browseProcedures } from './browse.ts';
import { checkProcedures } from './checks.ts';
import { configProcedures } from './config.ts';
import { historyProcedures } from './history.ts';
import { jobProcedures } from './jobs.ts';
import { metricsProcedures } from './metrics.ts';
import { noticeProcedures } from './notices.ts';
import { objectProcedures } from './objects.ts';
import { overviewProcedures } from './overview.ts';
import { placeProcedures } from './places.ts';
import { replicaProcedures } from './replicas.ts';
import { reportProcedures } from './report.ts';
import { restoreProcedures } from './restore.ts';
import { retentionProcedures } from './retention.ts';
import { scheduleProcedures } from './schedules.ts';
import { settingsProcedures } from './settings.ts';
import { systemProcedures } from './system.ts';
import { libraryProcedures, tapeProcedures } from './tapes.ts';
import { vaultProcedures } from './vaults.ts';
import { volumeProcedures } from './volumes.ts';
import { webProcedures } from './web.ts';

/** Every procedure of the console. */
export const PROCEDURES = {
  ...vaultProcedures,
  ...objectProcedures,
  ...backupProcedures,
  ...browseProcedures,
  ...restoreProcedures,
  ...checkProcedures,
  ...libraryProcedures,
  ...tapeProcedures,
  ...volumeProcedures,
  ...replicaProcedures,
  ...jobProcedures,
  ...historyProcedures,
  ...metricsProcedures,
  ...reportProcedures,
  ...scheduleProcedures,
  ...retentionProcedures,
  ...noticeProcedures,
  ...systemProcedures,
  ...placeProcedures,
  ...overviewProcedures,
  ...settingsProcedures,
  ...configProcedures,
  ...autostartProcedures,
  ...activityProcedures,
  ...auditProcedures,
  ...webProcedures,
};

export type Procedures = typeof PROCEDURES;
export type ProcedureName = keyof Procedures;
export type InputOf<P extends ProcedureName> = z.infer<Procedures[P]['input']>;
export type OutputOf<P extends ProcedureName> = z.infer<Procedures[P]['output']>;

/** Serves every procedure: one that is declared and not served does not compile. */
export type Handlers<Context> = {
  readonly [P in ProcedureName]: (input: InputOf<P>, context: Context) => Promise<OutputOf<P>>;
};
