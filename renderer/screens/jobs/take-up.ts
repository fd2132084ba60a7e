import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { dataChanged } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { startJob } from '../../stores/start-job.ts';

/** Takes an interrupted backup up again; answers the id of the job that does, or null when it was refused. */
export const takeUp = async (job: JobRecord): Promise<string | null> => {
  try {
    return await startJob('job.resume', { job: job.id });
  } catch (thrown) {
    said(thrown);
    return null;
  } finally {
    dataChanged();
  }
};
