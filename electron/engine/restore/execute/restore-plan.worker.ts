import { parentPort } from 'node:worker_threads';
import { asColdframeError } from '../../../../shared/errors.ts';
import { releaseMemory } from '../../../platform/linux/release-memory.ts';
import { onRequest } from '../../../platform/thread-end.ts';
import { threadSetup } from '../../../platform/thread-setup.ts';
import { namesInChunks, planVerify } from '../verify/verify-plan.ts';
import { planFromCatalog } from './plan-from-catalog.ts';
import type { PlanTask, PlanThreadAnswer } from './plan-thread.ts';

const port = parentPort;
if (port === null) throw new Error('restore-plan.worker.ts runs in a worker thread only');

// It has none; a spare thread waits for being told so.
threadSetup<null>();

const carryOut = (task: PlanTask): unknown => {
  switch (task.kind) {
    case 'restore':
      return planFromCatalog(task.order);
    case 'verify':
      return planVerify(task.order);
    case 'names':
      return namesInChunks(task.order);
  }
};

const answer = (task: PlanTask): PlanThreadAnswer => {
  try {
    return { kind: 'planned', result: carryOut(task) };
  } catch (thrown) {
    return { kind: 'failed', error: asColdframeError(thrown).toData() };
  }
};

onRequest(port, (task: PlanTask) => {
  const done = answer(task);
  releaseMemory();
  port.postMessage(done);
});
