import { asColdframeError } from '../../../shared/errors.ts';
import { announce } from '../../stores/announcements.ts';
import { startJob } from '../../stores/start-job.ts';
import { overviewWords as words } from '../../words/overview.ts';

/** Starts a backup and says so; answers its job, or null when it was refused. */
export const runBackup = async (object: string): Promise<string | null> => {
  try {
    const job = await startJob('backup', { object });
    announce(words.started(object));
    return job;
  } catch (thrown) {
    announce(asColdframeError(thrown).message, 'bad');
    return null;
  }
};
