import type { Handlers } from '../../../shared/contract/contract.ts';
import { backupHandlers } from './backup.ts';
import { browseHandlers } from './browse.ts';
import { jobHandlers } from './jobs.ts';
import { notBuilt } from './not-built.ts';
import { objectHandlers } from './objects.ts';
import type { CallContext, ConsoleParts } from './parts.ts';
import { restoreHandlers } from './restore.ts';
import { systemHandlers } from './system.ts';
import { tapeHandlers } from './tapes.ts';
import { vaultHandlers } from './vaults.ts';

/** Serves every procedure of the contract: what is missing here does not compile. */
export const handlersOf = (parts: ConsoleParts): Handlers<CallContext> => ({
  ...vaultHandlers(parts),
  ...objectHandlers(parts),
  ...backupHandlers(parts),
  ...browseHandlers(parts),
  ...restoreHandlers(parts),
  ...tapeHandlers(parts),
  ...jobHandlers(parts),
  ...systemHandlers(parts),
  ...notBuilt(
    'about',
    'activity.list',
    'glob.try',
    'job.follow',
    'job.picture',
    'object.update',
    'overview',
    'place.list',
    'place.make',
    'place.measure',
    'place.reveal',
    'place.roots',
    'sample.create',
    'settings.get',
    'settings.set',
    'timeline',
  ),
});
