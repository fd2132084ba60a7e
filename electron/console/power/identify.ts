import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { Store } from '../store/store.ts';
import type { UseCases } from '../use-cases.ts';
import type { Identity } from './power-desk.ts';

/** A disk that does not answer by then is not there. */
const PATIENCE_MS = 5000;

/** What a job uses: its vault, by its id, and of a backup the devices that the folders of its object lie on. */
export const identifyIn =
  (store: Store, useCases: Pick<UseCases, 'inspectVault'>) =>
  async (job: Pick<JobRecord, 'kind' | 'object' | 'vault'>): Promise<Identity> => {
    try {
      const { id } = await answered(useCases.inspectVault(job.vault), job.vault);
      const object = job.kind === 'backup' && job.object !== null ? store.objects.byName(job.object) : null;
      const roots = (object?.selection.roots ?? []).map(({ pathBase64 }) => Buffer.from(pathBase64, 'base64'));
      return { same: [id, ...(await Promise.all(roots.map(deviceOf)))].join(' ') };
    } catch (thrown) {
      return { gone: asColdframeError(thrown) };
    }
  };

/** The device that a folder lies on; one that is not there for the moment is told from one that is another. */
const deviceOf = async (path: Buffer): Promise<string> => {
  const shown = path.toString();
  try {
    const { dev, ino } = await answered(stat(path, { bigint: true }), shown);
    return `${dev}:${ino}`;
  } catch (thrown) {
    throw notThere(shown, thrown);
  }
};

const answered = async <Answer>(answer: Promise<Answer>, path: string): Promise<Answer> => {
  const silent = sleep(PATIENCE_MS, null, { ref: false }).then(() => {
    throw notThere(path, undefined);
  });
  return await Promise.race([answer, silent]);
};

const notThere = (path: string, cause: unknown): ColdframeError =>
  new ColdframeError('NOT_MOUNTED', {
    message: `${path} is not there since the machine slept.`,
    guidance: 'Connect or mount what it lies on again, then go on with the job: coldframe job resume ID',
    context: { path },
    cause,
  });
