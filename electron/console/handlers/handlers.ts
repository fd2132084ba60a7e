import type { Handlers } from '../../../shared/contract/contract.ts';
import { aboutHandlers } from './about.ts';
import { activityHandlers } from './activity.ts';
import { auditHandlers } from './audit.ts';
import { autostartHandlers } from './autostart.ts';
import { backupHandlers } from './backup.ts';
import { browseHandlers } from './browse.ts';
import { checkHandlers } from './checks.ts';
import { configHandlers } from './config.ts';
import { historyHandlers } from './history.ts';
import { jobHandlers } from './jobs.ts';
import { metricsHandlers } from './metrics.ts';
import { noticeHandlers } from './notices.ts';
import { objectHandlers } from './objects.ts';
import { overviewHandlers } from './overview.ts';
import type { CallContext, ConsoleParts } from './parts.ts';
import { placeHandlers } from './places.ts';
import { reclaimHandlers } from './reclaim.ts';
import { replicaHandlers } from './replicas.ts';
import { reportHandlers } from './report.ts';
import { restoreHandlers } from './restore.ts';
import { retentionHandlers } from './retention.ts';
import { scheduleHandlers } from './schedules.ts';
import { settingsHandlers } from './settings.ts';
import { systemHandlers } from './system.ts';
import { tapeHandlers } from './tapes.ts';
import { vaultHandlers } from './vaults.ts';
import { volumeHandlers } from './volumes.ts';
import { webHandlers } from './web.ts';

/** Serves every procedure of the contract: what is missing here does not compile. */
export const handlersOf = (parts: ConsoleParts): Handlers<CallContext> => ({
  ...vaultHandlers(parts),
  ...objectHandlers(parts),
  ...backupHandlers(parts),
  ...browseHandlers(parts),
  ...restoreHandlers(parts),
  ...checkHandlers(parts),
  ...tapeHandlers(parts),
  ...reclaimHandlers(parts),
  ...volumeHandlers(parts),
  ...replicaHandlers(parts),
  ...jobHandlers(parts),
  ...historyHandlers(parts),
  ...metricsHandlers(parts),
  ...reportHandlers(parts),
  ...scheduleHandlers(parts),
  ...retentionHandlers(parts),
  ...noticeHandlers(parts),
  ...systemHandlers(parts),
  ...aboutHandlers(parts),
  ...activityHandlers(parts),
  ...auditHandlers(parts),
  ...overviewHandlers(parts),
  ...placeHandlers(parts),
  ...settingsHandlers(parts),
  ...configHandlers(parts),
  ...autostartHandlers(parts),
  ...webHandlers(parts),
});
