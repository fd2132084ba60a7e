import { parentPort, workerData } from 'node:worker_threads';
import { asColdframeError } from '../../../../shared/errors.ts';
import { releaseMemory } from '../../../platform/linux/release-memory.ts';
import { planFromCatalog } from './plan-from-catalog.ts';
import type { PlanThreadAnswer, PlanThreadSetup } from './plan-thread.ts';

const port = parentPort;
if (port === null) throw new Error('restore-plan.worker.ts runs in a worker thread only');

const answer = (): PlanThreadAnswer => {
  try {
    return { kind: 'planned', plan: planFromCatalog(workerData as PlanThreadSetup) };
  } catch (thrown) {
    return { kind: 'failed', error: asColdframeError(thrown).toData() };
  }
};

port.on('message', () => {
  port.postMessage(answer());
  releaseMemory();
});
